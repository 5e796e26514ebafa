import type { Evidence, Hold } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { type Decision, decide } from './decide.ts'
import type { Findings } from './judge.ts'
import { respond } from './respond.ts'
import type { StoredRamp } from './state.ts'
import { NOON, ramp } from './testing/makers.ts'

const THERE = { instances: 3, behind: 0 }
const MINUTE = 60_000

function guard(over: Partial<Evidence> = {}): Evidence {
  return {
    guard: 'checkout_error',
    metric: 'checkout_error',
    verdict: 'clear',
    reaction: 'rollback',
    limit: { kind: 'no_worse', margin: 1 },
    method: 'exact',
    control: { units: 0, events: 0, rate: null },
    treatment: { units: 0, events: 0, rate: null },
    change: null,
    e: 1,
    needed: 100,
    units: 'targetingKey',
    ticks: null,
    step: 1,
    words: 'checkout_error: words',
    ...over,
  }
}

/** Everything a step could wish for: users were met, the guard is clear. */
function good(over: Partial<Findings> = {}): Findings {
  const split = { broken: false, skewed: false, expected: 0.01, found: 0.01, both: 0 }
  const met = { treatment: 500, control: 9_500 }
  return { evidence: [guard()], sources: [], split, lastMet: NOON, met, unitsInStep: 50_000, ...over }
}

const tripped = (over: Partial<Evidence> = {}) => good({ evidence: [guard({ verdict: 'tripped', e: 400, ...over })] })

function holds(decision: Decision): readonly Hold['kind'][] {
  return decision.kind === 'hold' ? decision.because.map((hold) => hold.kind) : [decision.kind as Hold['kind']]
}

describe('what protects people comes first', () => {
  test('a breach rolls back even while the step is still dwelling', () => {
    expect(decide(ramp(), tripped(), THERE, NOON + 1)).toEqual({
      kind: 'rollback',
      by: 'guard',
      because: { kind: 'guard', evidence: tripped().evidence, named: ['checkout_error'] },
    })
  })

  test.each([
    ['while it is paused', { state: 'paused', pausedAt: NOON }],
    ['while the last step has not reached the fleet', { judgingSince: null }],
    ['while another guard holds it', { latches: [{ kind: 'guard', seq: 1, guard: 'other' }] }],
    ['while it waits for an approval', { approvedSeq: null }],
    ['while it bakes', { state: 'baking', step: 4 }],
  ] as const)('a breach rolls back %s', (_, over) => {
    expect(
      decide(ramp({ bake: 'PT1H', approveAt: [10] }, over), tripped(), { instances: 3, behind: 2 }, NOON).kind,
    ).toBe('rollback')
  })

  test('a breach needs no minimum sample', () => {
    const few = { ...tripped(), met: { treatment: 4, control: 80 }, unitsInStep: 400 }
    expect(decide(ramp(), few, THERE, NOON).kind).toBe('rollback')
  })

  test('every guard with more than a tenth of the evidence it trips at is named', () => {
    const evidence = [guard({ verdict: 'tripped', e: 400 }), guard({ guard: 'b', e: 11 }), guard({ guard: 'c', e: 9 })]
    expect(decide(ramp(), good({ evidence }), THERE, NOON)).toMatchObject({
      because: { named: ['checkout_error', 'b'] },
    })
  })

  test('nothing is decided about a ramp that has ended', () => {
    const ended = ramp({}, { state: 'killed', end: { at: '2026-03-02T12:00:00.000Z', by: 'person', cause: null } })
    expect(decide(ended, tripped(), THERE, NOON)).toEqual({ kind: 'hold', until: null, because: [], latches: [] })
  })
})

