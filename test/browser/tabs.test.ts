import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { clientStreams, openTab, shows, startTabbedSite, type TabbedSite } from '../support/tabs.ts'

/*
 * Several tabs of one browser: they share one stream, which moves on when its tab is closed. `npm run bench -- browser` does
 * the same with fifty and says how long it takes.
 */

let demo: Demo
let site: TabbedSite
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  const key = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'tabs' } })
  site = await startTabbedSite({ url: demo.url, clientKey: key.body.secret })
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  site.close()
  await demo.close()
})

beforeEach(async () => {
  await roll(0)
  context = await browser.newContext()
  onTestFinished(async () => {
    await context.close()
    await until(async () => (await clientStreams(demo)) === 0 || undefined)
  })
})

const roll = (percent: number) => demo.api.setRollout({ ...ofFlag, body: { percent, variation: 'on' } })
const everyTabShows = (tabs: readonly Page[], value: boolean) => Promise.all(tabs.map((tab) => shows(tab, value)))

describe.each([
  ['rules', ''],
  ['values of the server', '?mode=remote'],
])('with %s', (_, query) => {
  test('tabs hold one stream together, hear every change, and pass the stream on when its tab is closed', async () => {
    const complaints: string[] = []
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    const tabs: Page[] = []
    for (let n = 0; n < 4; n++) tabs.push(await openTab(context, site, query))
    await everyTabShows(tabs, false)
    expect(await clientStreams(demo)).toBe(1)
    await roll(100)
    await everyTabShows(tabs, true)
    await tabs.shift()?.close()
    await roll(0)
    await everyTabShows(tabs, false)
    expect(await clientStreams(demo)).toBe(1)
    expect(complaints).toEqual([])
  })

  test('a tab that comes later begins where the others are', async () => {
    const first = await openTab(context, site, query)
    await roll(100)
    await shows(first, true)
    const second = await openTab(context, site, query)
    expect(await shows(second, true)).toBeGreaterThan(0)
    expect(await clientStreams(demo)).toBe(1)
  })

  test('a page that one comes back to hears what it has missed', async () => {
    const tab = await openTab(context, site, query)
    await tab.goto('about:blank')
    await roll(100)
    await tab.goBack()
    await shows(tab, true)
  })
})

test('the server sends a page without rules no rule', async () => {
  const tab = await context.newPage()
  const bodies: Promise<string>[] = []
  tab.on('response', (response) => {
    if (response.url().includes('/sdk/v1/evaluate')) bodies.push(response.text())
  })
  const asked: string[] = []
  tab.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await tab.goto(`${site.url}/?mode=remote`)
  await tab.waitForFunction(() => document.body.dataset['status'] === 'ready')
  const [body = ''] = await Promise.all(bodies)
  expect(Object.keys(JSON.parse(body))).toEqual(['format', 'revision', 'values'])
  expect(asked).not.toContain('/sdk/v1/snapshot')
})

test('a flag whose rules stay on the server reaches pages that ask for values, and no others', async () => {
  const told = (remoteOnly: boolean) =>
    demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { remoteOnly } })
  onTestFinished(async () => void (await told(false)))
  await roll(100)
  const [local, remote] = [await openTab(context, site), await openTab(context, site, '?mode=remote')]
  await everyTabShows([local, remote], true)
  await told(true)
  await shows(local, false)
  await roll(0)
  await shows(remote, false)
  await roll(100)
  await shows(remote, true)
  expect(await local.evaluate(() => Object.values(localStorage).join('\n'))).not.toContain('"rules"')
})

test('how the page does can be told as outcomes', async () => {
  const tab = await openTab(context, site)
  const sent = tab.waitForRequest((request) => request.url().includes('/events'))
  await tab.evaluate(async () => {
    const { flags, observeVitals } = globalThis as unknown as {
      flags: { flush(): Promise<void>; count(metric: string): void; observe(metric: string, value: number): void }
      observeVitals: (client: unknown) => () => void
    }
    observeVitals(flags)
    document.body.append('something to paint')
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))
    window.dispatchEvent(new ErrorEvent('error', { error: new Error('nobody caught it') }))
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })
  const batch = JSON.parse((await sent).postData() ?? '') as { readonly totals: readonly { readonly metric: string }[] }
  const metrics = batch.totals.map(({ metric }) => metric)
  expect(metrics).toEqual(expect.arrayContaining(['web_ttfb_ms', 'web_cls', 'web_error']))
})
