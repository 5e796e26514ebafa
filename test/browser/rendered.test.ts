import { createClient, type FlagClient } from '@rampart/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { type RenderedPage, startRenderedPage } from '../support/rendered-page.ts'

/*
 * A page that a server renders with React, in a real browser, under a policy that lets nothing in from elsewhere: the
 * right variation in the first frame, the same HTML on both sides, and changes without a reload.
 */

let demo: Demo
let clientKey: string
let browser: Browser
let flags: FlagClient

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  clientKey = (await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'pages' } })).body.secret
  await demo.api.setRollout({ ...ofFlag, body: { percent: 50, variation: 'on' } })
  flags = createClient({ url: demo.url, key: demo.serverKey, logger: 'silent' })
  await flags.ready()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  await flags.close()
  await demo.close()
})

interface Visit {
  readonly page: Page
  /** What the browser complained of, React's warnings among it. */
  readonly complaints: readonly string[]
  /** What the heading said, frame after frame. */
  readonly shown: () => Promise<readonly string[]>
}

async function visit(site: RenderedPage, visitor: string): Promise<Visit> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(() => {
    const shown: (string | null)[] = []
    Object.assign(globalThis, { shown })
    const look = (): void => {
      const text = document.querySelector('#checkout')?.textContent
      if (text !== undefined && shown.at(-1) !== text) shown.push(text)
      requestAnimationFrame(look)
    }
    look()
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  })
  await page.goto(`${site.url}/?visitor=${visitor}`)
  return { page, complaints, shown: () => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown) }
}

const connected = (page: Page) => page.locator('#status', { hasText: 'ready' }).waitFor()
const heading = (isNew: boolean) => (isNew ? 'The new checkout' : 'The old checkout')

describe.each(['18', '19'] as const)('with React %s', (react) => {
  let site: RenderedPage

  beforeAll(async () => {
    site = await startRenderedPage(react, { url: demo.url, clientKey })
  })
  afterAll(() => site.close())

  test.each(['ana', 'ben', 'cem'])(
    'the first frame shows %s the right variation, and no frame another one',
    async (visitor) => {
      const right = heading(flags.isEnabled(FLAG, visitor))
      const html = await (await fetch(`${site.url}/?visitor=${visitor}`)).text()
      expect(html).toContain(`<h1 id="checkout">${right}</h1>`)
      const { page, complaints, shown } = await visit(site, visitor)
      await connected(page)
      expect([await shown(), complaints]).toEqual([[right], []])
    },
  )

  test('a kill changes the page without a reload, and its undoing does', async () => {
    const visitor = ['ana', 'ben', 'cem', 'dan', 'eva', 'fay'].find((one) => flags.isEnabled(FLAG, one)) ?? ''
    const { page, complaints, shown } = await visit(site, visitor)
    await connected(page)
    await demo.api.killFlag({ ...ofFlag, body: {} })
    await page.getByText('Pay at the till.').waitFor()
    await demo.api.restoreFlag({ ...ofFlag, body: {} })
    await page.getByText('Pay with one click.').waitFor()
    expect([await shown(), complaints]).toEqual([[heading(true), heading(false), heading(true)], []])
  })

  test('somebody else sees what is theirs, at once', async () => {
    const { page, shown } = await visit(site, 'ana')
    await connected(page)
    await until(async () => {
      await page.getByRole('button', { name: 'Be somebody else' }).click()
      return (await shown()).length > 2 || undefined
    })
    expect(new Set(await shown())).toEqual(new Set([heading(true), heading(false)]))
  })

  test('without values the page is made with the fallback, and the console says why', async () => {
    const away = await startRenderedPage(react, { url: demo.url, clientKey: 'rmp_pub_nobodys' })
    onTestFinished(() => away.close())
    const { page, complaints } = await visit(away, 'ana')
    await page.locator('#checkout', { hasText: heading(false) }).waitFor()
    await until(() => complaints.find((line) => line.includes('the key is refused')))
  })
})
