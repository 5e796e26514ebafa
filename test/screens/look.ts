import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

export const WIDTHS = [320, 768, 1280, 1920] as const
type Width = (typeof WIDTHS)[number]
export const THEMES = ['light', 'dark'] as const
const HEIGHTS: Readonly<Record<Width, number>> = { 320: 640, 768: 1024, 1280: 800, 1920: 1080 }

const HIGHEST = 4000

/** The widths between and beyond them arrange the same parts, and axe is what takes long. */
const DESK: readonly Width[] = [1280]
const BOTH_ENDS: readonly Width[] = [320, ...DESK]

/** What is wrong with a page as it stands, in both themes; a picture of each goes to `picture`. */
export async function look(page: Page, picture: (width: number, theme: string) => string): Promise<string[]> {
  const findings: string[] = []
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    // The dark arranges nothing anew, and its colours are the same at a desk and on a phone.
    const [widths, axed] = theme === 'dark' ? [BOTH_ENDS, DESK] : [WIDTHS, BOTH_ENDS]
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHTS[width] })
      await atRest(page)
      const found = [...(await tooWide(page)), ...(axed.includes(width) ? await barriers(page, theme) : [])]
      findings.push(...found.map((words) => `${width} px, ${theme}: ${words}`))
      // the window as high as the page: what sticks to its edges is in the picture once
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.setViewportSize({ width, height: Math.min(height, HIGHEST) })
      await page.screenshot({ path: picture(width, theme) })
    }
  }
  return findings
}

/** Resolves when nothing moves any more and what was asked of the server is there. */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

async function tooWide(page: Page): Promise<string[]> {
  const { width, room } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }))
  return width > room ? [`the page is ${width - room} px wider than the window`] : []
}

async function barriers(page: Page, theme: (typeof THEMES)[number]): Promise<string[]> {
  // no frame of another origin is on any page, so axe needs no second page to put its results together
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  // what was right in the light is right in the dark, but for its colours
  if (theme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block'])
  const { violations } = await axe.analyze()
  return violations.map(
    ({ id, help, nodes }) =>
      `${id} (${help}): ${nodes.map(({ html, failureSummary = '' }) => `${html.slice(0, 160)} ${failureSummary.replaceAll(/\s+/g, ' ')}`).join(' ')}`,
  )
}