describe('the other reactions', () => {
  const upAndBack = (over: Partial<StoredRamp> = {}) =>
    ramp(
      {},
      {
        step: 2,
        seq: 4,
        publishes: [1, 2, 1, 2].map((step, i) => ({
          seq: i + 1,
          step,
          percent: step === 1 ? 1 : 10,
          at: NOON,
        })),
        ...over,
      },
    )
  const back = tripped({ reaction: 'step_back' })

  test('step_back goes down one step', () => {
    const second = ramp({}, { step: 2, seq: 2, publishes: ramp().publishes })
    expect(decide(second, back, THERE, NOON)).toMatchObject({
      kind: 'step_back',
      guards: ['checkout_error'],
      last: false,
    })
  })

  test('step_back at the first step is a rollback', () => {
    expect(decide(ramp(), back, THERE, NOON).kind).toBe('rollback')
  })

  test('a second try that fails goes down again, and stays there for a person', () => {
    expect(decide(upAndBack(), back, THERE, NOON)).toMatchObject({ kind: 'step_back', last: true })
    expect(respond(upAndBack(), back, decide(upAndBack(), back, THERE, NOON))).toMatchObject({
      kind: 'step_back',
      guards: ['checkout_error'],
      last: true,
    })
    const latch = { kind: 'second_step_back', seq: 5, guard: 'checkout_error' } as const
    const waiting = upAndBack({ step: 1, seq: 5, latches: [latch] })
    expect(decide(waiting, good(), THERE, NOON + 60 * MINUTE)).toMatchObject({ kind: 'hold', latches: [latch] })
  })

  test('the second try waits for the cool-down', () => {
    const downAgain = upAndBack({ step: 1, seq: 3, publishes: upAndBack().publishes.slice(0, 3) })
    expect(holds(decide(downAgain, good(), THERE, NOON + 14 * MINUTE))).toEqual(['dwell'])
    expect(decide(downAgain, good(), THERE, NOON + 15 * MINUTE)).toEqual({ kind: 'advance', to: 2 })
  })

  test('hold latches, and lets go when the evidence has halved', () => {
    const holding = tripped({ reaction: 'hold' })
    const latch = { kind: 'guard', seq: 1, guard: 'checkout_error' } as const
    expect(decide(ramp(), holding, THERE, NOON)).toMatchObject({
      kind: 'hold',
      because: [{ kind: 'guard' }],
      latches: [latch],
    })
    const held = ramp({}, { latches: [latch] })
    const at = (e: number) => good({ evidence: [guard({ reaction: 'hold', e, verdict: 'collecting' })] })
    expect(decide(held, at(51), THERE, NOON)).toMatchObject({ latches: [latch] })
    expect(decide(held, at(49), THERE, NOON)).toMatchObject({ latches: [] })
  })

  test('warn is said once in a run and holds nobody up', () => {
    const warning = tripped({ reaction: 'warn' })
    const later = NOON + 3 * MINUTE
    expect(respond(ramp(), warning, decide(ramp(), warning, THERE, later))).toEqual({
      kind: 'say',
      said: [{ kind: 'warned', guard: 'checkout_error' }],
    })
    const said = ramp({}, { alerted: [{ kind: 'warned', guard: 'checkout_error' }] })
    expect(respond(said, warning, decide(said, warning, THERE, later))).toEqual({ kind: 'go_on', to: 2 })
  })
})

