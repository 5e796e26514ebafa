import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { clientStreams, openTab, shows, startTabbedSite, type TabbedSite } from '../support/tabs.ts'

/*
 * The client where there is no page around it, and in a page that is put away whole: workers, and the back/forward cache.
 */

let demo: Demo
let site: TabbedSite
let browser: Browser

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  const key = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'workers' } })
  site = await startTabbedSite({ url: demo.url, clientKey: key.body.secret })
  browser = await launchChromium({ keepsPages: true })
})

afterAll(async () => {
  await browser.close()
  site.close()
  await demo.close()
})

beforeEach(async () => {
  await roll(100)
})

const roll = (percent: number) => demo.api.setRollout({ ...ofFlag, body: { percent, variation: 'on' } })

async function context() {
  const opened = await browser.newContext()
  onTestFinished(async () => {
    await opened.close()
    await until(async () => (await clientStreams(demo)) === 0 || undefined)
  })
  return opened
}

test.each(['dedicated', 'shared'])(
  'a %s worker evaluates, hears of a kill, and shares the stream of the tabs',
  async (kind) => {
    const at = await context()
    const complaints: string[] = []
    at.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    const withWorker = await openTab(at, site, `?worker=${kind}`)
    const beside = await openTab(at, site)
    await withWorker.waitForFunction(() => document.title === 'true')
    expect(await clientStreams(demo)).toBe(1)
    await demo.api.killFlag({ ...ofFlag, body: {} })
    onTestFinished(async () => void (await demo.api.restoreFlag({ ...ofFlag, body: {} })))
    await withWorker.waitForFunction(() => document.title === 'false')
    await shows(beside, false)
    expect(complaints).toEqual([])
  },
)

test('a page that the browser has kept goes on where it was, and hears what it has missed', async ({ skip }) => {
  const tab = await openTab(await context(), site)
  await shows(tab, true)
  await tab.evaluate(() => {
    Object.assign(globalThis, { mark: 'the same page' })
    addEventListener('pageshow', ({ persisted }) => {
      document.body.dataset['persisted'] = String(persisted)
    })
  })
  const refusals = await refusalsOf(tab)
  await tab.goto(`${site.url}/with-worker.js`)
  await until(async () => (await clientStreams(demo)) === 0 || undefined)
  await roll(0)
  await tab.goBack({ waitUntil: 'commit' })
  await shows(tab, false)
  if (refusals.includes('BackForwardCacheDisabledForDelegate'))
    skip('this Chromium keeps no pages: it is a headless shell')
  expect(
    await tab.evaluate(() => [(globalThis as { mark?: string }).mark, document.body.dataset['persisted']]),
  ).toEqual(['the same page', 'true'])
  expect(await clientStreams(demo)).toBe(1)
})

/** Filled with the reasons why a page was not kept, once one comes back to it. */
async function refusalsOf(tab: Page): Promise<readonly string[]> {
  const reasons: string[] = []
  const session = await tab.context().newCDPSession(tab)
  await session.send('Page.enable')
  session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) => {
    reasons.push(...notRestoredExplanations.map(({ reason }) => reason))
  })
  return reasons
}
