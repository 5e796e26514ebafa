import type { Cause } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import type { StoredRamp } from './state.ts'
import { ana, NOON, ramp } from './testing/makers.ts'
import { move, type RampEvent } from './transitions.ts'

const LATER = NOON + 60_000
const guardCause: Cause = { kind: 'guard', evidence: [], named: ['checkout_error'] }
const asked = { actor: ana, reason: 'because' }

/** What changed, or why nothing did. */
function outcome(from: StoredRamp, event: RampEvent, now = LATER) {
  const transition = move(from, event, now)
  if (transition.kind !== 'moved') return transition.kind === 'refused' ? transition.code : transition.kind
  const { state, step, seq, percent, end } = transition.ramp
  return {
    state,
    step,
    seq,
    percent: percent.now,
    end: end && { by: end.by, cause: end.cause?.kind },
    action: transition.action,
  }
}

function after(from: StoredRamp, event: RampEvent, now = LATER): StoredRamp {
  const transition = move(from, event, now)
  if (transition.kind !== 'moved') throw new Error(transition.kind)
  return transition.ramp
}

const running = ramp({ bake: 'PT1H' })
const atTen = after(running, { kind: 'go_on', to: 2 })
const paused = after(running, { kind: 'pause' })
const baking = after(running, { kind: 'go_on', to: 4 })
const scheduled: StoredRamp = {
  ...running,
  state: 'scheduled',
  publishes: [],
  percent: { before: 0, reached: 0, now: 0 },
}
const over = after(running, { kind: 'take_back', ...asked })

describe('a tick with every gate open', () => {
  test('publishes the next step of a running ramp', () => {
    expect(outcome(running, { kind: 'go_on', to: 2 })).toEqual({
      state: 'running',
      step: 2,
      seq: 2,
      percent: 10,
      end: null,
      action: 'ramp.advanced',
    })
    expect(atTen).toMatchObject({ enteredAt: LATER, judgingSince: null, percent: { before: 0, reached: 10, now: 10 } })
    expect(atTen.publishes.at(-1)).toEqual({ seq: 2, step: 2, percent: 10, at: LATER })
  })

  test('begins the bake at 99% when the plan has one, and completes at 100% after it', () => {
    expect(outcome(running, { kind: 'go_on', to: 4 })).toEqual({
      state: 'baking',
      step: 4,
      seq: 2,
      percent: 99,
      end: null,
      action: 'ramp.baking',
    })
    expect(outcome(baking, { kind: 'finish' })).toEqual({
      state: 'completed',
      step: 4,
      seq: 3,
      percent: 100,
      end: { by: 'system', cause: undefined },
      action: 'ramp.completed',
    })
  })

  test('completes on reaching the last step of a plan without a bake', () => {
    expect(outcome(ramp(), { kind: 'go_on', to: 4 })).toEqual({
      state: 'completed',
      step: 4,
      seq: 2,
      percent: 100,
      end: { by: 'system', cause: undefined },
      action: 'ramp.completed',
    })
  })

  test('moves nothing that is paused, not begun or over', () => {
    for (const from of [paused, scheduled, over]) {
      expect(outcome(from, { kind: 'go_on', to: 2 })).toBe('same')
      expect(outcome(from, { kind: 'finish' })).toBe('same')
    }
  })
})

describe('a trip', () => {
  const trip: RampEvent = { kind: 'roll_back', by: 'guard', cause: guardCause }

  test.each([
    ['running', atTen],
    ['paused', paused],
    ['baking', baking],
  ])('takes a ramp back that is %s', (_, from) => {
    expect(outcome(from, trip)).toEqual({
      state: 'rolled_back',
      step: from.step,
      seq: from.seq + 1,
      percent: 0,
      end: { by: 'guard', cause: 'guard' },
      action: 'ramp.rolled_back',
    })
  })

  test('changes nothing before the start and after the end', () => {
    expect(outcome(scheduled, trip)).toBe('same')
    expect(outcome(over, trip)).toBe('same')
  })

  test('with the reaction step_back publishes the step below, and the guard begins anew', () => {
    const back = after(atTen, { kind: 'step_back', cause: guardCause, guards: ['checkout_error'], last: false })
    expect(back).toMatchObject({ state: 'running', step: 1, seq: 3, percent: { now: 1 } })
    expect(back.restarts).toEqual([{ guard: 'checkout_error', from: LATER + 5_000 }])
  })

  test('with the reaction step_back leaves a paused ramp paused', () => {
    const pausedAtTen = after(atTen, { kind: 'pause' })
    expect(outcome(pausedAtTen, { kind: 'step_back', cause: guardCause, guards: [], last: false })).toMatchObject({
      state: 'paused',
      step: 1,
    })
  })

  test('with the reaction step_back at the first step is the end', () => {
    expect(outcome(running, { kind: 'step_back', cause: guardCause, guards: [], last: false })).toMatchObject({
      state: 'rolled_back',
      percent: 0,
    })
  })

  test('of the second try with the reaction step_back goes down again, and waits there for a person', () => {
    const event = { kind: 'step_back', cause: guardCause, guards: ['checkout_error'], last: true } as const
    const back = after(atTen, event)
    expect(back).toMatchObject({ state: 'running', step: 1, seq: 3, percent: { now: 1 } })
    expect(back.latches).toEqual([{ kind: 'second_step_back', seq: 3, guard: 'checkout_error' }])
    expect(after(back, { kind: 'resume' }, LATER + 1)).toMatchObject({ latches: [], step: 1 })
  })

  test('with the reaction step_back in the bake goes to the last step before it, and runs', () => {
    expect(
      outcome(baking, { kind: 'step_back', cause: guardCause, guards: ['checkout_error'], last: false }),
    ).toMatchObject({ state: 'running', step: 3, percent: 50 })
  })

  test('that holds is remembered, and changes no share', () => {
    const latch = { kind: 'guard', seq: 1, guard: 'checkout_error' } as const
    expect(outcome(running, { kind: 'latch', latches: [latch] })).toEqual({
      state: 'running',
      step: 1,
      seq: 1,
      percent: 1,
      end: null,
      action: 'ramp.held',
    })
    const held = after(running, { kind: 'latch', latches: [latch] })
    expect(move(held, { kind: 'latch', latches: [] }, LATER)).toMatchObject({ action: null, ramp: { latches: [] } })
  })
})

