import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flag, snapshot } from './test-snapshots.ts'

/*
 * The package as an application gets it: built, with the manifest it is published with, in a project that has nothing
 * else of this workspace.
 */

const here = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'rampart-pages-'))
const BUILD_MS = 60_000

/**
 * Bytes, minified and compressed, of a page that imports this and nothing else; of React, what it adds to the client. A ratchet
 * that goes down. The goals are 6,000, 3,500 and 1,200: docs/sdks/browser.md says what the rest is.
 */
const MOST_BYTES: Readonly<Record<string, number>> = {
  '@rampart/browser': 12_300,
  '@rampart/browser/remote': 8_250,
  '@rampart/browser/react': 1_260,
  '@rampart/browser/vitals': 800,
  '@rampart/browser/overrides': 300,
}

beforeAll(() => {
  const installed = join(project, 'node_modules/@rampart/browser')
  mkdirSync(installed, { recursive: true })
  const tsdown = join(here, 'node_modules/tsdown/dist/run.mjs')
  const args = [tsdown, '--out-dir', join(installed, 'dist'), '--log-level', 'error']
  execFileSync(process.execPath, args, { cwd: here })
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  expect(manifest.dependencies).toBeUndefined()
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ ...manifest, ...publishConfig }))
  write('package.json', '{ "name": "pages", "type": "module" }')
}, BUILD_MS)

afterAll(() => rmSync(project, { recursive: true }))

function write(name: string, content: string): void {
  writeFileSync(join(project, name), content)
}

/** What a server that renders pages sees: no window, no server to reach. */
const USE = `
const bootstrap = ${JSON.stringify(snapshot(7, [flag('checkout')]))}
const client = createBrowserClient({ url: 'http://127.0.0.1:9', key: 'rmp_pub_a', context: 'ana', bootstrap })
console.log(client.isEnabled('checkout'), client.details('checkout', false).reason)
void client.close()
`

test.each([
  ['imported', 'page.js', `import { createBrowserClient } from '@rampart/browser'\n${USE}`],
  ['required', 'page.cjs', `const { createBrowserClient } = require('@rampart/browser')\n${USE}`],
])('it can be %s, also where there is no window', (_, name, content) => {
  write(name, content)
  expect(execFileSync(process.execPath, [name], { cwd: project, encoding: 'utf8', env: {} })).toBe('true default\n')
})

test('it needs nothing else but, where that is asked for, React', () => {
  const dist = join(project, 'node_modules/@rampart/browser/dist')
  const files = readdirSync(dist).filter((name) => /\.(?:mjs|cjs|mts|cts|js)$/.test(name))
  expect(files.length).toBe(2 * 2 * 5 + 1)
  const needed = files.flatMap((name) =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/(?:^import .*? from |require\(|import\()"([^"]+)"/gm)].map(
      ([, from]) => `${name.split('.')[0]} ${from}`,
    ),
  )
  expect([...new Set(needed)].sort()).toEqual([
    'overrides @rampart/browser',
    'react @rampart/browser',
    'react react',
    'remote @rampart/browser',
    'vitals @rampart/browser',
  ])
})

test('of core it has only what is meant for pages', () => {
  const code = readFileSync(join(project, 'node_modules/@rampart/browser/dist/index.mjs'), 'utf8')
  expect(code).not.toContain('murmurhash')
  expect(code).not.toContain('a list of texts')
})

async function sizeOf(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react'],
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

test.each(Object.entries(MOST_BYTES))(
  'what %s adds to a page is known, and does not grow by itself',
  async (entry, most) => {
    const client = "export { createBrowserClient } from '@rampart/browser'\n"
    const isReact = entry.endsWith('react')
    const bytes = isReact
      ? (await sizeOf(`${client}export * from '${entry}'`)) - (await sizeOf(client))
      : await sizeOf(`export * from '${entry}'`)
    expect(bytes).toBeLessThanOrEqual(most)
    expect(bytes).toBeGreaterThan(most * 0.9 - 100)
  },
)

test('a page without a bundler has it under one name', () => {
  const script = readFileSync(join(project, 'node_modules/@rampart/browser/dist/rampart.iife.js'), 'utf8')
  write('script.js', `${script}\n${USE.replace('createBrowserClient', 'rampart.createBrowserClient')}`)
  const run = ['-e', "require('node:vm').runInThisContext(require('node:fs').readFileSync('script.js', 'utf8'))"]
  expect(execFileSync(process.execPath, run, { cwd: project, encoding: 'utf8', env: {} })).toBe('true default\n')
})

test(
  'publint and attw find nothing wrong with it',
  async () => {
    const pkgDir = join(project, 'node_modules/@rampart/browser')
    expect((await publint({ pkgDir, pack: false, level: 'warning' })).messages).toEqual([])
    // The script for pages has no types, and what resolves as Node 10 did knows no entries of a package.
    const attw = ['--pack', pkgDir, '--exclude-entrypoints', './script', '--profile', 'node16', '--no-color']
    const { status, stdout } = spawnSync(join(here, 'node_modules/.bin/attw'), attw, { encoding: 'utf8' })
    expect([status, status === 0 ? '' : stdout]).toEqual([0, ''])
  },
  BUILD_MS,
)

test.each(['nodenext', 'bundler'] as const)('its types hold without any of ours (%s)', (moduleResolution) => {
  write(
    'typed.ts',
    `import { createBrowserClient } from '@rampart/browser'
    declare module '@rampart/browser' {
      interface Register {
        flags: { checkout: boolean; ranker: 'bm25' | 'vector'; limits: { items: number } }
      }
    }
    const client = createBrowserClient({ url: '/flags', key: 'rmp_pub_a', context: { targetingKey: 'ana', plan: 'pro' }, logger: console })
    const on: boolean = client.isEnabled('checkout')
    const ranker: 'bm25' | 'vector' = client.get('ranker', 'bm25')
    const items: number = client.details('limits', { items: 1 }).value.items
    client.on('change', ({ keys }) => keys.join())
    client.subscribe(['checkout'], () => {})
    // @ts-expect-error no such flag
    client.isEnabled('chekout')
    // @ts-expect-error not a boolean flag
    client.isEnabled('ranker')
    // @ts-expect-error no such value
    client.get('ranker', 'none')
    // @ts-expect-error no such flag
    client.subscribe(['chekout'], () => {})
    // @ts-expect-error there is no such option
    createBrowserClient({ url: '/flags', key: 'rmp_pub_a', context: 'ana', clientKey: 'x' })
    void [on, ranker, items]`,
  )
  const compilerOptions = {
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    rootDir: '.',
  }
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.ts'] }))
  const tsc = join(here, '../node_modules/typescript/bin/tsc')
  expect(spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' }).stdout).toBe('')
})
