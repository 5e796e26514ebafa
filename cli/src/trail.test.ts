import type { AuditAction, AuditEntry } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { at, ended, evidence, firstStep, PERSON, ramp, rolledBack, TRIPPED } from './test-ramps.ts'
import { extend, trailOf } from './trail.ts'

const { propagation } = ramp()
const ok = { ok: 1, waiting: 0, fail: 0, noData: 0 }

describe('the trail of a watcher', () => {
  test('keeps the last look at each step, and when the step was left', () => {
    const trail = [firstStep(), firstStep({ verdicts: [evidence()] }), ramp(), rolledBack({ step: 2 })].reduce(
      extend,
      [],
    )
    expect(trail).toEqual([
      { n: 1, enteredAt: at(0), leftAt: at(12), verdicts: ok, propagation },
      { n: 2, enteredAt: at(12), leftAt: at(41), verdicts: { ok: 0, waiting: 0, fail: 1, noData: 0 }, propagation },
    ])
  })

  test('does not make up when a step was left that it did not see left', () => {
    const trail = [firstStep(), ramp({ step: 3, seq: 3, enteredAt: at(30) })].reduce(extend, [])
    expect(trail.map(({ n, leftAt }) => [n, leftAt])).toEqual([
      [1, null],
      [3, null],
    ])
  })

  test('has a step twice that was entered twice', () => {
    const again = firstStep({ seq: 3, enteredAt: at(18) })
    expect([firstStep(), ramp(), again].reduce(extend, []).map(({ n, leftAt }) => [n, leftAt])).toEqual([
      [1, at(12)],
      [2, at(18)],
      [1, null],
    ])
  })

  test('ends with the last step, which completes the ramp and stays', () => {
    const trail = [ramp(), ended('completed', 'system', null, { step: 3 })].reduce(extend, [])
    expect(trail.map(({ n, enteredAt, leftAt }) => [n, enteredAt, leftAt])).toEqual([
      [2, at(12), at(41)],
      [3, at(41), null],
    ])
    const audit = trailOf([entry(41, 'ramp.completed', 3), entry(12, 'ramp.started', 2)])
    expect(audit.map(({ n, enteredAt, leftAt }) => [n, enteredAt, leftAt])).toEqual([
      [2, at(12), at(41)],
      [3, at(41), null],
    ])
  })

  test('is empty for a ramp that had ended before, or has not begun', () => {
    expect(extend([], rolledBack())).toEqual([])
    expect(extend([], firstStep({ state: 'scheduled' }))).toEqual([])
  })
})

function entry(minutes: number, action: AuditAction, step: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    scope: 'demo',
    n: 1,
    at: at(minutes),
    actor: PERSON,
    action,
    subject: { kind: 'ramp', key: 'r_01JD8K', environment: 'production' },
    before: null,
    after: { state: 'running', step, percent: 1 },
    revisions: [],
    comment: null,
    request: { id: 'req_1', address: null },
    words: '',
    previous: '',
    hash: '',
    ...more,
  }
}

describe('the trail of the audit', () => {
  const began = { n: 1, enteredAt: at(0), propagation: null }

  test('tells when each step was entered and left, and how it was judged then', () => {
    const entries = [
      entry(41, 'ramp.rolled_back', 2, { evidence: [TRIPPED] }),
      entry(20, 'ramp.paused', 2),
      entry(12, 'ramp.advanced', 2, { evidence: [evidence()] }),
      entry(0, 'ramp.started', 1),
    ]
    expect(trailOf(entries)).toEqual([
      { ...began, leftAt: at(12), verdicts: ok },
      { n: 2, enteredAt: at(12), leftAt: at(41), verdicts: { ...ok, ok: 0, fail: 1 }, propagation: null },
    ])
  })

  test('goes on where a watcher takes over', () => {
    const known = trailOf([entry(12, 'ramp.advanced', 2), entry(0, 'ramp.started', 1)])
    expect(extend(known, ramp())).toEqual([
      { ...began, leftAt: at(12), verdicts: null },
      { n: 2, enteredAt: at(12), leftAt: null, verdicts: ok, propagation },
    ])
  })

  test('leaves out what it cannot read', () => {
    expect(trailOf([entry(0, 'ramp.started', 1, { after: 'something newer' })])).toEqual([])
  })
})
