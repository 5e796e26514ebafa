import { describe, expect, test } from 'vitest'
import { configLayer, environmentLayer, need, resolveSettings, tourOf } from './settings.ts'

const tour = {
  path: 'data/tour.json',
  url: 'http://127.0.0.1:4280',
  adminToken: 'rmp_svc_tour',
  project: 'demo',
  environment: 'production',
}

describe('precedence', () => {
  test('a flag beats the environment, which beats the file of the repository', () => {
    const layers = [
      { project: { value: 'a', from: '--project' } },
      environmentLayer({ RAMPART_PROJECT: 'b', RAMPART_ENV: 'staging', RAMPART_URL: 'https://flags.example' }),
      configLayer('{"project":"c","environment":"production","url":"https://other.example"}', 'rampart.config.json'),
    ]
    expect(resolveSettings(layers, undefined)).toEqual({
      url: { value: 'https://flags.example', from: 'RAMPART_URL' },
      token: undefined,
      project: { value: 'a', from: '--project' },
      environment: { value: 'staging', from: 'RAMPART_ENV' },
      tour: false,
    })
  })

  test('the tour answers when nothing else does', () => {
    expect(resolveSettings([{}, environmentLayer({}), {}], tour)).toEqual({
      url: { value: 'http://127.0.0.1:4280', from: 'data/tour.json' },
      token: { value: 'rmp_svc_tour', from: 'data/tour.json' },
      project: { value: 'demo', from: 'data/tour.json' },
      environment: { value: 'production', from: 'data/tour.json' },
      tour: true,
    })
  })

  test('the token of the tour never goes to another address', () => {
    const elsewhere = resolveSettings([environmentLayer({ RAMPART_URL: 'https://flags.example' })], tour)
    expect(elsewhere.token).toBeUndefined()
    expect(elsewhere.project).toBeUndefined()
    const same = resolveSettings([environmentLayer({ RAMPART_URL: 'http://127.0.0.1:4280/' })], tour)
    expect(same.token?.value).toBe('rmp_svc_tour')
  })

  test('an empty variable counts as unset', () => {
    expect(environmentLayer({ RAMPART_URL: '', RAMPART_TOKEN: '  ' })).toEqual({
      url: undefined,
      token: undefined,
      project: undefined,
      environment: undefined,
    })
  })
})

test('a missing setting is asked for with every way to give it', () => {
  const none = resolveSettings([], undefined)
  expect(() => need(none, 'environment')).toThrow('Which environment? Please pass -e or set RAMPART_ENV.')
  expect(() => need(none, 'token')).toThrow(/RAMPART_TOKEN_FILE.*--token-stdin/)
})

describe('rampart.config.json', () => {
  test('holds no secrets', () => {
    expect(() => configLayer('{"token":"x"}', 'rampart.config.json')).toThrow(/holds no secrets/)
    expect(() => configLayer('{"apiKey":"x"}', 'rampart.config.json')).toThrow(/holds no secrets/)
  })

  test('says which member is unknown, and what is no text or no JSON', () => {
    expect(() => configLayer('{"enviroment":"x"}', 'f')).toThrow(
      'f has "enviroment"; it may have url, project, environment.',
    )
    expect(() => configLayer('{"project":3}', 'f')).toThrow('"project" in f must be text.')
    expect(() => configLayer('[]', 'f')).toThrow('f must be a JSON object.')
    expect(() => configLayer('{', 'f')).toThrow(/^f is not JSON: /)
  })

  test('may name its schema', () => {
    expect(configLayer('{"$schema":"x","project":"shop"}', 'f').project).toEqual({ value: 'shop', from: 'f' })
  })
})

test('a file of the tour without address or token is none', () => {
  expect(tourOf('{"url":"http://x"}', 'f')).toBeUndefined()
  expect(tourOf('{"url":"http://x","adminToken":"t"}', 'f')).toEqual({ path: 'f', url: 'http://x', adminToken: 't' })
})
