import { createClient, type FlagClient } from '@rampart/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type Demo, FLAG, inProject, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

let demo: Demo
let browser: Browser
let page: Page
let client: FlagClient

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.createEnvironment({ ...inProject, body: { key: 'development', class: 'development' } })
  const key = await demo.api.createSdkKey({
    params: { project: 'demo', environment: 'development' },
    body: { kind: 'server', name: 'browser story' },
  })
  client = createClient({ url: demo.url, key: key.body.secret, cacheFile: false, logger: 'silent' })
  await client.ready()
  browser = await launchChromium()
  page = await browser.newPage()
})

afterAll(async () => {
  await browser.close()
  await client.close()
  await demo.close()
})

test('sign in, switch a flag on, kill it and see that every SDK has it', async () => {
  await page.goto(demo.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: FLAG }).first().click()
  await page
    .getByRole('link', { name: /development/i })
    .first()
    .click()

  const everyone = page.getByRole('switch')
  await everyone.press('Space')
  await until(() => (client.isEnabled(FLAG, 'ana') ? true : undefined))

  await page.getByRole('button', { name: /^Kill/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: /^Kill/ }).click()
  await page.getByText(/1 of 1/).waitFor()
  expect(client.details(FLAG, 'ana', true)).toMatchObject({ value: false, reason: 'killed' })

  const config = await demo.api.getConfig({ params: { project: 'demo', environment: 'development', flag: FLAG } })
  expect(config.body.killed).toMatchObject({ by: { kind: 'person', via: 'ui' } })
})

test('a sign-in link works once', async () => {
  const second = await browser.newContext()
  const stranger = await second.newPage()
  await stranger.goto(demo.signInUrl)
  await stranger.getByRole('button', { name: 'Sign in' }).click()
  await stranger
    .getByText(/used|expired|no longer/i)
    .first()
    .waitFor()
  await second.close()
})
