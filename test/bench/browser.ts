import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { build } from '../../scripts/build.mjs'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { clientStreams, openTab, shows, startTabbedSite, type TabbedSite } from '../support/tabs.ts'
import type { Row } from './row.ts'

const ROUNDS = 25
const KILL_MS = 100
const TABS = 50
const TABS_ROUNDS = 10
const TABS_MS = 300
/** While tabs are looked at they are slower: they note themselves when they have changed, and are asked after this long. */
const UNTOUCHED_MS = 1_000
const MOVED_MS = 3_000

interface World {
  readonly demo: Demo
  readonly site: TabbedSite
  readonly browser: Browser
}

/** What a page of a real Chromium on this machine sees of a kill, and what many tabs of one browser cost and see. */
export async function run(): Promise<readonly Row[]> {
  build()
  const demo = await startDemo()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100, variation: 'on' } })
  const key = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'bench' } })
  const site = await startTabbedSite({ url: demo.url, clientKey: key.body.secret })
  const browser = await launchChromium()
  try {
    const world = { demo, site, browser }
    return [...(await killed(world)), ...(await tabbed(world))]
  } finally {
    await browser.close()
    site.close()
    await demo.close()
  }
}

/** From the kill's HTTP answer until the page has changed. */
async function killed({ demo, site, browser }: World): Promise<readonly Row[]> {
  const context = await browser.newContext()
  const page = await openTab(context, site)
  const delays: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await demo.api.killFlag({ ...ofFlag, body: {} })
    const answered = Date.now()
    delays.push(Math.max(0, (await shows(page, false)) - answered))
    await demo.api.restoreFlag({ ...ofFlag, body: {} })
    await shows(page, true)
  }
  await context.close()
  delays.sort((a, b) => a - b)
  return [
    ms(`kill: HTTP answer to the changed page, median of ${ROUNDS}`, delays[Math.floor(ROUNDS / 2)], KILL_MS),
    ms(`kill: HTTP answer to the changed page, worst of ${ROUNDS}`, delays.at(-1), KILL_MS),
  ]
}

async function tabbed({ demo, site, browser }: World): Promise<readonly Row[]> {
  const context = await browser.newContext()
  const tabs: Page[] = []
  for (let n = 0; n < TABS; n++) tabs.push(await openTab(context, site))
  const streams = await clientStreams(demo)
  const delays: number[] = []
  for (let round = 0; round < TABS_ROUNDS; round++) {
    await demo.api.killFlag({ ...ofFlag, body: {} })
    const answered = Date.now()
    await sleep(UNTOUCHED_MS)
    const changed = await Promise.all(tabs.map((tab) => shows(tab, false)))
    delays.push(Math.max(0, ...changed.map((at) => at - answered)))
    await demo.api.restoreFlag({ ...ofFlag, body: {} })
    await Promise.all(tabs.map((tab) => shows(tab, true)))
  }
  await demo.api.killFlag({ ...ofFlag, body: {} })
  await Promise.all(tabs.map((tab) => shows(tab, false)))
  delays.sort((a, b) => a - b)
  // The first tab has the stream: without it another one has to notice.
  const [first, ...others] = tabs
  const closing = performance.now()
  await first?.close()
  await until(async () => (await clientStreams(demo)) === 1 || undefined)
  const moved = performance.now() - closing
  await demo.api.restoreFlag({ ...ofFlag, body: {} })
  await Promise.all(others.map((tab) => shows(tab, true)))
  const after = await clientStreams(demo)
  await context.close()
  return [
    { goal: `${TABS} tabs of one origin: streams`, measured: `${streams}`, limit: '1', ok: streams === 1 },
    ms(
      `${TABS} tabs: kill's HTTP answer to the last changed tab, median of ${TABS_ROUNDS}`,
      delays[Math.floor(TABS_ROUNDS / 2)],
      TABS_MS,
    ),
    ms(`${TABS} tabs: kill's HTTP answer to the last changed tab, worst of ${TABS_ROUNDS}`, delays.at(-1), TABS_MS),
    ms(`${TABS} tabs: the tab with the stream is closed, until another one has it`, moved, MOVED_MS),
    { goal: 'the others heard the next change, over streams', measured: `${after}`, limit: '1', ok: after === 1 },
  ]
}

function ms(goal: string, measured = Number.POSITIVE_INFINITY, limit: number): Row {
  return { goal, measured: `${Math.round(measured)} ms`, limit: `${limit} ms`, ok: measured <= limit }
}
