// npm run screens [-- NAME…]: opens every page and dialog of the admin UI and the shop's page in real Chromium, at four widths in
// the light and two in the dark. Fails on barriers (axe), pages wider than the window and what the browser complains of. The pictures are in .screens/.
import { mkdirSync, rmSync } from 'node:fs'
import { openHouse } from '../test/screens/house.ts'
import { look } from '../test/screens/look.ts'
import { AWAY, SCREENS } from '../test/screens/screens.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { build } from './build.mjs'

const OUT = '.screens'
const AT_ONCE = 2
const asked = process.argv.slice(2)
const wanted = ({ name }) => asked.length === 0 || asked.some((words) => name.includes(words))

build()
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const began = performance.now()
const house = await openHouse()
const browser = await launchChromium()
let failed = 0
let seen = 0
try {
  const signedIn = await signIn()
  const queue = SCREENS.filter(wanted)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let screen = queue.shift(); screen !== undefined; screen = queue.shift()) await report(screen, signedIn)
    }),
  )
  if (wanted(AWAY)) await report(AWAY, signedIn)
} finally {
  await browser.close()
  await house.close()
}
console.log(`${seen} screens in ${Math.round((performance.now() - began) / 1000)} s, pictures in ${OUT}/`)
console.log(`${seen - failed} passed, ${failed} failed`)
process.exit(failed === 0 && seen > 0 ? 0 : 1)

async function signIn() {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(house.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Flags' }).waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}

async function report(screen, signedIn) {
  const context = await browser.newContext(screen.stranger ? {} : { storageState: signedIn })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints = []
  const hear = (words) => screen.complaint?.test(words) || complaints.push(`the browser complains: ${words}`)
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && hear(message.text()))
  page.on('pageerror', (error) => hear(error.message))
  const name = screen.name.toLowerCase().replaceAll(/\W+/g, '-')
  let findings
  try {
    await screen.open(page, house)
    findings = await look(page, (width, theme) => `${OUT}/${name}-${width}-${theme}.png`)
  } catch (error) {
    await page.screenshot({ path: `${OUT}/${name}-failed.png` })
    findings = [`it could not be opened: ${error.message}`]
  }
  await context.close()
  findings.push(...complaints)
  seen += 1
  if (findings.length > 0) failed += 1
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'}  ${screen.name}`)
  for (const finding of findings) console.log(`      ${finding}`)
}