describe('a step ends', () => {
  const dwelt = NOON + 2 * MINUTE

  test('when it has dwelt, met enough users and ruled the harm out, and only to the next one', () => {
    expect(decide(ramp(), good(), THERE, dwelt)).toEqual({ kind: 'advance', to: 2 })
    expect(decide(ramp(), good(), THERE, dwelt + 24 * 60 * MINUTE)).toEqual({ kind: 'advance', to: 2 })
  })

  test('not before its dwell is over, and says until when', () => {
    expect(decide(ramp(), good(), THERE, dwelt - 30_000)).toEqual({
      kind: 'hold',
      until: '2026-03-02T12:02:00.000Z',
      because: [
        { kind: 'dwell', until: '2026-03-02T12:02:00.000Z', words: 'dwell time, 30s left (until 12:02:00 UTC)' },
      ],
      latches: [],
    })
  })

  test('not before its share of all users met is a sample', () => {
    expect(decide(ramp(), good({ unitsInStep: 6_400 }), THERE, dwelt)).toMatchObject({
      because: [{ kind: 'sample', have: 64, need: 100, words: '64 of 100 users, about 1m at this rate' }],
    })
  })

  test('not before a guard has the sample it asks for itself', () => {
    const asking = ramp({ guards: ['checkout_error:n=1000'] })
    expect(decide(asking, good(), THERE, dwelt)).toMatchObject({
      because: [{ kind: 'sample', guard: 'checkout_error', need: 1000 }],
    })
  })

  test('not before every guard but a warning one is clear', () => {
    const evidence = [guard({ verdict: 'collecting' }), guard({ guard: 'b', verdict: 'collecting', reaction: 'warn' })]
    expect(decide(ramp(), good({ evidence }), THERE, dwelt)).toMatchObject({
      because: [{ kind: 'not_clear', guard: 'checkout_error', words: 'more evidence (checkout_error: words)' }],
    })
  })

  test('not without an approval where the next step wants one, which is asked for last', () => {
    const asking = ramp({ approveAt: [10] })
    expect(holds(decide(asking, good(), THERE, NOON))).toEqual(['dwell'])
    expect(holds(decide(asking, good(), THERE, dwelt))).toEqual(['approval'])
    expect(decide({ ...asking, approvedSeq: 1 }, good(), THERE, dwelt)).toEqual({ kind: 'advance', to: 2 })
  })

  test('never while it is paused', () => {
    expect(decide(ramp({}, { state: 'paused', pausedAt: NOON }), good(), THERE, dwelt)).toMatchObject({
      kind: 'hold',
      because: [],
    })
  })

  test('with all that it waits for said at once', () => {
    const waiting = good({ unitsInStep: 10, evidence: [guard({ verdict: 'collecting' })] })
    expect(holds(decide(ramp(), waiting, THERE, NOON))).toEqual(['dwell', 'sample', 'not_clear'])
  })

  test('at once with a plan that nothing watches and no dwell', () => {
    const blind = ramp({ guards: [], steps: '1%:0s,100%' })
    const nothing = good({ evidence: [], met: { treatment: 0, control: 0 }, unitsInStep: 0 })
    expect(decide(blind, nothing, THERE, NOON)).toEqual({ kind: 'advance', to: 2 })
  })

  test('for a bake when its time is over', () => {
    const baking = ramp({ bake: 'PT1H' }, { state: 'baking', step: 4 })
    expect(holds(decide(baking, good(), THERE, NOON + 59 * MINUTE))).toEqual(['dwell'])
    expect(decide(baking, good(), THERE, NOON + 60 * MINUTE)).toEqual({ kind: 'finish' })
  })
})

describe('judging begins', () => {
  const fresh = ramp({}, { judgingSince: null })

  test('when every connected SDK instance has the step', () => {
    expect(decide(fresh, good(), { instances: 3, behind: 1 }, NOON + 1_000)).toMatchObject({
      kind: 'hold',
      because: [{ kind: 'propagation', have: 2, need: 3, until: '2026-03-02T12:00:30.000Z' }],
    })
    expect(decide(fresh, good(), THERE, NOON + 1_000)).toEqual({ kind: 'judge' })
  })

  test('after the plan’s limit, whoever is still behind', () => {
    expect(decide(fresh, good(), { instances: 3, behind: 1 }, NOON + 30_000)).toEqual({ kind: 'judge' })
  })
})

