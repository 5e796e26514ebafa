import fc from 'fast-check'
import type { Condition, Context, Patch, Slice, Snapshot, WireFlag, WireSegment, WireServe } from './model.ts'
import { countryIs, flagOf, snapshotOf } from './test-makers.ts'

/*
 * Small worlds in which everything meets everything: few keys, so that flags lean on one another, also in circles and on
 * what is not there.
 */

export const FLAG_KEYS = ['a', 'b', 'c', '__proto__'] as const
const SEGMENT_KEYS = ['s', 't', 'constructor'] as const
const LAYER_KEYS = ['home', 'cart'] as const

export const percent = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1_000)
export const unit = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.uuid())
const variation = fc.nat({ max: 1 })

const attributeCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .constantFrom('country', 'tags', 'account.id', 'age', '__proto__')
    .map((attribute): Condition => ({ attribute, operator: 'exists' })),
  fc
    .subarray(['DE', 'acme', 'red', 7])
    .map((operand): Condition => ({ attribute: 'country', operator: 'is one of', operand })),
  fc.subarray(['red', 'blue']).map((operand): Condition => ({ attribute: 'tags', operator: 'is one of', operand })),
  fc
    .subarray(['ac', 'DE', 'r'])
    .map((operand): Condition => ({ attribute: 'account.id', operator: 'starts with', operand })),
  fc.integer({ min: -2, max: 40 }).map((operand): Condition => ({ attribute: 'age', operator: 'number <', operand })),
)

export const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('DE', 'FR').map(countryIs),
    attributeCondition,
    fc.constantFrom(...SEGMENT_KEYS, 'nowhere').map((segment) => ({ segment })),
    tie('condition').map((not) => ({ not })),
    fc.array(tie('condition'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { maxLength: 3 }).map((any) => ({ any })),
  ),
})).condition

const slices = fc
  .tuple(fc.nat({ max: 100_000 }), variation, variation)
  .map(([end, first, second]): readonly Slice[] => [
    [end, first],
    [100_000, second],
  ])

const serve: fc.Arbitrary<WireServe> = fc.record(
  {
    to: fc.oneof(variation, slices),
    rollout: fc.tuple(percent, variation),
    by: fc.constantFrom('targetingKey', 'account.id'),
  },
  { requiredKeys: ['to'] },
)

const flag: fc.Arbitrary<WireFlag> = fc
  .record(
    {
      key: fc.constantFrom(...FLAG_KEYS),
      on: fc.boolean(),
      seed: fc.constantFrom('shared', 'own'),
      prerequisites: fc.array(
        fc.record({ flag: fc.constantFrom(...FLAG_KEYS, 'nothing'), variations: fc.subarray([0, 1, 9]) }),
        { maxLength: 2 },
      ),
      layer: fc.record({
        key: fc.constantFrom(...LAYER_KEYS),
        from: fc.nat({ max: 50_000 }),
        to: fc.integer({ min: 50_000, max: 100_000 }),
      }),
      rules: fc.array(fc.record({ id: fc.constantFrom('x', 'y'), when: condition, serve }), { maxLength: 2 }),
      serve,
    },
    { requiredKeys: ['key'] },
  )
  .map(flagOf)

const segment: fc.Arbitrary<WireSegment> = fc.record(
  {
    key: fc.constantFrom(...SEGMENT_KEYS),
    when: condition,
    included: fc.subarray(['anna', 'ben']),
    excluded: fc.subarray(['anna', 'ben']),
  },
  { requiredKeys: ['key'] },
)

const layer = fc.record({ key: fc.constantFrom(...LAYER_KEYS), seed: fc.constantFrom('one', 'two') })

const lists = {
  flags: fc.uniqueArray(flag, { selector: ({ key }) => key }),
  segments: fc.uniqueArray(segment, { selector: ({ key }) => key }),
  layers: fc.uniqueArray(layer, { selector: ({ key }) => key }),
}

export const snapshot: fc.Arbitrary<Snapshot> = fc.record(lists).map(snapshotOf)

export const change: fc.Arbitrary<Pick<Patch, 'upserts' | 'removals'>> = fc.record({
  upserts: fc.record(lists, { requiredKeys: [] }),
  removals: fc.record(
    {
      flags: fc.subarray([...FLAG_KEYS]),
      segments: fc.subarray([...SEGMENT_KEYS]),
      layers: fc.subarray([...LAYER_KEYS]),
    },
    { requiredKeys: [] },
  ),
})

export const CONTEXTS: readonly (Context | string)[] = [
  'anna',
  { targetingKey: 'ben', country: 'DE', account: { id: 'acme' }, age: 30, tags: ['red', 'green'] },
  { targetingKey: 'carl', country: 'FR', 'account.id': 'flat', age: -1 },
  { country: ['FR', 'DE'], account: { id: 42 } },
  {},
]
