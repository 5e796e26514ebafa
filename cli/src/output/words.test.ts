import { expect, test } from 'vitest'
import { at, evidence, ramp, rolledBack, START } from '../test-ramps.ts'
import { linesOf, shortLinesOf } from './words.ts'

const verdicts = [
  evidence(),
  evidence({ guard: 'absolute', verdict: 'collecting' }),
  evidence({ guard: 'order', metric: 'order' }),
]
const judged = { kind: 'judged', at: START, guards: ['checkout_error', 'absolute', 'order'] } as const

test('beside a picture, verdicts are told by the names of what they are about', () => {
  expect(shortLinesOf(judged, ramp({ verdicts }))).toEqual([
    { at: START, kind: 'check', text: 'ok checkout_error, order' },
    { at: START, kind: 'check', text: 'waiting checkout_error' },
  ])
  expect(shortLinesOf({ ...judged, guards: ['checkout_error'] }, rolledBack())).toEqual([
    { at: START, kind: 'check', text: 'FAIL checkout_error' },
  ])
})

test('everything else is told as in a log', () => {
  const moved = { kind: 'moved', at: Date.parse(at(12)), from: 1, to: 10 } as const
  expect(shortLinesOf(moved, ramp())).toEqual(linesOf(moved, ramp()))
})
