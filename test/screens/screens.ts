import type { Page } from 'playwright-core'
import { ENVIRONMENT, FLAG, ofFlag, PROJECT } from '../support/demo.ts'
import type { House } from './house.ts'
import { LONG_KEY, RAMPED } from './seed.ts'

/** One page or dialog, and how a person comes to it. */
export interface Screen {
  readonly name: string
  /** Leads there, and resolves when what it is about can be seen. */
  readonly open: (page: Page, house: House) => Promise<unknown>
  /** What the browser may complain of, because the screen is about just that. */
  readonly complaint?: RegExp
  /** Seen by somebody who has not signed in. */
  readonly stranger?: true
}

const inProject = (path: string) => `/p/${PROJECT}${path}`
const flagPage = (flag: string, environment = ENVIRONMENT) => inProject(`/flags/${flag}/${environment}`)
const REFUSED = /status of 4\d\d|ERR_CONNECTION_REFUSED/

const shows = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor()
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const dialog = (page: Page) => page.getByRole('dialog').waitFor()

async function visit(page: Page, { url }: House, path: string, words: string | RegExp): Promise<void> {
  await page.goto(`${url}${path}`)
  await shows(page, words)
}

/** A page by its address. */
const at = (name: string, path: string, words: string | RegExp, more: Partial<Screen> = {}): Screen => ({
  name,
  open: (page, house) => visit(page, house, path, words),
  ...more,
})

/** The page of a ramp, and what a button of it opens. */
const ofRamp = (name: string, kind: keyof typeof RAMPED, button?: RegExp): Screen => ({
  name,
  open: async (page, house) => {
    await visit(page, house, inProject(`/ramps/${house.ramps[kind]}`), 'Share over time')
    if (button === undefined) return
    await press(page, button)
    await dialog(page)
  },
})

/** What a button of a page opens. */
const opened = (name: string, path: string, words: string | RegExp, button: RegExp): Screen => ({
  name,
  open: async (page, house) => {
    await visit(page, house, path, words)
    await press(page, button)
    await dialog(page)
  },
})

/** The rule editor with one more rule, not saved yet. */
async function editing(page: Page, house: House): Promise<void> {
  await visit(page, house, flagPage(FLAG), 'Everyone else')
  await press(page, /Edit rules/)
  await press(page, 'Add a rule')
  await page.getByLabel('Name of rule 3').fill('Big baskets')
  await page.getByLabel('Attribute').last().fill('basket.total')
}

