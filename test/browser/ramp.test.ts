import { createClient, type FlagClient } from '@rampart/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { signedIn } from '../support/signed-in.ts'

/* The page of a ramp follows it by itself: nothing here reloads. */

let demo: Demo
let browser: Browser
let page: Page
let flags: FlagClient
let shoppers: NodeJS.Timeout

beforeAll(async () => {
  demo = await startDemo()
  flags = createClient({ url: demo.url, key: demo.serverKey, cacheFile: false, logger: 'silent' })
  await flags.ready()
  let shopper = 0
  shoppers = setInterval(() => {
    for (let i = 0; i < 100; i += 1) {
      shopper += 1
      flags.isEnabled(FLAG, `shopper-${shopper}`)
      // every tenth fails, with the flag and without
      if (shopper % 10 === 0) flags.count('checkout_error', `shopper-${shopper}`)
    }
  }, 50)
  browser = await launchChromium()
  page = await signedIn(browser, demo)
})

afterAll(async () => {
  clearInterval(shoppers)
  await browser.close()
  await flags.close()
  await demo.close()
})

test('a ramp is seen to climb, is paused by one button and taken back by another', async () => {
  const started = await demo.api.startRamp({
    ...ofFlag,
    body: { steps: '10%:1s,50%:1h,100%', guards: ['checkout_error'], allowNewMetric: true },
  })
  const { id } = started.body.item
  await page.goto(`${demo.url}/p/${PROJECT}/ramps/${id}`)
  await page.getByText('Step 1 of 3 · 10%').waitFor()
  await page.getByText('Step 2 of 3 · 50%').waitFor()
  await page.getByText('10% → 50% of users').waitFor()
  expect(await page.title()).toMatch(/^50% · /)

  const treated = await until(() =>
    [...Array(100).keys()].map((n) => `shopper-${n}`).find((who) => flags.isEnabled(FLAG, who)),
  )

  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('A person, to resume').waitFor()
  await page.getByRole('button', { name: 'Resume' }).waitFor()

  await page.getByRole('button', { name: /^Roll back/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Reason/).fill('the till is on fire')
  await dialog.getByRole('button', { name: /^Roll back/ }).click()
  const outcome = page.getByRole('region', { name: 'Outcome' })
  await outcome.getByText(/^Rolled back 50% → 0% .*the till is on fire/).waitFor()
  await page.waitForFunction(() => document.title.startsWith('Rolled back'))
  await until(() => !flags.isEnabled(FLAG, treated) || undefined)
  const { body } = await demo.api.getRamp({ params: { project: PROJECT, id } })
  expect(body).toMatchObject({ state: 'rolled_back', end: { by: 'person' }, percent: { now: 0 } })
})
