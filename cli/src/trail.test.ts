import { describe, expect, test } from 'vitest'
import { at, evidence, firstStep, ramp, rolledBack } from './test-ramps.ts'
import { extend } from './trail.ts'

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

  test('is empty for a ramp that had ended before, or has not begun', () => {
    expect(extend([], rolledBack())).toEqual([])
    expect(extend([], firstStep({ state: 'scheduled' }))).toEqual([])
  })
})
