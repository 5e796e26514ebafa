import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagsFixture, type TestFlags } from '@rampart/testing/playwright'
import { build } from 'esbuild'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { root } from '../support/imports.ts'
import { snippetsOf } from '../support/snippets.ts'

/*
 * A page whose client asks a server that does not exist: the fixture answers in its place.
 */

const PAGE = 'https://shop.example/'

let browser: Browser
let script: string

beforeAll(async () => {
  browser = await launchChromium()
  const built = await build({
    stdin: {
      contents: `import { createBrowserClient } from '@rampart/browser'
        const flags = createBrowserClient({ url: 'https://flags.example', key: 'rmp_pub_test', context: 'ana' })
        const show = () => {
          document.title = flags.get('greeting', 'none')
          document.body.dataset.isNew = flags.isEnabled('new-checkout-flow')
        }
        flags.subscribe('all', show)
        flags.ready().then(show)`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'iife',
  })
  script = built.outputFiles[0]?.text ?? ''
})

afterAll(() => browser.close())

async function pageContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: PAGE })
  onTestFinished(() => context.close())
  await context.route(`${PAGE}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<title>…</title><script>${script}</script>` }),
  )
  return context
}

test('a page sees the flags that the test sets, and what it sets while the page is open', async () => {
  const context = await pageContext()
  await flagsFixture.flags({ context }, async (flags: TestFlags) => {
    flags.set('greeting', 'hello')
    const page = await context.newPage()
    await page.goto(PAGE)
    await page.waitForFunction(() => document.title === 'hello')
    flags.set('greeting', 'good evening')
    await page.waitForFunction(() => document.title === 'good evening')
    flags.remove('greeting')
    await page.waitForFunction(() => document.title === 'none')
  })
})

/** The parts of Playwright's runner that the page about tests uses. */
interface Told {
  readonly page: Page
  readonly flags: TestFlags
}
type Body = (told: Told) => Promise<void>

test('the test that docs/sdks/tests.md shows sees the new checkout', async () => {
  const [code = ''] = snippetsOf('docs/sdks/tests.md', 'js')
  expect(code).toContain("from '@rampart/testing/playwright'")
  const bodies: Body[] = []
  const extend = (fixture: typeof flagsFixture) => {
    expect(fixture).toBe(flagsFixture)
    return (_: string, body: Body) => void bodies.push(body)
  }
  vi.stubGlobal('runner', { test: { extend } })
  const folder = mkdtempSync(join(root, 'test/.snippets-'))
  onTestFinished(() => {
    vi.unstubAllGlobals()
    rmSync(folder, { recursive: true, force: true })
  })
  const file = join(folder, 'voucher.mjs')
  const imported = "import { test as base } from '@playwright/test'"
  expect(code).toContain(imported)
  writeFileSync(file, code.replace(imported, 'const { test: base } = globalThis.runner'))
  await import(file)
  const context = await pageContext()
  const page = await context.newPage()
  await flagsFixture.flags({ context }, async (flags: TestFlags) => {
    for (const body of bodies) await body({ page, flags })
    await page.waitForFunction(() => document.body.dataset['isNew'] === 'true')
  })
  expect([bodies.length, new URL(page.url()).pathname]).toEqual([1, '/checkout'])
})
