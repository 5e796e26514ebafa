import type { Cause, Evidence, Guard, Hold, Ramp } from '@rampart/contract/admin'

/** Makers of ramps for tests: a running ramp at its second step, and what is different in a test. */

export const START = Date.parse('2026-03-02T14:05:00.000Z')

/** `minutes` after the start of the ramp. */
export function at(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString()
}

const guard: Guard = {
  key: 'checkout_error',
  metric: 'checkout_error',
  take: 'first',
  source: { kind: 'sdk', from: 'server' },
  limit: { kind: 'no_worse', margin: 1 },
  reaction: 'rollback',
  weight: 1,
  minUnits: null,
  fromStep: 1,
  grace: null,
}

function step(percent: number, dwell: string): Ramp['plan']['steps'][number] {
  return { percent, dwell, minUnits: 100, clear: 2, approval: false, gate: null }
}

const RUNNING: Ramp = {
  id: 'r_01JD8K',
  project: 'demo',
  environment: 'production',
  flag: 'new-checkout-flow',
  rule: 'everyone-else',
  to: 'on',
  state: 'running',
  plan: {
    key: 'default',
    version: 1,
    name: 'Default',
    steps: [step(1, 'PT10M'), step(10, 'PT15M'), step(50, 'PT30M'), step(100, 'PT2M')],
    guards: [guard],
    bake: null,
    maxDwell: 'PT1H',
    onNoData: 'hold',
    onFewSamples: 'hold',
    noDataGrace: 'PT15M',
    cooldown: 'PT15M',
    propagationLimit: 'PT30S',
    window: null,
    alpha: 0.01,
  },
  step: 2,
  seq: 2,
  percent: { before: 0, reached: 10, now: 10 },
  enteredAt: at(12),
  judgingSince: at(12),
  nextDecisionAt: at(27),
  holds: [],
  verdicts: [],
  end: null,
  run: 'github:acme/shop:42:release',
  source: null,
  startedBy: { kind: 'token', id: 't_1', name: 'ci-shop', via: 'cli' },
  startedAt: at(0),
  watcher: null,
  propagation: { instances: 38, holding: 38, slowestMs: 1100, behind: [] },
  sentence: 'Running, step 2 of 4, 10% of users. Waiting for dwell time, 9m left (until 14:32:00 UTC).',
  version: 7,
}

export function ramp(different: Partial<Ramp> = {}): Ramp {
  return { ...RUNNING, verdicts: [evidence()], holds: [hold('dwell', at(27))], ...different }
}

/** The ramp right after its start: first step, nothing judged yet. */
export function firstStep(different: Partial<Ramp> = {}): Ramp {
  return ramp({
    step: 1,
    seq: 1,
    percent: { before: 0, reached: 1, now: 1 },
    enteredAt: at(0),
    judgingSince: at(0),
    nextDecisionAt: at(10),
    verdicts: [evidence({ verdict: 'no_data' })],
    version: 1,
    sentence: 'Running, step 1 of 4, 1% of users. Waiting for dwell time, 10m left (until 14:15:00 UTC).',
    ...different,
  })
}

export function hold(kind: Hold['kind'], until: string | null = null): Hold {
  return { kind, until, words: `waits for ${kind}` }
}

export function evidence(different: Partial<Evidence> = {}): Evidence {
  return {
    guard: 'checkout_error',
    metric: 'checkout_error',
    verdict: 'clear',
    reaction: 'rollback',
    limit: { kind: 'no_worse', margin: 1 },
    method: 'exact',
    control: { units: 18_402, events: 736, rate: 0.04 },
    treatment: { units: 2_045, events: 84, rate: 0.041 },
    change: { as: 'ratio', value: 1.025, interval: [0.7, 1.4], confidence: 0.99 },
    e: 0.4,
    needed: 100,
    units: 'targetingKey',
    ticks: null,
    step: 2,
    words: 'checkout_error: 4% of users without, 4.1% with (1.0×), limit no worse; 2,045 users',
    ...different,
  }
}

export const TRIPPED = evidence({
  verdict: 'tripped',
  treatment: { units: 131, events: 26, rate: 0.198 },
  change: { as: 'ratio', value: 4.95, interval: [2.3, null], confidence: 0.99 },
  e: 130,
  words:
    'checkout_error: 4% of users without, 19.8% with (5.0×, 99% at any time: at least 2.3×), limit no worse; 131 users',
})

export const PERSON: Ramp['startedBy'] = { kind: 'person', id: 'p_1', name: 'Ana' }

/** The ramp after its end at 41 minutes, from 50%. */
export function ended(
  state: Ramp['state'],
  by: NonNullable<Ramp['end']>['by'],
  cause: Cause | null,
  different: Partial<Ramp> = {},
): Ramp {
  return ramp({
    state,
    step: 3,
    seq: 4,
    percent: { before: 0, reached: 50, now: state === 'completed' ? 100 : 0 },
    nextDecisionAt: null,
    holds: [],
    end: { at: at(41), by, cause },
    version: 9,
    sentence: `Ended as ${state}.`,
    ...different,
  })
}

export function rolledBack(different: Partial<Ramp> = {}): Ramp {
  return ended(
    'rolled_back',
    'guard',
    { kind: 'guard', evidence: [TRIPPED], named: ['checkout_error'] },
    {
      verdicts: [TRIPPED],
      sentence: `Rolled back 50% → 0% at 14:46:00 UTC after 41m: ${TRIPPED.words}.`,
      ...different,
    },
  )
}
