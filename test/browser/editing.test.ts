import { ProblemError } from '@rampart/contract/admin'
import { createClient, type FlagClient } from '@rampart/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inProject, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { signedIn } from '../support/signed-in.ts'

/* What a person writes in the admin UI is what SDKs answer: one after the other, on one flag of an unprotected environment. */

const DEVELOPMENT = { params: { project: PROJECT, environment: 'development', flag: FLAG } }
const FLAG_PAGE = `/p/${PROJECT}/flags/${FLAG}/development`

let demo: Demo
let browser: Browser
let page: Page
let flags: FlagClient

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.createEnvironment({ ...inProject, body: { key: 'development', class: 'development' } })
  await demo.api.setRollout({ ...DEVELOPMENT, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...DEVELOPMENT, body: { on: true } })
  const key = await demo.api.createSdkKey({
    params: { project: PROJECT, environment: 'development' },
    body: { kind: 'server', name: 'editing' },
  })
  flags = createClient({ url: demo.url, key: key.body.secret, cacheFile: false, logger: 'silent' })
  await flags.ready()
  browser = await launchChromium()
  page = await signedIn(browser, demo)
})

afterAll(async () => {
  await browser.close()
  await flags.close()
  await demo.close()
})

const button = (name: string | RegExp) => page.getByRole('button', { name }).first()
const inDialog = () => page.getByRole('dialog')
const answers = (value: boolean, context: Parameters<FlagClient['isEnabled']>[1]) =>
  until(() => flags.isEnabled(FLAG, context) === value || undefined)

async function visit(path: string): Promise<void> {
  await page.goto(`${demo.url}${path}`)
}

async function reviewAndSave(): Promise<void> {
  await button(/^Review and save/).click()
  await inDialog().getByRole('button', { name: /^Save/ }).click()
  await inDialog().waitFor({ state: 'detached' })
}

test('a rule is written, read back as a sentence, reviewed and saved, and SDKs answer by it', async () => {
  await visit(FLAG_PAGE)
  await button(/^Add rules/).click()
  await button('Add a rule').click()
  await page.getByLabel('Name of rule 1').fill('Staff')
  await page.getByLabel('Attribute').fill('email')
  await page.getByLabel('Operator').selectOption('ends with')
  await page.getByLabel(/^Values/).fill('@shop.example')
  await button(/^Review and save/).click()
  await inDialog().getByText('if email ends with @shop.example → on').waitFor()
  await inDialog()
    .getByRole('button', { name: /^Save in development/ })
    .click()
  await page.getByText(/^If email ends with @shop\.example, everyone gets on\./).waitFor()
  await answers(true, { targetingKey: 'ana', email: 'ana@shop.example' })
  expect(flags.isEnabled(FLAG, { targetingKey: 'bo', email: 'bo@elsewhere.example' })).toBe(false)
})

test('a segment is made, filled and used, and cannot be deleted while it is', async () => {
  await page.getByRole('link', { name: 'Segments' }).first().click()
  await button(/^New segment/).click()
  await inDialog().getByLabel('Name').fill('Beta testers')
  await inDialog().getByRole('button', { name: 'Create segment' }).click()
  await page.getByRole('heading', { name: 'beta-testers' }).waitFor()
  await page.getByLabel('Add to Always in').fill('user-1, user-2')
  await button('Add 2').click()
  await reviewAndSave()

  await visit(FLAG_PAGE)
  await button(/^Edit rules/).click()
  await button('Add a rule').click()
  const rule = page.getByRole('listitem').filter({ has: page.getByLabel('Name of rule 2') })
  await rule.getByRole('button', { name: 'Remove the condition' }).click()
  await rule.getByRole('button', { name: 'Segment', exact: true }).click()
  await reviewAndSave()
  await answers(true, 'user-1')
  expect(flags.isEnabled(FLAG, 'user-3')).toBe(false)

  await visit(`/p/${PROJECT}/segments/beta-testers`)
  await page.getByRole('link', { name: FLAG }).waitFor()
  expect(await button(/^Delete/).getAttribute('aria-disabled')).toBe('true')
  const refused = demo.api.deleteSegment({ params: { project: PROJECT, segment: 'beta-testers' } })
  const problem = await refused.then(
    () => undefined,
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : error),
  )
  expect(problem).toBe('in_use')
})