describe('when evidence does not come', () => {
  const nobody = good({ met: { treatment: 0, control: 0 }, unitsInStep: 0, evidence: [guard({ verdict: 'no_data' })] })
  const grace = NOON + 15 * MINUTE

  test('missing data is no permission to advance', () => {
    expect(holds(decide(ramp(), nobody, THERE, NOON + 5 * MINUTE))).toEqual(['no_data'])
  })

  test('in the first ticks of a step it is no news that nobody was met yet', () => {
    const quiet = NOON + 3 * ramp().tickMs
    expect(holds(decide(ramp(), nobody, THERE, quiet - 1))).toEqual(['dwell', 'sample', 'not_clear'])
    expect(holds(decide(ramp(), nobody, THERE, quiet))).toEqual(['dwell', 'no_data'])
    const baking = ramp({ bake: 'PT0S' }, { state: 'baking', step: 4 })
    expect(holds(decide(baking, nobody, THERE, NOON))).toEqual(['no_data'])
  })

  test('missing data holds for ever by default, and says so once a step', () => {
    const decision = decide(ramp(), nobody, THERE, grace)
    expect(holds(decision)).toEqual(['no_data'])
    expect(respond(ramp(), nobody, decision)).toEqual({ kind: 'say', said: [{ kind: 'flying_blind', seq: 1 }] })
    expect(respond(ramp({}, { alerted: [{ kind: 'flying_blind', seq: 1 }] }), nobody, decision)).toBeNull()
  })

  test('missing data takes the ramp back when the plan says so', () => {
    expect(decide(ramp({ onNoData: 'rollback' }), nobody, THERE, grace - 1).kind).toBe('hold')
    expect(decide(ramp({ onNoData: 'rollback' }), nobody, THERE, grace)).toEqual({
      kind: 'rollback',
      by: 'policy',
      because: { kind: 'no_data' },
    })
  })

  const unclear = good({ evidence: [guard({ verdict: 'collecting' })] })
  const longest = NOON + 60 * MINUTE

  test('the longest dwell holds for a person by default', () => {
    const decision = decide(ramp(), unclear, THERE, longest)
    expect(decision).toMatchObject({ kind: 'hold', latches: [{ kind: 'max_dwell', seq: 1 }] })
    expect(respond(ramp(), unclear, decision)).toEqual({ kind: 'latch', latches: [{ kind: 'max_dwell', seq: 1 }] })
    const latched = ramp({}, { latches: [{ kind: 'max_dwell', seq: 1 }] })
    expect(holds(decide(latched, good(), THERE, longest))).toEqual(['max_dwell'])
  })

  test('the longest dwell takes the ramp back, or lets it go on, when the plan says so', () => {
    expect(decide(ramp({ onFewSamples: 'rollback' }), unclear, THERE, longest)).toMatchObject({
      kind: 'rollback',
      by: 'policy',
      because: { kind: 'max_dwell' },
    })
    expect(decide(ramp({ onFewSamples: 'advance' }), unclear, THERE, longest)).toEqual({ kind: 'advance', to: 2 })
    expect(holds(decide(ramp({ onFewSamples: 'advance' }), unclear, THERE, longest - 1))).toEqual(['not_clear'])
  })

  test('waiting for an approval is not waiting for evidence', () => {
    const asking = ramp({ approveAt: [10], onFewSamples: 'rollback' })
    expect(holds(decide(asking, good(), THERE, longest * 2))).toEqual(['approval'])
  })
})