describe('pause and resume', () => {
  test('pausing stops a running ramp and a bake, and is nothing when it is paused', () => {
    expect(outcome(running, { kind: 'pause' })).toMatchObject({ state: 'paused', seq: 1, percent: 1 })
    expect(outcome(baking, { kind: 'pause' })).toMatchObject({ state: 'paused', percent: 99 })
    expect(outcome(paused, { kind: 'pause' })).toBe('same')
  })

  test('resuming shifts the timers by the pause and keeps the evidence', () => {
    const resumed = after(paused, { kind: 'resume' }, LATER + 30_000)
    expect(resumed).toMatchObject({ state: 'running', pausedAt: null, judgingSince: NOON + 30_000, restarts: [] })
  })

  test('resuming a paused bake bakes on', () => {
    expect(outcome(after(baking, { kind: 'pause' }), { kind: 'resume' })).toMatchObject({ state: 'baking' })
  })

  test('resuming a ramp that a guard held begins the evidence of that guard anew', () => {
    const held = after(running, { kind: 'latch', latches: [{ kind: 'guard', seq: 1, guard: 'checkout_error' }] })
    expect(after(held, { kind: 'resume' }, LATER + 1)).toMatchObject({
      latches: [],
      restarts: [{ guard: 'checkout_error', from: LATER + 5_000 }],
    })
  })

  test('resuming after the longest dwell waits that long again', () => {
    const held = after(running, { kind: 'latch', latches: [{ kind: 'max_dwell', seq: 1 }] })
    expect(after(held, { kind: 'resume' }, LATER + 1)).toMatchObject({ latches: [], judgingSince: LATER + 1 })
  })

  test('resuming after an edit under the ramp publishes the step again', () => {
    const held = after(atTen, { kind: 'latch', latches: [{ kind: 'conflict', seq: 2 }] })
    expect(outcome(held, { kind: 'resume' })).toMatchObject({ step: 2, seq: 3, percent: 10 })
  })

  test('resuming a ramp that runs freely is nothing', () => {
    expect(outcome(running, { kind: 'resume' })).toBe('same')
  })
})

describe('advance by a person', () => {
  test('goes to the next step, or to one that is named', () => {
    expect(outcome(running, { kind: 'advance', to: null })).toMatchObject({ step: 2, percent: 10 })
    expect(outcome(running, { kind: 'advance', to: 50 })).toMatchObject({ step: 3, percent: 50 })
    expect(outcome(ramp(), { kind: 'advance', to: 100 })).toEqual({
      state: 'completed',
      step: 4,
      seq: 2,
      percent: 100,
      end: { by: 'person', cause: undefined },
      action: 'ramp.completed',
    })
  })

  test('resumes a paused ramp there, completes a bake, and begins a scheduled one', () => {
    expect(outcome(paused, { kind: 'advance', to: null })).toMatchObject({ state: 'running', step: 2 })
    expect(outcome(baking, { kind: 'advance', to: null })).toMatchObject({ state: 'completed', percent: 100 })
    expect(outcome(scheduled, { kind: 'advance', to: null })).toMatchObject({
      state: 'running',
      step: 1,
      action: 'ramp.started',
    })
  })

  test('neither goes down nor to a step that is not in the plan', () => {
    expect(outcome(atTen, { kind: 'advance', to: 1 })).toBe('invalid')
    expect(outcome(atTen, { kind: 'advance', to: 10 })).toBe('invalid')
    expect(outcome(atTen, { kind: 'advance', to: 42 })).toBe('invalid')
  })
})

