import { expect, test } from 'vitest'
import { segmentsIn } from './segments-in.ts'

test('segments are found wherever a condition names them, each once', () => {
  expect(
    segmentsIn({
      all: [
        { segment: 'a' },
        { any: [{ not: { segment: 'b' } }, { segment: 'a' }] },
        { attribute: 'x', operator: 'exists' },
      ],
    }),
  ).toEqual(['a', 'b'])
})
