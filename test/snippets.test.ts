import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LEFT_OUT } from '@rampart/openfeature/scenarios'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './support/imports.ts'
import { createSwitch, SHOP, serverInside } from './support/inside.ts'
import { snippetsOf } from './support/snippets.ts'

/*
 * The TypeScript of the pages about SDKs, run as it stands, block after block in one process per page. What a line says it
 * prints, it has to print.
 */

/** What the pages take for granted. */
const AROUND = `
globalThis.user = { id: 'ana' }
globalThis.newCheckout = async () => {}
globalThis.oldCheckout = async () => {}
`

interface Page {
  readonly blocks: readonly string[]
  readonly prints: readonly string[]
}

function read(page: string): Page {
  const blocks = snippetsOf(`docs/sdks/${page}`, 'ts')
  const prints = blocks.flatMap((block) => [...block.matchAll(/\/\/ prints (.*)$/gm)].map(([, said = '']) => said))
  return { blocks, prints }
}

test.each(['node.md', 'openfeature.md', 'tests.md'])('docs/sdks/%s does what it says', async (page) => {
  const { blocks, prints } = read(page)
  const server = await serverInside()
  const { api } = server
  await createSwitch(server, 'new-checkout-flow')
  const variation = (key: string, value: string | { items: number }) => ({ key, name: null, value })
  for (const [key, type, variations] of [
    ['search-ranker', 'string', [variation('bm25', 'bm25'), variation('vector', 'vector')]],
    ['limits', 'json', [variation('few', { items: 5 }), variation('many', { items: 50 })]],
  ] as const) {
    const first = variations[0].key
    await api.createFlag({ params: SHOP, body: { key, type, variations: [...variations] } })
    await api.switchFlag({ params: { ...SHOP, flag: key }, body: { on: true } })
    const { body } = await api.getConfig({ params: { ...SHOP, flag: key } })
    expect(body.everyoneElse).toEqual({ variation: first })
  }

  // Below the root, so that packages are found by their names.
  const folder = mkdtempSync(join(root, 'test/.snippets-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const names = blocks.map((block, i) => {
    const name = `block-${i}.mts`
    writeFileSync(join(folder, name), block)
    return name
  })
  writeFileSync(join(folder, 'page.mjs'), `${AROUND}${names.map((name) => `await import('./${name}')`).join('\n')}\n`)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'page.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', RAMPART_URL: server.url, RAMPART_SDK_KEY: server.keys.server },
    timeout: 15_000,
  })
  let said = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  await once(child, 'close')
  // The tests of a page report on themselves.
  const lines = said.split('\n').filter((line) => line !== '' && !/^(?:✔|ℹ|TAP|#|ok|\s)/.test(line))
  expect({ lines, code: child.exitCode, complaints }).toMatchObject({ lines: prints, code: 0 })
})

test('docs/sdks/openfeature.md names each scenario of OpenFeature’s suite that is left out', () => {
  const text = readFileSync(join(root, 'docs/sdks/openfeature.md'), 'utf8')
  const named = [...text.matchAll(/^- \*(.*?)\*: (.*)\.$/gm)].map(([, scenario, why]) => ({ scenario, why }))
  expect(named).toEqual(LEFT_OUT)
})
