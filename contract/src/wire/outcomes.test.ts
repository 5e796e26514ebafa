import { expect, test } from 'vitest'
import { MOST_OUTCOMES, parseOutcomes } from './outcomes.ts'

const ana = { targetingKey: 'ana' }
const failed = { context: ana, metric: 'checkout_error' }

test.each<[string, unknown]>([
  ['an event', { outcomes: [failed] }],
  ['events', { outcomes: [{ ...failed, n: 3 }] }],
  ['a value, below zero too', { outcomes: [{ ...failed, value: -12.5 }] }],
  ['a batch that has a name', { batch: '01980c6e-7a52-7d10-8f3c-2b4d6e8f0a1c', outcomes: [] }],
  ['somebody without a unit', { outcomes: [{ context: { targetingKey: null, plan: 'pro' }, metric: 'm' }] }],
  ['a unit that is a number', { outcomes: [{ context: { targetingKey: 7 }, metric: 'm' }] }],
  ['members of later versions', { outcomes: [{ ...failed, since: 3 }], more: true }],
])('%s is taken', (_, value) => {
  expect(parseOutcomes(value)).toEqual({ ok: true, value })
})

test.each<[unknown, string]>([
  [null, 'the document must be an object'],
  [{}, 'outcomes must be a list'],
  [{ outcomes: [failed, {}] }, 'outcomes[1].context must be an object whose targetingKey'],
  [{ outcomes: [{ ...failed, context: 'ana' }] }, 'outcomes[0].context must be'],
  [{ outcomes: [{ ...failed, context: { targetingKey: {} } }] }, 'outcomes[0].context must be'],
  [{ outcomes: [{ ...failed, metric: 'Checkout error' }] }, 'outcomes[0].metric must be'],
  [{ outcomes: [{ ...failed, n: 0 }] }, 'outcomes[0].n must be a number above 0'],
  [{ outcomes: [{ ...failed, n: 1e101 }] }, 'outcomes[0].n must be a number above 0'],
  [{ outcomes: [{ ...failed, value: '3' }] }, 'outcomes[0].value must be a number'],
  [{ outcomes: [{ ...failed, n: 1, value: 3 }] }, 'outcomes[0] must be an outcome with n or with value, not with both'],
  [{ batch: 'not a name', outcomes: [] }, 'batch must be'],
  [{ outcomes: Array(MOST_OUTCOMES + 1).fill(failed) }, 'outcomes must be a list of at most 1000'],
])('%j is refused: %s', (value, problem) => {
  expect(parseOutcomes(value)).toEqual({ ok: false, problem: expect.stringContaining(problem) })
})
