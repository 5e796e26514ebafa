import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, FLAG, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { root } from '../support/imports.ts'
import { type RunningShop, startShop, until } from '../support/processes.ts'

let demo: Demo
let shop: RunningShop
let token: string

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.putPlan({
    params: { project: 'demo', plan: 'default' },
    body: { steps: '1%,100%', guards: ['checkout_error'], cooldown: '0s' },
  })
  const made = await demo.api.createToken({
    body: { kind: 'machine', name: 'pipeline', scopes: ['ramp@demo/production'] },
  })
  token = made.body.secret
  shop = await startShop({ url: demo.url, key: demo.serverKey })
  await until(async () => {
    const metrics = await demo.api.listMetrics(inEnvironment)
    return metrics.body.items.some(({ name }) => name === 'checkout_error') ? true : undefined
  }, 60_000)
})

afterAll(async () => {
  await shop.close()
  await demo.close()
})

async function release(script: string, image: string): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn('sh', [`examples/pipeline/${script}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      CI: 'true',
      STEPS: join(root, 'examples/pipeline/steps-tour.sh'),
      RAMPART: `${process.execPath} cli/bin/rampart.js`,
      RAMPART_URL: demo.url,
      RAMPART_TOKEN: token,
      DEFECT_URL: `${shop.url}/defect`,
      IMAGE: image,
      PREVIOUS_IMAGE: 'shop:before',
    },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  await once(child, 'close')
  return { code: child.exitCode, out }
}

async function share(): Promise<number | undefined> {
  const { body } = await demo.api.getConfig(ofFlag)
  return body.everyoneElse.rollout?.percent
}

async function defect(): Promise<unknown> {
  return (await fetch(`${shop.url}/defect`)).json()
}

describe.each(['release.sh', 'release-curl.sh'])('%s', (script) => {
  test('a good image is released to everyone', { timeout: 180_000 }, async () => {
    await demo.api.setRollout({ ...ofFlag, body: { percent: 0 } })
    const done = await release(script, `${script}:good`)
    expect({ code: done.code, share: await share() }).toEqual({ code: 0, share: 100 })
  })

  test('a bad image is taken back with the evidence, and the previous one deployed', { timeout: 180_000 }, async () => {
    await demo.api.setRollout({ ...ofFlag, body: { percent: 0 } })
    const done = await release(script, `${script}:3-defect`)
    expect({ code: done.code, share: await share(), defect: await defect() }).toEqual({
      code: 10,
      share: 0,
      defect: { defect: false },
    })
    expect(done.out).toMatch(/Rolled back 1% → 0% .*checkout_error/)
    expect(done.out).toContain('deployed shop:before')
  })
})

test('a job that is run again attaches to its ramp and starts nothing', async () => {
  const before = await demo.api.listRamps({ ...inProject, query: { flag: FLAG } })
  const again = await release('release-curl.sh', 'release-curl.sh:good')
  const after = await demo.api.listRamps({ ...inProject, query: { flag: FLAG } })
  expect(again.code).toBe(0)
  expect(after.body.items.length).toBe(before.body.items.length)
})
