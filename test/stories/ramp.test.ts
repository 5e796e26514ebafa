import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, FLAG, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { type RunningShop, runCli, startShop, until } from '../support/processes.ts'
import { receiveWebhooks, type WebhookReceiver } from '../support/webhook.ts'

const STEPS = '1%:5s,10%:5s,50%:5s,100%'
const RUN = ['ramp', 'run', FLAG, '-p', 'demo', '-e', 'production', '--steps', STEPS, '--guard', 'checkout_error']

let demo: Demo
let shop: RunningShop
let webhook: WebhookReceiver

beforeAll(async () => {
  demo = await startDemo()
  webhook = await receiveWebhooks(1)
  await demo.api.createWebhook({ ...inProject, body: { url: webhook.url, format: 'generic' } })
  shop = await startShop({ url: demo.url, key: demo.serverKey })
  await until(async () => {
    const metrics = await demo.api.listMetrics(inEnvironment)
    return metrics.body.items.some(({ name }) => name === 'checkout_error') ? true : undefined
  }, 60_000)
})

afterAll(async () => {
  await shop.close()
  await demo.close()
  webhook.close()
})

test('a healthy release climbs to 100% by itself', { timeout: 180_000 }, async () => {
  const finished = await runCli(demo, [...RUN, '--run', 'healthy', '--json'])
  expect({ code: finished.code, stderr: finished.code === 0 ? '' : finished.stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(finished.stdout)).toMatchObject({ outcome: 'completed', percent: { now: 100 }, exitCode: 0 })

  const config = await demo.api.getConfig(ofFlag)
  expect(config.body.everyoneElse).toEqual({ variation: 'on', rollout: { percent: 100, otherwise: 'off' } })
  expect(config.body.heldBy).toBeNull()
})

test('asking again with the same run id answers with that ramp and starts nothing', async () => {
  const again = await runCli(demo, [...RUN, '--run', 'healthy', '--json'])
  const ramps = await demo.api.listRamps({ ...inProject, query: { flag: FLAG } })
  expect(again.code).toBe(0)
  expect(ramps.body.items).toHaveLength(1)
})

test('a release with the defect is taken back, alerts, and exits 10 with the evidence', {
  timeout: 180_000,
}, async () => {
  await demo.api.setRollout({ ...ofFlag, body: { percent: 0 } })
  await shop.setDefect(true)
  const started = performance.now()
  const finished = await runCli(demo, [...RUN, '--run', 'defect', '--json'])
  const seconds = (performance.now() - started) / 1000
  await shop.setDefect(false)

  expect(finished.code).toBe(10)
  const result = JSON.parse(finished.stdout) as { id: string; cause: { message?: string } }
  expect(result).toMatchObject({ outcome: 'rolled_back', by: 'guard', percent: { now: 0 }, exitCode: 10 })
  // a shopper in a hundred for half a minute is what a defect may cost; the benchmark has the goal, this is the alarm
  expect(seconds).toBeLessThan(90)

  const { body: ramp } = await demo.api.getRamp({ params: { project: 'demo', id: result.id } })
  const config = await demo.api.getConfig(ofFlag)
  expect(config.body.everyoneElse).toEqual({ variation: 'on', rollout: { percent: 0, otherwise: 'off' } })
  expect(ramp.end).toMatchObject({ by: 'guard', cause: { kind: 'guard', named: ['checkout_error'] } })
  expect(ramp.sentence).toContain('checkout_error')

  const alert = await until(() => webhook.received.find((body) => JSON.stringify(body).includes('rolled_back')), 20_000)
  expect(JSON.stringify(alert)).toContain(result.id)

  const text = await runCli(demo, ['ramp', 'status', result.id, '-p', 'demo'])
  // a terminal's width breaks the sentence into lines, and changes no word of it
  expect(text.stdout.replace(/\s+/g, ' ')).toContain(ramp.sentence)

  const audit = await demo.api.listAudit({ ...inProject, query: { subject: 'ramp', key: result.id } })
  expect(audit.body.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['ramp.started', 'ramp.rolled_back']),
  )
  const chain = await demo.api.verifyAudit(inProject)
  expect(chain.body).toMatchObject({ ok: true, brokenAt: null })
})

test('another run of a flag that was rolled back cools down first', async () => {
  const refused = await runCli(demo, [...RUN, '--run', 'too-soon', '--json'])
  expect(refused.code).toBe(5)
  expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'cooling_down', exitCode: 5 })
})