test('the activity says in words what was changed, and puts it back', async () => {
  await visit(`/p/${PROJECT}/activity?subject=flag&environment=development`)
  const last = page.getByRole('listitem').filter({ hasText: 'was configured' }).first()
  await last.getByRole('button', { name: /^Details/ }).click()
  await last.getByText('if in segment beta-testers → on').waitFor()
  await last.getByRole('button', { name: /^Restore to before/ }).click()
  await inDialog()
    .getByRole('button', { name: /^Restore in development/ })
    .click()
  await inDialog().waitFor({ state: 'detached' })
  await answers(false, 'user-1')
  expect(flags.isEnabled(FLAG, { targetingKey: 'ana', email: 'ana@shop.example' })).toBe(true)
})

test('of two who edit one flag the second chooses between both, and loses nothing', async () => {
  await visit(FLAG_PAGE)
  await button(/^Edit rules/).click()
  await page.getByLabel('Name of rule 1').fill('Everybody who works here')
  await demo.api.setRollout({ ...DEVELOPMENT, body: { percent: 25 } })
  await page.getByText(/was saved while you edited .* Nothing that you typed is lost/).waitFor()
  await button(/^Review and save|^Compare/).click()
  await inDialog()
    .getByText(/What only one of you changed is chosen already/)
    .waitFor()
  await inDialog()
    .getByRole('button', { name: /^Continue from revision/ })
    .click()
  await inDialog()
    .getByRole('button', { name: /^Save in development/ })
    .click()
  await inDialog().waitFor({ state: 'detached' })
  const { body } = await demo.api.getConfig(DEVELOPMENT)
  expect([body.rules[0]?.name, body.everyoneElse.rollout?.percent]).toEqual(['Everybody who works here', 25])
})

test('what browsers are told of a flag is chosen in words, and what they cannot be told is said there', async () => {
  const { body } = await demo.api.createSdkKey({
    params: { project: PROJECT, environment: 'development' },
    body: { kind: 'client', name: 'pages' },
  })
  const told = async () => {
    const headers = { authorization: `Bearer ${body.secret}` }
    const snapshot = (await (await fetch(`${demo.url}/sdk/v1/snapshot`, { headers })).json()) as { flags: object[] }
    const asked = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' }
    const given = (await (await fetch(`${demo.url}/sdk/v1/evaluate`, asked)).json()) as { values: object[] }
    return { rules: snapshot.flags.length, values: given.values.length }
  }
  const choose = async (name: string) => {
    await button(/^Edit…/).click()
    await inDialog().getByRole('radio', { name }).check()
    await inDialog().getByRole('button', { name: 'Save' }).click()
  }
  await demo.api.patchEnvironment({ params: DEVELOPMENT.params, body: { privateAttributes: ['email'] } })
  await visit(FLAG_PAGE)
  expect(await told()).toEqual({ rules: 0, values: 0 })
  await choose('Its rules and values')
  await inDialog()
    .getByText(/tests the private attribute email/)
    .waitFor()
  await inDialog().getByRole('radio', { name: 'Its values' }).check()
  await inDialog().getByLabel('Owner').fill('Shop team')
  await inDialog().getByRole('button', { name: 'Save' }).click()
  await page.getByText(/client-side, values only · owner Shop team/).waitFor()
  await page.getByText('pages are told its values; its rules stay on the server').waitFor()
  expect(await told()).toEqual({ rules: 0, values: 1 })
  await demo.api.patchEnvironment({ params: DEVELOPMENT.params, body: { privateAttributes: [] } })
  // Somebody else edits the flag while the dialog is open: what this one does not touch stays theirs.
  await button(/^Edit…/).click()
  await inDialog().getByRole('radio', { name: 'Its rules and values' }).check()
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { description: 'Written meanwhile' } })
  await inDialog().getByRole('button', { name: 'Save' }).click()
  await inDialog()
    .getByText(/The flag was not changed/)
    .waitFor()
  await inDialog().getByRole('button', { name: 'Save' }).click()
  await page.getByText('Written meanwhile').waitFor()
  await page.getByText(/release · client-side · owner Shop team/).waitFor()
  expect(await told()).toEqual({ rules: 1, values: 1 })
})

