import type { FlagClient } from '@rampart/node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Crowd, known, startCrowd } from '../support/crowd.ts'
import { type Demo, FLAG, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { heldBack } from '../support/held-back.ts'
import { until } from '../support/processes.ts'

/*
 * One of two instances stays a step behind: what it reports is of the step that it holds, and is judged by the share of that step.
 */

let demo: Demo
let current: Crowd
let late: Crowd
let network: ReturnType<typeof heldBack>

beforeEach(async () => {
  demo = await startDemo()
  network = heldBack()
  current = await startCrowd(demo, { perSecond: 500 })
  late = await startCrowd(demo, { perSecond: 500, fetch: network.fetch, application: { name: 'late' } })
  await known(demo, 'order')
})

afterEach(async () => {
  network.letGo()
  await late?.close()
  await current?.close()
  await demo?.close()
})

/** A ramp that has gone to 50%, which one of the two instances has not heard. */
async function rampAtHalf(): Promise<string> {
  const steps = [{ percent: 5, dwell: '10m' }, { percent: 50, dwell: '10m' }, { percent: 100 }]
  const { body } = await demo.api.startRamp({
    ...ofFlag,
    body: { steps, guards: ['checkout_error'], allowNewMetric: true, propagationLimit: '1s', alpha: 0.0001 },
  })
  const { id } = body.item
  await bothHold(body.revision ?? 0)
  network.hold()
  await demo.api.advanceRamp({ params: { ...inProject.params, id }, body: { to: 50, reason: 'story' } })
  return id
}

const bothHold = (revision: number) =>
  until(() => ([current, late].every(({ client }) => revisionOf(client) >= revision) ? true : undefined))
const revisionOf = (client: FlagClient): number => client.details(FLAG, 'ana', false).revision

const look = async (id: string) => (await demo.api.getRamp({ params: { ...inProject.params, id } })).body
const ticks = async (id: string) => (await demo.api.getRampTicks({ params: { ...inProject.params, id } })).body

test('its counts go to the step it holds, a healthy ramp stays where it is, and it is named', async () => {
  const id = await rampAtHalf()
  const { at, shares } = await until(async () => {
    const told = await ticks(id)
    const entered = told.publishes.find(({ seq }) => seq === 2)?.at ?? ''
    // whole ticks after the publish: what was met before it cannot be among them
    const after = told.ticks.filter((tick) => Date.parse(tick.at) > Date.parse(entered))
    const met = [1, 2].map((seq) => sum(after.filter((tick) => tick.seq === seq).map(({ units }) => units)))
    return met.every(({ treatment, control }) => treatment + control > 1_000) ? { at: entered, shares: met } : undefined
  }, 40_000)
  expect(at).not.toBe('')
  const [old, fresh] = shares.map(({ treatment, control }) => treatment / (treatment + control))
  expect(old).toBeLessThan(0.15)
  expect(fresh).toBeGreaterThan(0.4)

  const ramp = await look(id)
  expect(ramp).toMatchObject({ state: 'running', step: 2, propagation: { instances: 2, holding: 1 } })
  expect(ramp.propagation.behind[0]).toContain('late')
})

test('harm that shows at the new step is found, although half of what comes in is of the old one', async () => {
  const id = await rampAtHalf()
  const fate = (isNew: boolean) => ({ failed: Math.random() < (isNew ? 0.2 : 0.04) })
  current.fares(fate)
  late.fares(fate)
  const ramp = await until(async () => {
    const now = await look(id)
    return now.end === null ? undefined : now
  }, 60_000)
  expect(ramp).toMatchObject({ state: 'rolled_back', percent: { now: 0 }, end: { by: 'guard' } })
})

function sum(arms: readonly { readonly treatment: number; readonly control: number }[]) {
  return arms.reduce((a, b) => ({ treatment: a.treatment + b.treatment, control: a.control + b.control }), {
    treatment: 0,
    control: 0,
  })
}
