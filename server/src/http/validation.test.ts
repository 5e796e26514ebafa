import { expect, test } from 'vitest'
import { z } from 'zod'
import { mistakes } from './validation.ts'

const schema = z.strictObject({
  name: z.string().max(5),
  percent: z.number().optional(),
  kind: z.enum(['release', 'permanent']).optional(),
  'a/b~c': z.boolean().optional(),
  rules: z
    .array(
      z.union([
        z.strictObject({ all: z.array(z.string()) }),
        z.strictObject({ segment: z.string(), name: z.string() }),
      ]),
    )
    .optional(),
  weights: z.record(z.string(), z.strictObject({ part: z.int() })).optional(),
})

function found(value: unknown) {
  const result = schema.safeParse(value)
  return result.success ? [] : mistakes(schema, value, result.error.issues)
}

test.each([
  [{}, [{ pointer: '/name', message: 'is needed' }]],
  [{ name: 1 }, [{ pointer: '/name', message: 'must be a text' }]],
  [
    { name: null, percent: '1' },
    [
      { pointer: '/name', message: 'must be a text' },
      { pointer: '/percent', message: 'must be a number' },
    ],
  ],
  [[], [{ pointer: '', message: 'must be an object' }]],
  [
    { name: 'x', kind: 'realease' },
    [{ pointer: '/kind', message: 'must be one of: release, permanent', nearest: 'release' }],
  ],
  [{ name: 'x', 'a/b~c': 1 }, [{ pointer: '/a~1b~0c', message: 'must be true or false' }]],
  [
    { name: 'x', pecrent: 1, other: 2 },
    [
      { pointer: '/pecrent', message: 'is not known here', nearest: 'percent' },
      { pointer: '/other', message: 'is not known here' },
    ],
  ],
  [
    { name: 'x', rules: [{ segment: 'a', nmae: 'b' }] },
    [
      { pointer: '/rules/0/name', message: 'is needed' },
      { pointer: '/rules/0/nmae', message: 'is not known here', nearest: 'name' },
    ],
  ],
  [{ name: 'x', rules: [{ all: [1] }] }, [{ pointer: '/rules/0/all/0', message: 'must be a text' }]],
  [
    { name: 'x', weights: { on: { prat: 1, part: 1.5 } } },
    [
      { pointer: '/weights/on/part', message: 'must be a whole number' },
      { pointer: '/weights/on/prat', message: 'is not known here', nearest: 'part' },
    ],
  ],
])('%j', (value, expected) => {
  expect(found(value)).toEqual(expected)
})
