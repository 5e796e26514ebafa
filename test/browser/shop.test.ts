import { AxeBuilder } from '@axe-core/playwright'
import { createClient, type FlagClient } from '@rampart/node'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { type RunningShop, startShop, until } from '../support/processes.ts'
import { startWitness, type Witness } from '../support/witness.ts'

/*
 * The shop's page in a real browser: it asks Rampart itself, from another origin, under a policy that lets it load
 * nothing from elsewhere.
 */

let demo: Demo
/** What the page takes for Rampart. */
let rampart: Witness
let shop: RunningShop
let browser: Browser
let flags: FlagClient

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  const key = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'pages' } })
  rampart = await startWitness(demo.url)
  shop = await startShop({ url: rampart.url, key: demo.serverKey, clientKey: key.body.secret, perSecond: 20 })
  flags = createClient({ url: demo.url, key: demo.serverKey, logger: 'silent' })
  await flags.ready()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  await flags.close()
  await shop.close()
  rampart.close()
  await demo.close()
})

beforeEach(() => roll(0))

async function roll(percent: number): Promise<void> {
  const { body } = await demo.api.setRollout({ ...ofFlag, body: { percent, variation: 'on' } })
  const { revision } = body
  await until(() => (revision === null || flags.details(FLAG, 'ana', false).revision >= revision ? true : undefined))
}

interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained of. */
  readonly complaints: readonly string[]
}

async function visit(shopper: string): Promise<Visit> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${shop.url}/?shopper=${shopper}`)
  return { page, context, complaints }
}

const connected = (page: Page) => page.getByText('Connected: a change shows here at once').waitFor()
const meets = (page: Page, which: 'old' | 'new') => page.getByText(`${which} checkout`, { exact: true }).waitFor()

test('a page sees a flag flip, without a reload and without a complaint', async () => {
  const { page, complaints } = await visit('ana')
  await connected(page)
  await meets(page, 'old')
  await page.evaluate(() => Object.assign(globalThis, { before: true }))
  await roll(100)
  await meets(page, 'new')
  await roll(0)
  await meets(page, 'old')
  expect(await page.evaluate(() => 'before' in globalThis)).toBe(true)
  expect(complaints).toEqual([])
})

test('somebody else may meet the other checkout, as the server would decide for them', async () => {
  await roll(50)
  const { page, complaints } = await visit('ana')
  await connected(page)
  const met = new Set<string>()
  for (const shopper of ['ben', 'cem', 'dan', 'eva', 'fay', 'ana']) {
    await page.getByLabel('You are').fill(shopper)
    await page.getByRole('button', { name: 'Come in' }).click()
    const which = flags.isEnabled(FLAG, shopper) ? 'new' : 'old'
    await meets(page, which)
    met.add(which)
    const { position = 0 } = flags.details(FLAG, shopper, false)
    expect(await page.locator('#percent').textContent()).toBe(`${((100 * position) / 2 ** 32).toFixed(2)}%`)
    expect(new URL(page.url()).searchParams.get('shopper')).toBe(shopper)
  }
  expect([...met].sort()).toEqual(['new', 'old'])
  expect(complaints).toEqual([])
})

test('a kill reaches the page, and so does its undoing', async () => {
  await roll(100)
  const { page } = await visit('ana')
  await meets(page, 'new')
  await demo.api.killFlag({ ...ofFlag, body: { reason: 'the page is broken' } })
  await page.getByText('somebody has killed the flag').waitFor()
  await meets(page, 'old')
  await demo.api.restoreFlag({ ...ofFlag, body: {} })
  await meets(page, 'new')
})

test('what is bought in the page is bought in the checkout that it shows', async () => {
  await roll(100)
  const { page } = await visit('ana')
  await meets(page, 'new')
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByText(/in the new checkout\./).waitFor()
})

test('the page keeps what it knows while Rampart is away, and follows again when it is back', async () => {
  await roll(100)
  const { page } = await visit('ana')
  await connected(page)
  await demo.kill()
  await page.getByText('The last known answers stay in use').waitFor()
  await meets(page, 'new')
  await page.reload()
  await meets(page, 'new')
  await demo.restart()
  await connected(page)
  await roll(0)
  await meets(page, 'old')
})

test('a page that is left hands over what it counted', async () => {
  const { page, complaints } = await visit('ana')
  await connected(page)
  const before = rampart.seen.length
  await page.goto(`${shop.url}/healthz`)
  const beacon = await until(() => rampart.seen.slice(before).find(({ address }) => address.includes('/events?key=')))
  expect(beacon).toEqual({
    method: 'POST',
    address: expect.stringMatching(/^\/sdk\/v1\/events\?key=rmp_pub_/),
    status: 202,
  })
  expect(complaints).toEqual([])
})

test.each(['light', 'dark'] as const)(
  'everybody can use the page, in the %s and on a small screen',
  async (colorScheme) => {
    await roll(50)
    const { page } = await visit('ana')
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 700 })
    await connected(page)
    for (const shopper of ['ana', 'ben']) {
      await page.getByLabel('You are').fill(shopper)
      await page.keyboard.press('Enter')
      await meets(page, flags.isEnabled(FLAG, shopper) ? 'new' : 'old')
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  },
)

test('where origins are listed, pages of others are refused and say so', async () => {
  onTestFinished(async () => {
    await demo.api.patchEnvironment({ ...inEnvironment, body: { origins: [] } })
  })
  await demo.api.patchEnvironment({ ...inEnvironment, body: { origins: ['https://elsewhere.test'] } })
  const refused = await visit('ana')
  await until(() => refused.complaints.find((line) => line.includes('the key is refused (status 403)')))
  await meets(refused.page, 'old')
  await demo.api.patchEnvironment({ ...inEnvironment, body: { origins: [shop.url] } })
  const listed = await visit('ana')
  await connected(listed.page)
  expect(listed.complaints).toEqual([])
})
