import type { Browser, Page } from 'playwright-core'
import type { RunningServer } from './processes.ts'

/** A page of the admin UI in a window of its own, of somebody who used the server's one-time link. */
export async function signedIn(browser: Browser, server: Pick<RunningServer, 'signInUrl'>): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(server.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Flags' }).waitFor()
  return page
}
