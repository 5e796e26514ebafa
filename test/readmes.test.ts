import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './support/imports.ts'
import { createSwitch, type Inside, serverInside } from './support/inside.ts'
import { snippetsOf } from './support/snippets.ts'

/*
 * What people paste first: the code of the README of each package, of the page for Next.js, and what the pages about OpenFeature and tests say for
 * browsers. It is run as it stands, against a server; but for addresses, keys, and the dots that stand for code of the reader's.
 */

/** What the code takes for granted, and what it shows. */
const AROUND = `
globalThis.user = { id: 'ana' }
globalThis.account = { id: 'acme' }
globalThis.duration = 12.5
globalThis.server = { close() {} }
globalThis.newCheckout = globalThis.showNewCheckout = () => console.log('the new checkout')
globalThis.oldCheckout = () => console.log('the old checkout')
globalThis.render = () => {}
`
/** Where its packages are found. */
const PLACES = ['.', 'sdk-browser', 'adapters/otel', 'adapters/openfeature-web', 'adapters/testing']
/** React marks its places so. */
const COMMENT = /<!--.*?-->/g
const READY = `
console.log((await flags.ready()).status)
`

interface Sample {
  readonly page: string
  readonly language: 'ts' | 'tsx' | 'js'
  /** Blocks that go on where the one before them ended. Default: each stands alone. */
  readonly isOne?: boolean
  /** Asked of each when it is through. */
  readonly behind?: string
  readonly prints: readonly string[]
}

const SAMPLES: readonly Sample[] = [
  { page: 'README.md', language: 'ts', behind: READY, prints: ['the new checkout', 'ready', 'ready'] },
  {
    ...{ page: 'sdk-node/README.md', language: 'ts', isOne: true },
    behind:
      "console.log(status); process.kill(process.pid, 'SIGTERM'); setTimeout(() => console.log(flags.status), 300)",
    prints: ['the new checkout', 'ready', 'closed'],
  },
  {
    ...{ page: 'sdk-browser/README.md', language: 'ts', isOne: true, behind: READY },
    prints: ['the new checkout', 'ready'],
  },
  { page: 'adapters/openfeature-server/README.md', language: 'ts', prints: ['the new checkout'] },
  { page: 'adapters/openfeature-web/README.md', language: 'ts', prints: ['the new checkout'] },
  { page: 'adapters/otel/README.md', language: 'ts', behind: READY, prints: ['ready'] },
  {
    ...{ page: 'adapters/testing/README.md', language: 'ts', prints: ['90'] },
    behind: `
      const units = Array.from({ length: 1_000 }, (_, i) => 'user-' + i)
      console.log(units.filter((unit) => flags.isEnabled('new-checkout-flow', unit)).length)`,
  },
  { page: 'docs/sdks/openfeature.md', language: 'js', prints: ['the new checkout'] },
  {
    ...{ page: 'docs/sdks/tests.md', language: 'tsx', prints: ['<p>The new checkout</p>'] },
    behind: `
      import { renderToString } from 'react-dom/server'
      import { useFlag } from '@rampart/browser/react'
      function Checkout() { return <p>{useFlag('new-checkout-flow', false) ? 'The new checkout' : 'The old checkout'}</p> }
      function render(page) { console.log(renderToString(page)) }`,
  },
]

function blocksOf({ page, language, isOne }: Sample): readonly string[] {
  const blocks = snippetsOf(page, language)
  return isOne ? [blocks.join('\n')] : blocks
}

/** The code with the server's own address and keys, and something in place of dots. */
function filled(code: string, { url, keys }: Inside): string {
  return code
    .replaceAll(/http:\/\/127\.0\.0\.1:4280|https:\/\/flags\.example\.com/g, url)
    .replaceAll('rmp_pub_…', keys.client)
    .replaceAll(/^ *…$/gm, 'newCheckout()')
}

/** Runs modules by their names, the last one last; gives the lines that they print. */
async function run(modules: Readonly<Record<string, string>>, server: Inside): Promise<readonly string[]> {
  const folder = mkdtempSync(join(root, 'test/.snippets-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, code] of Object.entries(modules)) writeFileSync(join(folder, name), code)
  const { outputFiles } = await build({
    entryPoints: [join(folder, Object.keys(modules).at(-1) ?? '')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    jsx: 'automatic',
    nodePaths: PLACES.map((place) => join(root, place, 'node_modules')),
    banner: {
      js: `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n${AROUND}`,
    },
    write: false,
  })
  const file = join(folder, 'all.mjs')
  writeFileSync(file, outputFiles[0]?.text ?? '')
  // Clients that nobody closes would keep it running.
  const script = `await import(${JSON.stringify(file)}); await new Promise((resolve) => setTimeout(resolve, 500)); process.exit(0)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      PATH: process.env['PATH'] ?? '',
      RAMPART_URL: server.url,
      RAMPART_SDK_KEY: server.keys.server,
      RAMPART_CLIENT_KEY: server.keys.client,
    },
    timeout: 15_000,
  })
  return stdout.split('\n').filter((line) => line !== '')
}

async function shop(): Promise<Inside> {
  const server = await serverInside()
  await createSwitch(server, 'new-checkout-flow')
  return server
}

test.each(SAMPLES)('$page does what it says ($language)', async (sample) => {
  const server = await shop()
  const printed: string[] = []
  for (const block of blocksOf(sample)) {
    const name = `block.${sample.language}`
    printed.push(...(await run({ [name]: `${filled(block, server)}\n${sample.behind ?? ''}` }, server)))
  }
  expect(printed.map((line) => line.replaceAll(COMMENT, ''))).toEqual(sample.prints)
})

test('docs/sdks/nextjs.md makes the page that it says, from the values that the server holds', async () => {
  const server = await shop()
  const files = (['ts', 'tsx'] as const).flatMap((language) =>
    snippetsOf('docs/sdks/nextjs.md', language).map((code) => {
      const name = /^\/\/ app\/(\S+)/.exec(code)?.[1]
      return [name, code] as const
    }),
  )
  expect(files.map(([name]) => name)).toEqual(['flags.ts', 'page.tsx', 'heading.tsx'])
  const main = `
    import { renderToString } from 'react-dom/server'
    import { flags } from './flags'
    import Page from './page'
    console.log(renderToString(await Page()))
    await flags.close()`
  const printed = await run({ ...Object.fromEntries(files), 'main.tsx': main }, server)
  expect(printed.map((line) => line.replaceAll(COMMENT, ''))).toEqual(['<h1>The new checkout</h1>'])
})
