import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { snippetsOf } from '../../test/support/snippets.ts'
import { startTestServer } from './test-server.ts'
import { flag, snapshot, valued } from './test-snapshots.ts'

/*
 * Every snippet of the pages for browsers and React, as it is printed: compiled, and run against a server that speaks the
 * wire. Only the server's address is another one.
 */

const here = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(here, 'node_modules/.snippets-'))
afterAll(() => rmSync(folder, { recursive: true }))

const held = snapshot(7, [flag('new-checkout-flow'), flag('banner'), valued('search-ranker', 'string', 'vector')])

/** What the snippet prints, with a page's globals where it has none of its own. */
async function run(code: string, loader: 'ts' | 'tsx', behind = ''): Promise<string> {
  const server = await startTestServer(held)
  const file = join(folder, `snippet-${Math.random().toString(36).slice(2)}.mjs`)
  const page =
    "globalThis.document ??= { body: {} }; globalThis.location ??= { reload() {}, href: 'http://localhost/' };"
  const observer =
    'globalThis.PerformanceObserver = class { static supportedEntryTypes = [] }; document.addEventListener = document.removeEventListener = globalThis.addEventListener = globalThis.removeEventListener = () => {};'
  const { outputFiles } = await build({
    stdin: {
      contents: `${code.replaceAll('https://flags.example.com', server.url)}\n${behind}`,
      resolveDir: here,
      loader,
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    jsx: 'automatic',
    packages: 'external',
    alias: Object.fromEntries(
      ['', '/remote', '/react', '/vitals', '/overrides'].map((entry) => [
        `@rampart/browser${entry}`,
        join(here, 'src', `${entry.slice(1) || 'index'}.ts`),
      ]),
    ),
    banner: { js: loader === 'ts' ? `${page}\n${observer}` : '' },
    write: false,
  })
  writeFileSync(file, outputFiles[0]?.text ?? '')
  const options = { cwd: here, timeout: 15_000 }
  const script = `await import(${JSON.stringify(file)}); process.exit(0)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], options)
  return stdout
}

test('every snippet of the page for browsers runs', async () => {
  const printed = await Promise.all(snippetsOf('docs/sdks/browser.md', 'ts').map((code) => run(code, 'ts')))
  expect(printed).toEqual(['', 'default\n', '3\n', 'true\n', '', 'override\n'])
})

test('every snippet of the page for React renders', async () => {
  const behind = "import { renderToString } from 'react-dom/server'\nconsole.log(renderToString(<App />))"
  const pages = await Promise.all(snippetsOf('docs/sdks/react.md', 'tsx').map((code) => run(code, 'tsx', behind)))
  expect(pages.map((html) => html.replaceAll(/<!--.*?-->/g, '').trim())).toEqual([
    '<p>The old checkout</p>',
    '<p>error</p>',
    '',
    '<h1>The new checkout</h1>',
  ])
})
