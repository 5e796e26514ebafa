import { describe, expect, test } from 'vitest'
import { type Environment, resolveOptions } from './options.ts'
import type { ClientOptions } from './types.ts'

const SERVER = { url: 'https://flags.test', key: 'rmp_srv_a' }

function problems(options: ClientOptions, env: Environment = {}): readonly string[] {
  return resolveOptions({ ...SERVER, ...options }, env).problems
}

test('nothing needs to be said about good options', () => {
  expect(
    resolveOptions(
      { ...SERVER, application: { name: 'shop', version: '1' }, cacheFile: '/var/cache/x.json', metrics: {} },
      {},
    ),
  ).toEqual({
    server: { url: new URL('https://flags.test'), key: 'rmp_srv_a', transport: { kind: 'stream' } },
    offlineOnPurpose: false,
    application: { name: 'shop', version: '1' },
    bootstrap: undefined,
    cacheFile: '/var/cache/x.json',
    overrides: new Map(),
    metrics: { flushMs: undefined },
    problems: [],
  })
})

test('the environment stands in for url and key, and options win', () => {
  const env = { RAMPART_URL: 'http://env.test', RAMPART_SDK_KEY: ' rmp_srv_env\n' }
  expect(resolveOptions({}, env).server).toMatchObject({ url: new URL('http://env.test'), key: 'rmp_srv_env' })
  expect(resolveOptions(SERVER, env).server).toMatchObject({ url: new URL('https://flags.test'), key: 'rmp_srv_a' })
})

test('offline on purpose asks nobody and says nothing', () => {
  const { server, offlineOnPurpose, problems } = resolveOptions({ ...SERVER, transport: 'offline' }, {})
  expect({ server, offlineOnPurpose, problems }).toEqual({ server: undefined, offlineOnPurpose: true, problems: [] })
})

test('polls and flushes have a least interval', () => {
  const settings = resolveOptions({ ...SERVER, transport: { poll: 10 }, metrics: { flushInterval: 1 } }, {})
  expect([settings.server?.transport, settings.metrics]).toEqual([{ kind: 'poll', pollMs: 1_000 }, { flushMs: 100 }])
  expect(settings.problems).toEqual(['polls are at least 1000 ms apart', '"metrics.flushInterval" is at least 100 ms'])
})

describe('each of these is said in words', () => {
  // What JavaScript applications hand over in spite of the types.
  const wrong = (options: Record<string, unknown>): ClientOptions => options

  test.each([
    [
      { url: 'ftp://flags.test' },
      'no server is asked: "ftp://flags.test" is not an address like https://flags.example.com',
    ],
    [{ key: '' }, 'no server is asked: set the option "key" or RAMPART_SDK_KEY'],
    [{ key: 'rmp_pat_a' }, 'the key is no SDK key: those begin with rmp_srv_ or rmp_pub_. The server will refuse it'],
    [
      wrong({ transport: 'websocket' }),
      'the option "transport" is "stream", { poll: milliseconds } or "offline"; "stream" is used',
    ],
    [wrong({ application: 'shop' }), 'the option "application" is { name, version? }, both texts; it is left out'],
    [wrong({ cacheFile: true }), 'the option "cacheFile" is a path or false; nothing is cached'],
    [wrong({ overrides: { a: () => 1 } }), 'overrides: the value of "a" is not a value that a flag can have'],
    [wrong({ cachefile: 'x' }), 'there is no option "cachefile"; did you mean "cacheFile"?'],
  ])('%j', (options, problem) => {
    expect(problems(options)).toEqual([problem])
  })
})

describe('RAMPART_OVERRIDES', () => {
  test.each([
    ['', {}],
    ['a=true', { a: true }],
    [' a = false , b=3,c=text,d="3",e= ', { a: false, b: 3, c: 'text', d: '3', e: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=null', { a: 'null' }],
    ['{"a":{"b":[1,2]},"c":false}', { a: { b: [1, 2] }, c: false }],
  ])('%s', (text, expected) => {
    const { overrides, problems } = resolveOptions(SERVER, { RAMPART_OVERRIDES: text })
    expect(Object.fromEntries(overrides)).toEqual(expected)
    expect(problems).toEqual([])
  })

  test('what is no override is said, and the rest counts', () => {
    const { overrides, problems } = resolveOptions(SERVER, { RAMPART_OVERRIDES: 'a,b=1,=2' })
    expect(Object.fromEntries(overrides)).toEqual({ b: 1 })
    expect(problems).toEqual(['RAMPART_OVERRIDES: "a" is not key=value', 'RAMPART_OVERRIDES: "=2" is not key=value'])
    expect(resolveOptions(SERVER, { RAMPART_OVERRIDES: '{"a":' }).problems).toEqual([
      expect.stringMatching(/^RAMPART_OVERRIDES is not JSON: /),
    ])
  })
})
