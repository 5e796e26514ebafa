import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flag, snapshot } from './test-snapshots.ts'

/*
 * The package as an application gets it: built, with the manifest it is published with, in a project that has nothing
 * else of this workspace.
 */

const here = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'rampart-consumer-'))
const BOOTSTRAP = JSON.stringify(snapshot(7, [flag('checkout')]))
const BUILD_MS = 60_000

beforeAll(() => {
  const installed = join(project, 'node_modules/@rampart/node')
  mkdirSync(installed, { recursive: true })
  const built = join(installed, 'dist')
  const tsdown = join(here, 'node_modules/tsdown/dist/run.mjs')
  execFileSync(process.execPath, [tsdown, '--out-dir', built, '--log-level', 'error'], { cwd: here })
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ ...manifest, ...publishConfig }))
  for (const name of Object.keys(manifest.dependencies)) link(name)
  mkdirSync(join(project, 'node_modules/@types'))
  link('@types/node')
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "type": "module" }')
}, BUILD_MS)

afterAll(() => rmSync(project, { recursive: true }))

function link(name: string): void {
  symlinkSync(realpathSync(join(here, 'node_modules', name)), join(project, 'node_modules', name))
}

function write(name: string, content: string): void {
  writeFileSync(join(project, name), content)
}

function node(file: string): string {
  return execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8', env: {} })
}

/** What the compiler says about a file of the project. */
function check(...files: readonly string[]): string {
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        lib: ['es2023'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        rootDir: '.',
      },
      files,
    }),
  )
  const tsc = join(here, '../node_modules/typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' }).stdout
}

const USE = `
const client = createClient({ transport: 'offline', bootstrap: ${BOOTSTRAP} })
console.log(client.isEnabled('checkout', 'user-1'), client.details('checkout', 'user-1', false).reason)
`

test('it can be imported', () => {
  write('consumer.js', `import { createClient } from '@rampart/node'\n${USE}`)
  expect(node('consumer.js')).toBe('true default\n')
})

test('it can be required', () => {
  write('consumer.cjs', `const { createClient } = require('@rampart/node')\n${USE}`)
  expect(node('consumer.cjs')).toBe('true default\n')
})

test('it needs nothing but what its manifest says', () => {
  const code = ['index.mjs', 'index.cjs', 'index.d.mts', 'index.d.cts']
    .map((name) => readFileSync(join(project, 'node_modules/@rampart/node/dist', name), 'utf8'))
    .join('\n')
  const names = [...code.matchAll(/(?:^import .*? from |require\(|import\()"([^"]+)"/gm)].map(([, name]) => name)
  expect([...new Set(names)].filter((name) => !name?.startsWith('node:'))).toEqual(['re2js', 'eventsource'])
})

test('its types hold for both module systems without any of ours', () => {
  const typed = `${USE}
  const on: boolean = client.isEnabled('anything', { targetingKey: 'user-1', plan: 'pro' })
  const most: number = client.get('most', 'user-1', 5)
  client.on('change', ({ keys }) => keys.join())
  createClient({ fetch, logger: console, metrics: { flushInterval: 1_000 } })
  // @ts-expect-error there is no such option
  createClient({ sdkKey: 'x' })
  // @ts-expect-error the value is a number, like the fallback
  const wrong: string = client.get('most', 'user-1', 5)
  void [on, most, wrong]`
  write('consumer.mts', `import { createClient } from '@rampart/node'\n${typed}`)
  write('consumer.cts', `import { createClient } from '@rampart/node'\n${typed}`)
  expect(check('consumer.mts', 'consumer.cts')).toBe('')
})

test('flags can be registered, so that keys and values are checked', () => {
  write(
    'registered.mts',
    `import { createClient } from '@rampart/node'
    declare module '@rampart/node' {
      interface Register {
        flags: { checkout: boolean; ranker: 'bm25' | 'vector'; limits: { items: number } }
      }
    }
    const client = createClient({ overrides: { checkout: true } })
    const on: boolean = client.isEnabled('checkout', 'user-1') && client.for('user-1').isEnabled('checkout')
    const ranker: 'bm25' | 'vector' = client.get('ranker', 'user-1', 'bm25')
    const items: number = client.details('limits', 'user-1', { items: 1 }).value.items
    // @ts-expect-error no such flag
    client.isEnabled('chekout', 'user-1')
    // @ts-expect-error not a boolean flag
    client.isEnabled('ranker', 'user-1')
    // @ts-expect-error no such value
    client.get('ranker', 'user-1', 'none')
    // @ts-expect-error no such override
    createClient({ overrides: { ranker: 'none' } })
    void [on, ranker, items]`,
  )
  expect(check('registered.mts')).toBe('')
})
