import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@rampart/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inEnvironment, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import { signedIn } from '../support/signed-in.ts'

/* From nothing to an application that reads a flag, by what the settings say. */

const KEYS = `/p/${PROJECT}/settings/sdk-keys`

let demo: Demo
let browser: Browser
let page: Page

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100, variation: 'on' } })
  await demo.api.patchFlag({ params: { project: PROJECT, flag: FLAG }, body: { clientSide: true } })
  browser = await launchChromium()
  page = await signedIn(browser, demo)
})

afterAll(async () => {
  await browser.close()
  await demo.close()
})

const dialog = () => page.getByRole('dialog')
const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
const codes = () => dialog().locator('pre').allTextContents()

async function makeKey(kind: 'Server' | 'Client', name: string): Promise<void> {
  await page.goto(`${demo.url}${KEYS}`)
  await page.getByRole('button', { name: 'New SDK key' }).click()
  await dialog().getByRole('radio', { name: kind }).check()
  await dialog().getByLabel('Name').fill(name)
  await dialog().getByRole('button', { name: 'Make the key' }).click()
  await dialog().getByText('It is shown this once').waitFor()
  await until(async () => (await codes()).join('').includes(FLAG) || undefined)
}

/** What each stack of the dialog is given to paste, by its name. */
async function snippets(): Promise<Readonly<Record<string, string>>> {
  const select = dialog().getByLabel('Ask for a flag with')
  const found: Record<string, string> = {}
  for (const stack of await select.locator('option').allTextContents()) {
    await select.selectOption(stack)
    found[stack] = (await codes()).at(-1) ?? ''
  }
  return found
}

async function statusOf(key: string, origin?: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, ...(origin === undefined ? {} : { origin }) }
  return (await fetch(`${demo.url}/sdk/v1/snapshot`, { headers })).status
}

test('the code beside a new server key is the code that runs', async () => {
  await makeKey('Server', 'the worker')
  const [line = ''] = await codes()
  expect(line).toMatch(/^RAMPART_SDK_KEY=rmp_srv_\w+$/)
  const key = line.slice(line.indexOf('=') + 1)
  const { 'Node.js': node, OpenFeature: openFeature, 'Any language, by OFREP': curl, ...others } = await snippets()
  expect(others).toEqual({})
  // beside the packages that it imports; with an end, which an application has and a snippet has not
  const folder = await mkdtemp(fileURLToPath(new URL('../.snippets-', import.meta.url)))
  const env = { ...process.env, RAMPART_SDK_KEY: key }
  const said = async (name: string, code: string | undefined) => {
    const file = join(folder, name)
    await writeFile(file, `${code}\nprocess.exit()\n`)
    return (await promisify(execFile)(process.execPath, [file], { env })).stdout
  }
  try {
    expect(await said('node.mts', node)).toBe('true\n')
    expect(await said('openfeature.mts', openFeature)).toBe('true\n')
    const { stdout } = await promisify(execFile)('sh', ['-c', curl ?? ''], { env })
    expect(JSON.parse(stdout)).toMatchObject({ key: FLAG, value: true })
  } finally {
    await rm(folder, { recursive: true })
  }
  await dialog().getByRole('button', { name: 'I have kept it' }).click()
  await row('the worker').getByText('Server, secret').waitFor()
  expect(await page.content()).not.toContain(key)
})

test('a click beside a new key does not lose it, and a client key stands in the code for pages', async () => {
  await makeKey('Client', 'the pages')
  await page.mouse.click(5, 5)
  const [key = ''] = await codes()
  expect(key).toMatch(/^rmp_pub_\w+$/)
  expect(await statusOf(key)).toBe(200)
  const { Browser: plain, React: react, OpenFeature: openFeature, ...others } = await snippets()
  expect(others).toEqual({})
  for (const code of [plain, react, openFeature]) {
    expect(code).toContain(key)
    expect(code).toContain(demo.url)
    expect(code).toContain(`'${FLAG}'`)
  }
  await dialog().getByRole('button', { name: 'I have kept it' }).click()
})