export const SCREENS: readonly Screen[] = [
  at('sign-in', '/sign-in', 'There are no passwords', { stranger: true, complaint: REFUSED }),
  at('sign-in by link', '/sign-in?token=used-up', 'You opened a one-time link', { stranger: true, complaint: REFUSED }),
  {
    name: 'sign-in refused',
    stranger: true,
    complaint: REFUSED,
    open: async (page, house) => {
      await visit(page, house, '/sign-in?token=used-up', 'You opened a one-time link')
      await press(page, 'Sign in')
      await shows(page, 'This link does not sign in')
    },
  },
  {
    name: 'first project',
    complaint: REFUSED,
    stranger: true,
    open: async (page, house) => {
      await page.goto(house.bare.signInUrl)
      await press(page, 'Sign in')
      await shows(page, 'Create the first project')
    },
  },
  at('flags', inProject('/flags'), 'price-tests'),
  at('flags, none found', inProject('/flags?q=loyalty'), 'No flag matches'),
  at('flags, none yet', '/p/empty/flags', 'No flags yet'),
  opened('new flag', inProject('/flags'), 'price-tests', /New flag/),
  {
    name: 'new flag, JSON',
    open: async (page, house) => {
      await visit(page, house, inProject('/flags'), 'price-tests')
      await press(page, /New flag/)
      await page.getByRole('combobox', { name: 'Type' }).click()
      await page.getByRole('option', { name: /^JSON/ }).click()
      await page.getByLabel('Value of variation 1').fill('{ "parcels": 3 }')
      await page.getByLabel('Value of variation 2').fill('{ parcels: 1 }')
    },
  },
  at('flags, archived', inProject('/flags?archived=true'), 'old-basket'),
  at('flags, none archived', '/p/empty/flags?archived=true', 'No flag is archived'),
  at('flag', flagPage(FLAG), 'Everyone else'),
  at('flag, JSON', flagPage('delivery-limits'), 'december'),
  at('flag, archived', flagPage('old-basket'), 'Bring it back'),
  opened('archive', flagPage('delivery-limits'), 'december', /^Archive…/),
  opened('edit variations', flagPage('delivery-limits'), 'december', /^Edit variations…/),
  at('flag, split', flagPage('price-tests'), 'Everyone'),
  at('flag, off', flagPage(LONG_KEY, 'development'), 'Everyone'),
  at('flag, killed', flagPage('promo-banner'), 'The banner covers the button'),
  at('flag, ramped', flagPage(RAMPED.running), 'held by ramp'),
  opened('kill', flagPage(FLAG), 'Everyone else', /^Kill/),
  opened('edit flag', flagPage(FLAG), 'Everyone else', /^Edit…/),
  opened('restore', flagPage('promo-banner'), 'The banner covers the button', /^Restore/),
  opened('start a ramp', flagPage(FLAG), 'Everyone else', /^Start ramp/),
  {
    name: 'switch',
    open: async (page, house) => {
      await visit(page, house, flagPage(LONG_KEY), 'Everyone')
      await page.getByRole('switch').press('Space')
      await dialog(page)
    },
  },
  { name: 'rule editor', open: editing },
  {
    name: 'review',
    open: async (page, house) => {
      await editing(page, house)
      await page
        .getByLabel(/^Values/)
        .last()
        .fill('100, 200')
      await press(page, /^Review/)
      await dialog(page)
    },
  },
  {
    name: 'conflict',
    open: async (page, house) => {
      await editing(page, house)
      await house.api.setRollout({ ...ofFlag, body: { percent: 11 } })
      await shows(page, /was saved while you edited/)
      await press(page, /^Review|^Compare/)
      await dialog(page)
      await house.api.setRollout({ ...ofFlag, body: { percent: 10 } })
    },
  },
  at('ramps', inProject('/ramps'), RAMPED.completed),
  at('ramps, none yet', '/p/empty/ramps', /No ramp|Nothing/),
  ofRamp('ramp, running', 'running'),
  ofRamp('ramp, taken back', 'takenBack'),
  ofRamp('ramp, held', 'held'),
  ofRamp('ramp, waits for approval', 'approval'),
  ofRamp('ramp, completed', 'completed'),
  ofRamp('advance', 'running', /^Advance/),
  ofRamp('roll back', 'running', /^Roll back/),
  ofRamp('start again', 'takenBack', /^Start again/),
  at('segments', inProject('/segments'), 'Northern Europe'),
  at('segments, none yet', '/p/empty/segments', 'No segments yet'),
  opened('new segment', inProject('/segments'), 'Northern Europe', /New segment/),
  at('segment', inProject('/segments/beta-testers'), 'Used by'),
  {
    name: 'save segment',
    open: async (page, house) => {
      await visit(page, house, inProject('/segments/beta-testers'), FLAG)
      await page.getByLabel('Name').fill('Testers of the beta')
      await press(page, /^Review and save/)
      await dialog(page)
    },
  },
  opened('delete segment', inProject('/segments/unused'), 'No rule and no other segment', /^Delete/),
  at('activity', inProject('/activity'), 'Today'),
  {
    name: 'activity, details',
    open: async (page, house) => {
      await visit(page, house, inProject('/activity?subject=flag'), 'Today')
      const entries = page.getByRole('button', { name: /^Details/ })
      await entries.first().click()
      await entries.last().click()
    },
  },
  {
    name: 'restore settings',
    open: async (page, house) => {
      await visit(page, house, inProject(`/activity?subject=flag&environment=${ENVIRONMENT}`), 'Today')
      const entry = page.locator('li', { hasText: 'as agreed on Monday' })
      await entry.getByRole('button', { name: /^Details/ }).click()
      await entry.getByRole('button', { name: /^Restore to before/ }).click()
      await dialog(page)
    },
  },
  at('activity, nothing', inProject('/activity?subject=webhook'), 'Nothing of that kind'),
  at('SDK keys', inProject('/settings/sdk-keys'), 'Server, secret'),
  opened('new SDK key', inProject('/settings/sdk-keys'), 'Server, secret', /New SDK key/),
  {
    name: 'SDK key made',
    open: async (page, house) => {
      await visit(page, house, inProject('/settings/sdk-keys'), 'Server, secret')
      await press(page, /New SDK key/)
      await page.getByRole('radio', { name: 'Client' }).check()
      await page.getByLabel('Name').fill('pages of the web shop')
      await press(page, 'Make the key')
      await shows(page, 'shown this once')
    },
  },
  opened('revoke SDK key', inProject('/settings/sdk-keys'), 'Server, secret', /^Revoke/),
  at('connected SDKs', inProject('/settings/connected-sdks'), 'web-shop'),
  at('environments', inProject('/settings/environments'), 'Private attributes'),
  opened('edit environment', inProject('/settings/environments'), 'Private attributes', /^Edit…/),
  opened('new environment', inProject('/settings/environments'), 'Private attributes', /New environment/),
  opened('keyboard help', inProject('/flags'), 'price-tests', /^Keyboard help/),
  {
    name: 'menu',
    open: async (page, house) => {
      await visit(page, house, inProject('/flags'), 'price-tests')
      await press(page, /^Signed in as/)
      await page.getByRole('menu').waitFor()
    },
  },
  at('no such page', '/p/demo/nowhere', 'There is no such page'),
  at('no such flag', flagPage('no-such-flag'), 'There is no such page', { complaint: REFUSED }),
  at('no such project', '/p/nowhere/flags', 'There is no such page', { complaint: REFUSED }),
  at('API reference', '/docs/api', /API/),
  at('a problem', '/problems/revision_mismatch', /revision/i),
  { name: 'shop', open: (page, { shopUrl }) => page.goto(shopUrl).then(() => shows(page, 'Connected')) },
]

/** Seen last, since the server is away then. */
export const AWAY: Screen = {
  name: 'server away',
  complaint: /./,
  open: async (page, house) => {
    await visit(page, house, inProject('/flags'), 'price-tests')
    await house.leave()
    await page.getByRole('link', { name: 'Segments' }).last().click()
    await shows(page, 'could not be loaded')
  },
}
