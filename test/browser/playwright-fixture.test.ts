import { flagsFixture, type TestFlags } from '@rampart/testing/playwright'
import { build } from 'esbuild'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { root } from '../support/imports.ts'

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
        const show = () => { document.title = flags.get('greeting', 'none') }
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
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  await context.route(PAGE, (route) =>
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
