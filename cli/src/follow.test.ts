import { describe, expect, test } from 'vitest'
import { follow } from './follow.ts'
import { at, ended, evidence, firstStep, hold, ramp, rolledBack } from './test-ramps.ts'

const now = Date.parse(at(20))
const time = (minutes: number): number => Date.parse(at(minutes))

describe('the first look', () => {
  test('at a ramp that has just begun tells the first move', () => {
    expect(follow(undefined, firstStep(), now)).toEqual([
      { kind: 'attached', at: time(0) },
      { kind: 'moved', at: time(0), from: 0, to: 1 },
      { kind: 'arrived', at: now },
      { kind: 'waits', at: now },
    ])
  })

  test('at a ramp under way does not make up how it came there', () => {
    const behind = { instances: 38, holding: 36, slowestMs: null, behind: ['i_1', 'i_2'] }
    expect(follow(undefined, ramp({ propagation: behind }), now)).toEqual([
      { kind: 'attached', at: now },
      { kind: 'moved', at: now, from: null, to: 10 },
      { kind: 'waits', at: now },
    ])
  })

  test('at a paused ramp says that it is paused', () => {
    expect(follow(undefined, ramp({ state: 'paused' }), now).at(-1)).toEqual({ kind: 'paused', at: now })
  })

  test('at a ramp that has ended tells the end and when it was', () => {
    expect(follow(undefined, rolledBack(), now)).toEqual([
      { kind: 'attached', at: time(41) },
      { kind: 'judged', at: time(41), guards: ['checkout_error'] },
      { kind: 'ended', at: time(41) },
    ])
  })

  test('at a scheduled ramp finds nothing else to tell', () => {
    expect(follow(undefined, firstStep({ state: 'scheduled' }), now)).toEqual([{ kind: 'attached', at: now }])
  })
})

describe('between two looks', () => {
  test('nothing is said when only numbers moved', () => {
    const later = ramp({ verdicts: [evidence({ e: 0.5 })], sentence: 'Running, 8m left.' })
    expect(follow(ramp(), later, now)).toEqual([])
  })

  test('a step forward passes the step before, and its arrival is told', () => {
    expect(follow(firstStep(), ramp(), now)).toEqual([
      { kind: 'passed', at: time(12), step: 1 },
      { kind: 'moved', at: time(12), from: 1, to: 10 },
      { kind: 'arrived', at: now },
      { kind: 'judged', at: now, guards: ['checkout_error'] },
      { kind: 'waits', at: now },
    ])
  })

  test('a step back passes nothing', () => {
    const back = firstStep({ seq: 3, enteredAt: at(18), propagation: { ...ramp().propagation, holding: 1 } })
    expect(follow(ramp(), back, now)).toEqual([
      { kind: 'moved', at: time(18), from: 10, to: 1 },
      { kind: 'waits', at: now },
    ])
  })

  test('the guards that begin a step anew are no news, those that trip in it are', () => {
    const next = ramp({ seq: 3, step: 3, holds: [], verdicts: [evidence({ verdict: 'collecting' })] })
    expect(follow(ramp(), next, now).map(({ kind }) => kind)).not.toContain('judged')
    const tripped = ramp({ verdicts: [evidence({ verdict: 'tripped' })] })
    expect(follow(ramp(), tripped, now)).toEqual([{ kind: 'judged', at: now, guards: ['checkout_error'] }])
  })

  test('a wait that is new is told, one that is over is not', () => {
    const sample = ramp({ holds: [hold('sample')] })
    const unclear = ramp({ holds: [hold('sample'), hold('not_clear')] })
    expect(follow(ramp(), sample, now)).toEqual([{ kind: 'waits', at: now }])
    expect(follow(sample, unclear, now)).toEqual([{ kind: 'waits', at: now }])
    expect(follow(unclear, sample, now)).toEqual([])
  })

  test('small samples are no news while the step dwells', () => {
    expect(follow(ramp(), ramp({ holds: [hold('dwell'), hold('sample')] }), now)).toEqual([])
  })

  test('a step that travels or has no data yet has nothing to tell, until the grace for data is over', () => {
    const travelling = ramp({ holds: [hold('propagation', at(30))] })
    const early = ramp({ holds: [hold('dwell'), hold('no_data', at(30))] })
    expect(follow(travelling, early, now)).toEqual([])
    expect(follow(early, ramp(), now)).toEqual([{ kind: 'waits', at: now }])
    expect(follow(early, ramp({ holds: [hold('no_data', null)] }), now)).toEqual([{ kind: 'waits', at: now }])
  })

  test('what wants a person is told at once', () => {
    const held = ramp({ holds: [hold('propagation', at(30)), hold('conflict')] })
    expect(follow(ramp(), held, now)).toEqual([{ kind: 'waits', at: now }])
  })

  test('pause, resume and bake are told once', () => {
    const paused = ramp({ state: 'paused' })
    expect(follow(ramp(), paused, now)).toEqual([{ kind: 'paused', at: now }])
    expect(follow(paused, paused, now)).toEqual([])
    expect(follow(paused, ramp(), now)).toEqual([{ kind: 'resumed', at: now }])
    expect(follow(ramp(), ramp({ state: 'baking' }), now)).toEqual([{ kind: 'baking', at: time(12) }])
  })

  test('a late SDK that catches up is told', () => {
    const behind = ramp({ propagation: { ...ramp().propagation, holding: 37 } })
    expect(follow(behind, ramp(), now)).toEqual([{ kind: 'arrived', at: now }])
  })

  test('a rollback tells its evidence, the way back and the end, at the server’s time', () => {
    const at50 = ramp({ step: 3, seq: 3, percent: { before: 0, reached: 50, now: 50 } })
    expect(follow(at50, rolledBack(), now)).toEqual([
      { kind: 'judged', at: time(41), guards: ['checkout_error'] },
      { kind: 'moved', at: time(41), from: 50, to: 0 },
      { kind: 'ended', at: time(41) },
    ])
  })

  test('an end is told once', () => {
    expect(follow(rolledBack(), rolledBack(), now)).toEqual([])
  })

  test('an end that was slept through is told with the last move only', () => {
    expect(follow(firstStep(), ended('completed', 'system', null, { step: 4 }), now)).toEqual([
      { kind: 'passed', at: time(41), step: 1 },
      { kind: 'moved', at: time(41), from: 1, to: 100 },
      { kind: 'ended', at: time(41) },
    ])
  })
})
