// npm run pictures: takes the pictures of the documents from a real tour, in real Chromium. Writes docs/pictures.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminClient } from '@rampart/contract/admin'
import { launchChromium } from '../test/support/chromium.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-pictures-'))
const out = 'docs/pictures'
mkdirSync(out, { recursive: true })

const tourProcess = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PORT: '4290', RAMPART_DATA: folder },
})

const browser = await launchChromium()
try {
  const tour = await tourFile()
  const api = createAdminClient({ url: tour.url, token: tour.adminToken })
  const { project, environment, flag } = tour
  const ofFlag = { params: { project, environment, flag } }
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
  })
  const page = await context.newPage()
  const shoot = async (name, path, ready) => {
    if (path !== undefined) await page.goto(`${tour.url}${path}`)
    if (ready !== undefined) await page.getByText(ready).first().waitFor()
    await sleep(700)
    await page.screenshot({ path: `${out}/${name}.png` })
  }

  await page.goto(tour.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(flag).first().waitFor()

  const good = await api.startRamp({ ...ofFlag, body: { steps: '1%:5s,10%:20s,50%:1m,100%', run: 'pictures-good' } })
  await until(async () => (await ramp(api, project, good)).step >= 2)
  await sleep(6_000)
  await shoot('flags', `/p/${project}/flags`, flag)
  await shoot('flag', `/p/${project}/flags/${flag}/${environment}`)
  await shoot('ramp-climbing', `/p/${project}/ramps/${good.body.item.id}`)
  await api.rollbackRamp({ params: { project, id: good.body.item.id }, body: { reason: 'for the pictures' } })

  await fetch(tour.defectUrl, { method: 'POST' })
  const bad = await api.startRamp({
    ...ofFlag,
    body: { steps: '1%:5s,10%:5s,50%:5s,100%', run: 'pictures-bad', cooldown: 'PT0S', reason: 'pictures' },
  })
  await until(async () => (await ramp(api, project, bad)).end !== null)
  await shoot('ramp-taken-back', `/p/${project}/ramps/${bad.body.item.id}`)
} finally {
  await browser.close()
  tourProcess.kill('SIGTERM')
  await once(tourProcess, 'exit')
  rmSync(folder, { recursive: true, force: true })
}

async function tourFile() {
  const path = join(folder, 'tour.json')
  await until(() => existsSync(path))
  return JSON.parse(readFileSync(path, 'utf8'))
}

async function ramp(api, project, started) {
  return (await api.getRamp({ params: { project, id: started.body.item.id } })).body
}

async function until(holds) {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (await holds()) return
    await sleep(100)
  }
  throw new Error(`waited two minutes for ${holds}`)
}
