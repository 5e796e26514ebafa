import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inProject, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { signedIn } from '../support/signed-in.ts'

/* The admin UI without a mouse. */

const DEVELOPMENT = { params: { project: PROJECT, environment: 'development', flag: FLAG } }

let demo: Demo
let browser: Browser
let page: Page

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.createEnvironment({ ...inProject, body: { key: 'development', class: 'development' } })
  await demo.api.putSegment({
    params: { project: PROJECT, segment: 'staff' },
    body: { name: 'Staff', when: null, included: ['ana'] },
  })
  browser = await launchChromium()
  page = await signedIn(browser, demo)
})

afterAll(async () => {
  await browser.close()
  await demo.close()
})

/** What can be used with a mouse, and is neither hidden nor out of use. */
const USABLE = 'a[href], button, input, select, textarea, [tabindex="0"]'

/** Presses Tab through the whole page; what was never reached, and what did not show that it has the focus. */
async function walk(): Promise<{ readonly missed: readonly string[]; readonly unseen: readonly string[] }> {
  const count = await page.evaluate((usable) => {
    const places = [...document.querySelectorAll<HTMLElement>(usable)].filter(
      (place) => place.checkVisibility() && place.tabIndex >= 0 && !place.matches(':disabled'),
    )
    for (const place of places) place.dataset['walked'] = 'no'
    return places.length
  }, USABLE)
  const unseen: string[] = []
  await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined))
  for (let pressed = 0; pressed < count + 2; pressed += 1) {
    await page.keyboard.press('Tab')
    const dark = await page.evaluate(() => {
      const place = document.activeElement
      if (!(place instanceof HTMLElement) || place === document.body) return null
      place.dataset['walked'] = 'yes'
      // the track of a switch and the box of a check mark stand beside the input itself
      const shown = place.matches('input[type="checkbox"]') ? [place, place.nextElementSibling] : [place]
      const shows = shown.some(
        (one) =>
          one !== null && getComputedStyle(one).outlineStyle !== 'none' && getComputedStyle(one).outlineWidth !== '0px',
      )
      return shows ? null : place.outerHTML.slice(0, 160)
    })
    if (dark !== null) unseen.push(dark)
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll('[data-walked="no"]')].map((place) => place.outerHTML.slice(0, 160)),
  )
  return { missed, unseen }
}

test.each([
  ['the flags', '/flags', FLAG],
  ['a flag', `/flags/${FLAG}/development`, 'Everyone'],
  ['a segment', '/segments/staff', 'Used by'],
  ['the activity', '/activity', 'Today'],
])('Tab reaches everything on the page of %s, and shows where it is', async (_, path, words) => {
  await page.goto(`${demo.url}/p/${PROJECT}${path}`)
  await page.getByText(words).first().waitFor()
  expect(await walk()).toEqual({ missed: [], unseen: [] })
})

test('a flag is found, opened and switched on by keys', async () => {
  await page.goto(`${demo.url}/p/${PROJECT}/segments`)
  await page.getByRole('heading', { name: 'Segments' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await page.getByRole('heading', { name: 'Flags' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('checkout')
  await page.waitForURL(/q=checkout/)
  const there = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  for (let pressed = 0; pressed < 10 && !(await there()).startsWith(`${FLAG} in development`); pressed += 1)
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/development$/)
  await page.getByRole('switch').focus()
  await page.keyboard.press('Space')
  await until(async () => (await demo.api.getConfig(DEVELOPMENT)).body.on || undefined)
})

test('the help lists the keys, and Esc gives the focus back to where it was', async () => {
  await page.goto(`${demo.url}/p/${PROJECT}/flags`)
  const link = page.getByRole('link', { name: FLAG }).first()
  await link.focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Go to ramps').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await until(() => link.evaluate((element) => element === document.activeElement || undefined))
})