describe('a source that says nothing', () => {
  const source = { guard: 'checkout_error', metric: 'checkout_error', since: NOON, lasts: false }
  const failing = { ...source, kind: 'error', words: 'main did not answer within 10 s' } as const
  const lying = { ...source, kind: 'no_data', words: 'the value is NaN' } as const
  const unclear = guard({ verdict: 'error' })

  test('holds a ramp that could go on otherwise, and says which and since when', () => {
    const held = decide(ramp(), good({ evidence: [unclear], sources: [failing] }), THERE, NOON + 10 * MINUTE)
    expect(held).toEqual({
      kind: 'hold',
      until: null,
      latches: [],
      because: [
        {
          kind: 'source_error',
          guard: 'checkout_error',
          until: null,
          words: 'the source of checkout_error to answer again (main did not answer within 10 s, since 12:00:00 UTC)',
        },
      ],
    })
    const empty = decide(ramp(), good({ evidence: [unclear], sources: [lying] }), THERE, NOON + 10 * MINUTE)
    expect(holds(empty)).toEqual(['no_data'])
  })

  test('never takes the ramp back by itself, and never lets it go on, however long it lasts', () => {
    const silent = good({ evidence: [unclear], sources: [failing] })
    for (const minutes of [2, 30, 300, 3_000])
      expect(holds(decide(ramp(), silent, THERE, NOON + minutes * MINUTE))).toEqual(['source_error'])
    const impatient = ramp({ onFewSamples: 'advance' })
    expect(holds(decide(impatient, silent, THERE, NOON + 300 * MINUTE))).toEqual(['source_error'])
  })

  test('takes it back after the grace of a plan that asks for that', () => {
    const strict = ramp({ onNoData: 'rollback', noDataGrace: 'PT20M' })
    const silent = good({ evidence: [unclear], sources: [failing] })
    expect(holds(decide(strict, silent, THERE, NOON + 20 * MINUTE - 1))).toEqual(['source_error'])
    expect(decide(strict, silent, THERE, NOON + 20 * MINUTE)).toEqual({
      kind: 'rollback',
      by: 'policy',
      because: { kind: 'no_data', words: 'checkout_error: main did not answer within 10 s' },
    })
  })

  test('keeps nobody waiting when its guard only warns', () => {
    const warns = ramp({ guards: ['checkout_error:warn'] })
    const silent = good({ evidence: [guard({ verdict: 'error', reaction: 'warn' })], sources: [failing] })
    expect(decide(warns, silent, THERE, NOON + 10 * MINUTE).kind).toBe('advance')
  })

  test('stands back behind a guard that trips', () => {
    const both = ramp({ guards: ['checkout_error', 'order_error'] })
    const evidence = [unclear, guard({ guard: 'order_error', verdict: 'tripped', e: 400 })]
    expect(decide(both, good({ evidence, sources: [failing] }), THERE, NOON).kind).toBe('rollback')
  })

  test('leaves nobody to watch when no guard that could take the ramp back can be judged: that is told at once', () => {
    const both = ramp({ guards: ['checkout_error', 'order_error:hold'] })
    const say = (findings: Findings, of = both) =>
      respond(of, findings, decide(of, findings, THERE, NOON + 10 * MINUTE))
    const silent = good({ evidence: [unclear, guard({ guard: 'order_error' })], sources: [failing] })
    expect(say(silent)).toEqual({ kind: 'say', said: [{ kind: 'flying_blind', seq: 1 }] })
    const told = { ...both, alerted: [{ kind: 'flying_blind', seq: 1 }] } as const
    expect(say(silent, told)).toBeNull()
    const other = good({ evidence: [guard(), unclear], sources: [{ ...failing, guard: 'order_error' }] })
    expect(say(other)).toBeNull()
  })

  test('for five minutes is told once, in whatever state the ramp is', () => {
    const both = ramp({ guards: ['checkout_error', 'order_error:hold'] }, { state: 'paused', pausedAt: NOON })
    const lasting = { ...failing, guard: 'order_error', lasts: true }
    const findings = good({ evidence: [guard(), unclear], sources: [lasting] })
    const look = (of: StoredRamp) => respond(of, findings, decide(of, findings, THERE, NOON + 10 * MINUTE))
    const said = { kind: 'source_error', guard: 'order_error', seq: 1 } as const
    expect(look(both)).toEqual({ kind: 'say', said: [said] })
    expect(look({ ...both, alerted: [said] })).toBeNull()
  })

  test('and was not asked yet is no news', () => {
    const waiting = { ...source, kind: 'waiting', words: 'its source has not been asked yet' } as const
    const fresh = good({ evidence: [guard({ verdict: 'no_data' })], sources: [waiting] })
    const decision = decide(ramp(), fresh, THERE, NOON + 3 * MINUTE)
    expect(holds(decision)).toEqual(['no_data'])
    expect(respond(ramp(), fresh, decision)).toBeNull()
  })
})

test('a ramp whose guards are all fed from elsewhere does not wait for units that no SDK reports', () => {
  const outside = ramp({
    steps: [{ percent: 1, minUnits: 0, dwell: 'PT1M' }, { percent: 100 }],
    guards: [{ metric: 'checkout_error', limit: { kind: 'no_worse', margin: 1 }, source: { kind: 'pushed' } }],
  })
  const unmet = good({ met: { treatment: 0, control: 0 }, unitsInStep: 0, lastMet: null })
  expect(decide(outside, unmet, THERE, NOON + 10 * MINUTE).kind).toBe('advance')
})
