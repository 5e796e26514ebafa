import { expect, test } from 'vitest'
import { enteredSteps } from './entered-steps.ts'

test('a step is entered when the log first has the ramp there, whatever the order of the log', () => {
  const at = (minute: number) => `2025-11-25T14:0${minute}:00.000Z`
  expect(
    enteredSteps([
      { at: at(5), after: { step: 2, state: 'paused' } },
      { at: at(3), after: { step: 2, state: 'running' } },
      { at: at(1), after: { step: 1, state: 'running' } },
      { at: at(0), after: null },
      { at: at(0), after: 'text' },
    ]),
  ).toEqual(
    new Map([
      [2, Date.parse(at(3))],
      [1, Date.parse(at(1))],
    ]),
  )
})