describe('approval', () => {
  const waiting = ramp({ approveAt: [10] })

  test('holds for the sequence it was given in', () => {
    const approved = after(waiting, { kind: 'approve' })
    expect(approved.approvedSeq).toBe(1)
    expect(outcome(approved, { kind: 'approve' })).toBe('same')
    expect(after(approved, { kind: 'go_on', to: 2 }).approvedSeq).toBeNull()
  })

  test('cannot be given where none is asked for', () => {
    expect(outcome(ramp(), { kind: 'approve' })).toBe('invalid')
    expect(outcome(scheduled, { kind: 'approve' })).toBe('invalid')
  })

  test('refused takes the ramp back', () => {
    expect(outcome(waiting, { kind: 'reject', ...asked })).toMatchObject({
      state: 'rolled_back',
      percent: 0,
      end: { by: 'person', cause: 'rejected' },
    })
  })
})

describe('a person takes the ramp back', () => {
  test.each([
    ['running', atTen],
    ['paused', paused],
    ['baking', baking],
  ])('while it is %s', (_, from) => {
    expect(outcome(from, { kind: 'take_back', ...asked })).toMatchObject({
      state: 'rolled_back',
      percent: 0,
      end: { by: 'person', cause: 'person' },
    })
  })

  test('to what the rule gave before the ramp', () => {
    const begunAtFive = ramp({ steps: '10%,100%' }, { percent: { before: 5, reached: 10, now: 10 } })
    expect(outcome(begunAtFive, { kind: 'take_back', ...asked })).toMatchObject({ percent: 5 })
  })

  test('before it begins, which cancels it', () => {
    expect(outcome(scheduled, { kind: 'take_back', ...asked })).toMatchObject({ state: 'cancelled' })
  })
})

describe('a kill', () => {
  test.each([
    ['running', atTen],
    ['paused', paused],
    ['baking', baking],
  ])('ends a ramp that is %s and returns the share', (_, from) => {
    expect(outcome(from, { kind: 'kill', ...asked })).toMatchObject({
      state: 'killed',
      percent: 0,
      end: { by: 'person', cause: 'kill' },
      action: 'ramp.killed',
    })
  })

  test('cancels a ramp that has not begun, and leaves an end as it is', () => {
    expect(outcome(scheduled, { kind: 'kill', ...asked })).toMatchObject({ state: 'cancelled' })
    expect(outcome(over, { kind: 'kill', ...asked })).toBe('same')
  })
})

describe('what is learned on the way', () => {
  test('how far a step had travelled when judging began stays with its publish, and is written once', () => {
    const reached = { at: LATER, instances: 3, holding: 2, slowestMs: 900, behind: ['web-3'] }
    const fresh = { ...atTen, judgingSince: null }
    const judged = after(fresh, { kind: 'judge', reached })
    expect(judged.publishes.map((publish) => publish.reached)).toEqual([undefined, reached])
    expect(outcome(judged, { kind: 'judge', reached: null })).toBe('same')
  })

  test('thresholds are added and move nothing', () => {
    const frozen = { guard: 'ms', at: LATER, values: 200, from: 'first' } as const
    expect(outcome(running, { kind: 'freeze', frozen: [frozen] })).toMatchObject({ seq: 1, percent: 1, action: null })
    expect(after(running, { kind: 'freeze', frozen: [frozen] }).frozen).toEqual([frozen])
  })

  test('half of the units are let go without a new sequence', () => {
    expect(after(running, { kind: 'halve' }, LATER)).toMatchObject({ seq: 1, halved: [LATER] })
  })

  test('resuming a ramp whose split was broken begins the check anew', () => {
    const held = after(running, { kind: 'latch', latches: [{ kind: 'imbalance', seq: 1 }] })
    expect(after(held, { kind: 'resume' }, LATER + 1)).toMatchObject({
      latches: [],
      restarts: [{ guard: '*split', from: LATER + 5_000 }],
    })
  })
})

describe('after the end', () => {
  test('something can still be said, and the ramp be forgotten; nothing is moved', () => {
    const said = after(over, { kind: 'say', said: [{ kind: 'not_effective' }] })
    expect(said).toMatchObject({ state: 'rolled_back', seq: over.seq, alerted: [{ kind: 'not_effective' }] })
    expect(after(said, { kind: 'forget' }).watchedUntil).toBeNull()
    for (const event of [{ kind: 'halve' }, { kind: 'judge', reached: null }, { kind: 'freeze', frozen: [] }] as const)
      expect(outcome(over, event)).toBe('same')
  })
})

test.each(['replaced', 'edited'] as const)(
  'a ramp that is %s ends where it is: the one who takes over writes the share',
  (to) => {
    for (const from of [atTen, paused, scheduled]) {
      expect(outcome(from, { kind: 'give_way', to, ...asked })).toMatchObject({
        state: 'superseded',
        seq: from.seq,
        percent: from.percent.now,
        end: { by: 'person', cause: to },
      })
    }
  },
)

test.each([
  { kind: 'pause' },
  { kind: 'resume' },
  { kind: 'advance', to: null },
  { kind: 'approve' },
  { kind: 'reject', ...asked },
  { kind: 'take_back', ...asked },
] as const)('an end is final: $kind is refused', (event) => {
  expect(outcome(over, event)).toBe('ramp_ended')
})

test('before the start nothing can be paused or resumed', () => {
  expect(outcome(scheduled, { kind: 'pause' })).toBe('invalid')
  expect(outcome(scheduled, { kind: 'resume' })).toBe('invalid')
})
