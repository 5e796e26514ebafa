import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { maskAddress, maskSecret } from './mask.ts'
import { run } from './run.ts'
import { testWorld } from './test-world.ts'

const TOKEN = 'rmp_svc_abcdefghijklmnopqrstuvwxyz_234567'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-explain-'))
  await writeFile(join(folder, 'rampart.config.json'), JSON.stringify({ url: 'https://b.example', project: 'shop' }))
})

afterAll(() => rm(folder, { recursive: true }))

interface Row {
  readonly name: string
  readonly value: string | null
  readonly from: string
  readonly over: readonly string[]
}

async function explain(line: string, env: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Row>> {
  const world = testWorld({ env, cwd: folder, fetch: () => Promise.reject(new Error('nothing is asked')) })
  expect(await run(['config', 'explain', '--json', ...line.split(' ').filter((word) => word !== '')], world)).toBe(0)
  const { settings } = JSON.parse(world.out()) as { settings: readonly Row[] }
  return new Map(settings.map((row) => [row.name, row]))
}

describe('config explain', () => {
  test('says of each setting what said so, and what else is not heard', async () => {
    const rows = await explain('-e production', {
      RAMPART_URL: 'https://a.example',
      RAMPART_ENV: 'staging',
      RAMPART_TOKEN: TOKEN,
    })
    const config = join(folder, 'rampart.config.json')
    expect([...rows.values()].slice(0, 5)).toEqual([
      { name: 'url', value: 'https://a.example', from: 'RAMPART_URL', over: [config] },
      { name: 'token', value: 'rmp_svc_…4567', from: 'RAMPART_TOKEN', over: [] },
      { name: 'project', value: 'shop', from: config, over: [] },
      { name: 'environment', value: 'production', from: '--env', over: ['RAMPART_ENV'] },
      { name: 'SDK key', value: null, from: 'not set: set RAMPART_SDK_KEY', over: [] },
    ])
  })

  test('knows what the CI system and the environment decide', async () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_RUN_ID: '7',
      GITHUB_WORKFLOW: 'Deploy',
      NO_COLOR: '1',
      HTTPS_PROXY: 'http://u:p@proxy',
    }
    const rows = await explain('--retry-for 5m', env)
    const told = (name: string) => [rows.get(name)?.value, rows.get(name)?.from]
    expect(told('comment')).toEqual(['Deploy', 'the CI system'])
    expect(told('color')).toEqual(['no', 'NO_COLOR'])
    expect(told('output')).toEqual(['json', '--json'])
    expect(told('retry for')).toEqual(['5m', '--retry-for'])
    expect(told('questions')).toEqual(['are never asked', 'the CI system'])
    expect(told('log')).toEqual(['github', 'the CI system'])
    expect(told('run')).toEqual(['github:7', 'the CI system'])
    expect(told('proxy')).toEqual(['http://…@proxy', 'HTTPS_PROXY'])
  })

  test('is a table for people, and needs no server', async () => {
    const world = testWorld({ cwd: '/nowhere' })
    expect(await run(['config', 'explain'], world)).toBe(0)
    expect(world.out()).toMatch(
      /^setting +value +from\nurl +– +not set: pass --url or set RAMPART_URL\ntoken +– +not set: /,
    )
  })
})

test('a secret is shown by its kind and its last characters, and what is none not at all', () => {
  expect(maskSecret(TOKEN)).toBe('rmp_svc_…4567')
  expect(maskSecret(TOKEN.slice(0, -1))).toBe('(40 characters, no key of Rampart: cut or mistyped?)')
  expect(maskAddress('http://ana:secret@proxy:3128')).toBe('http://…@proxy:3128')
  expect(maskAddress('http://proxy:3128')).toBe('http://proxy:3128')
})
