import { existsSync } from 'node:fs'
import chromiumPackage from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real Chromium: the one that is installed or named by CHROMIUM_PATH, else the one inside an npm package. */
export async function chromiumPath(): Promise<string> {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined) return named
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  return installed ?? (await chromiumPackage.executablePath())
}

/** `keepsPages`: with the back/forward cache that people's browsers have, and that automation turns off. */
export async function launchChromium({ keepsPages = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: SWITCHES,
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
  })
}