test('a key is revoked at once; one that is in use asks for its name', async () => {
  const made = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'server', name: 'old worker' } })
  const { secret, item } = made.body
  expect(await statusOf(secret)).toBe(200)
  const used = { ...item, lastUsedAt: new Date().toISOString() }
  // "last used" is written once a minute: the list tells it as if that minute were over
  await page.route('**/environments/production/sdk-keys', async (route) => {
    if (route.request().method() !== 'GET') return route.fallback()
    const answer = await route.fetch()
    const body = (await answer.json()) as { items: { id: string }[] }
    const items = body.items.map((one) => (one.id === item.id ? used : one))
    await route.fulfill({ response: answer, json: { ...body, items } })
  })
  await page.goto(`${demo.url}${KEYS}`)
  await row('old worker').getByRole('button', { name: 'Revoke…' }).click()
  const revoke = dialog().getByRole('button', { name: 'Revoke the key' })
  await dialog().getByText('Give its applications another one first').waitFor()
  expect(await revoke.isDisabled()).toBe(true)
  await dialog().getByLabel('Type old worker to confirm').fill('old worker')
  await revoke.click()
  await dialog().waitFor({ state: 'detached' })
  await page.unroute('**/environments/production/sdk-keys')
  expect(await statusOf(secret)).toBe(401)
  await row('old worker').waitFor({ state: 'detached' })
})

test('whose pages may use client keys is set for an environment, and what is no origin is said there', async () => {
  const made = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'pages' } })
  await page.goto(`${demo.url}/p/${PROJECT}/settings/environments`)
  await page.getByRole('button', { name: 'Edit…' }).click()
  const origins = dialog().getByLabel('Pages that may use its client keys')
  await origins.fill('https://shop.example/checkout')
  const save = dialog().getByRole('button', { name: 'Save in production' })
  await save.click()
  await dialog().getByText('must be an origin such as https://shop.example').waitFor()
  // what somebody else changes meanwhile stays
  await demo.api.patchEnvironment({ ...inEnvironment, body: { privateAttributes: ['email'] } })
  await origins.fill('https://shop.example\nhttps://www.shop.example')
  await save.click()
  await dialog().waitFor({ state: 'detached' })
  await page.getByText('https://shop.example, https://www.shop.example').waitFor()
  expect((await demo.api.getEnvironment(inEnvironment)).body).toMatchObject({
    origins: ['https://shop.example', 'https://www.shop.example'],
    privateAttributes: ['email'],
    protected: true,
  })
  expect(await statusOf(made.body.secret, 'https://shop.example')).toBe(200)
  expect(await statusOf(made.body.secret, 'https://elsewhere.example')).toBe(403)
})

test('an environment is made, and an application that reads from it is seen there with what it holds', async () => {
  await page.goto(`${demo.url}/p/${PROJECT}/settings/environments`)
  await page.getByRole('button', { name: 'New environment' }).click()
  await dialog().getByLabel('Key').fill('qa')
  await dialog().getByLabel('Class').selectOption('Staging')
  await dialog().getByRole('button', { name: 'Create environment' }).click()
  await dialog().waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Connected SDKs' }).click()
  await page.getByRole('region', { name: 'qa' }).getByText('No SDK has asked').waitFor()

  const key = await demo.api.createSdkKey({
    params: { project: PROJECT, environment: 'qa' },
    body: { kind: 'server', name: 'worker' },
  })
  const application = { name: 'search', version: '3.1.4' }
  const flags = createClient({
    url: demo.url,
    key: key.body.secret,
    application,
    cacheFile: false,
    logger: 'silent',
  })
  try {
    await flags.ready()
    const seen = page.getByRole('region', { name: 'qa' }).getByRole('listitem').filter({ hasText: 'search' })
    await seen.getByText('connected', { exact: true }).waitFor()
    await seen.getByText(/^revision \d+$/).waitFor()
    await seen.getByText('3.1.4').waitFor()
  } finally {
    await flags.close()
  }
  await page
    .getByRole('region', { name: 'qa' })
    .getByText(/^seen /)
    .waitFor()
})
