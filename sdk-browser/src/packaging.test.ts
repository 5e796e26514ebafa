import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
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
 * Bytes, minified and compressed, of a page that imports the client and nothing else. A ratchet: it goes down, and went up
 * once, when the whole language of conditions came. The goal is 6,000.
 */
const MOST_BYTES = 22_000

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

test('it needs nothing else', () => {
  const code = ['index.mjs', 'index.cjs', 'index.d.mts', 'index.d.cts']
    .map((name) => readFileSync(join(project, 'node_modules/@rampart/browser/dist', name), 'utf8'))
    .join('\n')
  expect([...code.matchAll(/(?:^import .*? from |require\(|import\()"([^"]+)"/gm)]).toEqual([])
})

test('what it adds to a page is known, and does not grow by itself', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export { createBrowserClient } from '@rampart/browser'", resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
  expect(bytes).toBeGreaterThan(1_000)
})

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
