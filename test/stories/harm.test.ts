import type { Ramp } from '@rampart/contract/admin'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Crowd, chances, known, startCrowd } from '../support/crowd.ts'
import { type Demo, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

/* Harm that does not show at once, harm that does not show on average, and trouble that is not the release's. */

let demo: Demo
let crowd: Crowd
const random = chances(1)

beforeAll(async () => {
  demo = await startDemo()
  crowd = await startCrowd(demo)
  crowd.fares(healthy)
  await known(demo, 'checkout_error', 'checkout_ms')
})

afterAll(async () => {
  await crowd?.close()
  await demo?.close()
})

beforeEach(() => demo.api.setRollout({ ...ofFlag, body: { percent: 0, variation: 'on' } }))
afterEach(() => crowd.fares(healthy))

const usual = (): number => 100 * Math.exp(random() + random() + random())
const healthy = () => ({ failed: random() < 0.04, ms: usual() })

type Start = Parameters<Demo['api']['startRamp']>[0]['body']

/** A false alarm of one ramp in ten thousand, so that a story which is healthy for a while is told the same way every time. */
async function start(body: Start): Promise<string> {
  const started = await demo.api.startRamp({
    ...ofFlag,
    body: { cooldown: '0s', reason: 'story', alpha: 0.0001, ...body },
  })
  return started.body.item.id
}

const look = async (id: string): Promise<Ramp> => (await demo.api.getRamp({ params: { ...inProject.params, id } })).body

const ended = (id: string): Promise<Ramp> =>
  until(async () => {
    const ramp = await look(id)
    return ramp.end === null ? undefined : ramp
  }, 60_000)

test('harm that begins only at the 50% step takes the ramp back from there, whatever was healthy before', async () => {
  let share = 0
  crowd.fares((isNew) => {
    // the new checkout carries a third of the shop, and breaks under more
    share += ((isNew ? 1 : 0) - share) / 200
    return { failed: random() < (isNew && share > 0.33 ? 0.2 : 0.04) }
  })
  const steps = [{ percent: 10, dwell: '1s' }, { percent: 50, dwell: '10m' }, { percent: 100 }]
  const ramp = await ended(await start({ steps, guards: ['checkout_error'] }))
  expect(ramp).toMatchObject({
    state: 'rolled_back',
    step: 2,
    percent: { before: 0, reached: 50, now: 0 },
    end: { by: 'guard', cause: { named: ['checkout_error'] } },
  })
})

test('harm that only the slowest notice is found by a guard on p99, and by nothing on errors', async () => {
  crowd.fares((isNew) => {
    const { failed, ms } = healthy()
    // one in twelve waits for something that is away: the median does not move
    return { failed, ms: isNew && random() < 0.08 ? ms + 10_000 : ms }
  })
  const guards = ['checkout_error', 'p99(checkout_ms)<=+20%']
  const ramp = await ended(await start({ steps: '50%:10m,100%', guards }))
  expect(ramp).toMatchObject({ state: 'rolled_back', end: { by: 'guard', cause: { named: ['checkout_ms'] } } })
  expect(ramp.verdicts.find(({ guard }) => guard === 'checkout_error')?.verdict).not.toBe('tripped')
})

test('an incident that hits both arms takes nothing back, and the ramp climbs through it', async () => {
  const steps = [{ percent: 20, dwell: '1s' }, { percent: 50, dwell: '1s' }, { percent: 100 }]
  const id = await start({ steps, guards: ['checkout_error'] })
  crowd.fares(() => ({ failed: random() < 0.4 }))
  const ramp = await ended(id)
  expect(ramp).toMatchObject({ state: 'completed', percent: { now: 100 } })
  const [evidence] = ramp.verdicts
  // it was one: 4% are usual
  expect(Math.min(evidence?.control.rate ?? 0, evidence?.treatment.rate ?? 0)).toBeGreaterThan(0.2)
})