test('a JSON flag is made, and its values are edited for everybody who gets them', async () => {
  const limits = () => flags.get('delivery-limits', 'ana', { parcels: 0 })
  await visit(`/p/${PROJECT}/flags`)
  await button('New flag').click()
  await inDialog().getByLabel('Name').fill('Delivery limits')
  await inDialog().getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: /^JSON/ }).click()
  const value = (n: number) => inDialog().getByLabel(`Value of variation ${n}`)
  await value(1).fill('{ "parcels": 3 }')
  await value(2).fill('{ parcels: 1 }')
  await inDialog().getByText('is not JSON').waitFor()
  const create = inDialog().getByRole('button', { name: 'Create flag' })
  expect(await create.isDisabled()).toBe(true)
  await value(2).fill('{ "parcels": 1 }')
  await inDialog().getByLabel('Key of variation 2').fill('december')
  await create.click()
  await page.getByRole('heading', { name: 'delivery-limits' }).waitFor()
  await until(() => limits().parcels === 3 || undefined)

  await button('Edit variations…').click()
  await value(1).fill('{ "parcels": 4 }')
  await inDialog().getByText('Whoever gets v1 gets the new value at once').waitFor()
  const save = inDialog().getByRole('button', { name: 'Save' })
  expect(await save.isDisabled()).toBe(true)
  await inDialog().getByLabel('Type delivery-limits to confirm').fill('delivery-limits')
  // what somebody else edits of the flag meanwhile stays
  await demo.api.patchFlag({ params: { project: PROJECT, flag: 'delivery-limits' }, body: { clientSide: true } })
  await page.getByText(/ · client-side$/).waitFor()
  await save.click()
  await inDialog().waitFor({ state: 'detached' })
  await until(() => limits().parcels === 4 || undefined)
  expect((await demo.api.getFlag({ params: { project: PROJECT, flag: 'delivery-limits' } })).body).toMatchObject({
    clientSide: true,
    variations: [
      { key: 'v1', value: { parcels: 4 } },
      { key: 'december', value: { parcels: 1 } },
    ],
  })
})

test('a variation that is served cannot be removed, and what it is served by is said', async () => {
  await visit(`/p/${PROJECT}/flags/delivery-limits/development`)
  await button('Edit variations…').click()
  await inDialog().getByRole('button', { name: 'Remove variation 1' }).click()
  await inDialog().getByLabel('Type delivery-limits to confirm').fill('delivery-limits')
  await inDialog().getByRole('button', { name: 'Save' }).click()
  await inDialog().getByText('Variation v1 of delivery-limits is used by').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('definition').getByText('{"parcels":4}').waitFor()
})

test('a flag is archived, goes on answering, and is brought back', async () => {
  await visit(`/p/${PROJECT}/flags/delivery-limits/development`)
  await button('Archive…').click()
  await inDialog().getByRole('button', { name: 'Archive delivery-limits' }).click()
  await page.getByRole('region', { name: 'Archived' }).waitFor()
  await page.getByRole('navigation', { name: 'Environments' }).getByText('Off').first().waitFor()
  await visit(`/p/${PROJECT}/flags?q=delivery`)
  await page.getByText('No flag matches “delivery”').waitFor()
  await page.getByLabel('Which flags').selectOption('Archived')
  await page.getByRole('link', { name: 'delivery-limits', exact: true }).click()
  expect(flags.get('delivery-limits', 'ana', { parcels: 0 })).toEqual({ parcels: 4 })
  await button('Bring it back').click()
  await page.getByRole('region', { name: 'Archived' }).waitFor({ state: 'detached' })
  await visit(`/p/${PROJECT}/flags?q=delivery`)
  await page.getByRole('link', { name: 'delivery-limits', exact: true }).waitFor()
})
