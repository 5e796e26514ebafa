import { parseEventsBatch, type Watch } from '@rampart/contract/wire'
import {
  compile,
  conclude,
  createTally as createCoreTally,
  drain,
  recordExposure,
  recordObservation,
  recordOutcome,
} from '@rampart/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLocalSource } from './local.ts'
import { thisPage } from './surroundings.ts'
import { createTally } from './tally.ts'
import { flag, rolledOut, snapshot } from './test-snapshots.ts'

function watch(rest: Partial<Watch> = {}): Watch {
  return {
    ramp: 'r_1',
    seq: 1,
    flag: 'half',
    rule: 'everyone-else',
    percent: 50,
    salt: 'salt',
    controlSample: 1,
    tickMs: 1_000,
    metrics: [
      { metric: 'failed', take: 'first' },
      { metric: 'settling', take: 'first', settleMs: 2_500 },
    ],
    ...rest,
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('exposure' as const), flag: fc.constantFrom('half', 'plain') }),
  fc.record({ kind: fc.constant('count' as const), metric: fc.constantFrom('failed', 'settling', 'order') }),
  fc.record({ kind: fc.constant('observe' as const), metric: fc.constantFrom('failed', 'ms'), value: fc.nat(500) }),
  fc.record({ kind: fc.constant('identify' as const), unit: fc.constantFrom('ana', 'ben', 'cem', '') }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  fc.record({ kind: fc.constant('publish' as const), steps: fc.nat(1) }),
  fc.record({ kind: fc.constant('drain' as const) }),
)

test('a page counts as every other SDK does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 0.5), (steps, controlSample) => {
      let now = 10_000
      let context = 'ana'
      let revision = 1
      const tally = createTally(() => now)
      const oracle = createCoreTally(now)
      const source = createLocalSource(thisPage, undefined, context, false)
      let configuration = compile(snapshot(1, []))
      let seq = 0
      const publish = (steps: number): void => {
        // It only ever rises.
        seq += steps
        const flags = [rolledOut('half', 50), flag('plain')]
        const next = snapshot(revision++, flags, { watches: [watch({ seq, controlSample })] })
        configuration = compile(next)
        source.take('put', next, undefined)
      }
      publish(1)
      for (const one of [...steps, { kind: 'drain' } as const]) {
        switch (one.kind) {
          case 'exposure': {
            const told = source.answers?.get(one.flag)
            if (told) tally.exposure(told)
            recordExposure(oracle, configuration, one.flag, conclude(configuration, one.flag, context), context, now)
            break
          }
          case 'count':
            tally.outcome(source.answers, one.metric, 2)
            recordOutcome(oracle, configuration, one.metric, context, 2, now)
            break
          case 'observe':
            tally.outcome(source.answers, one.metric, 1, one.value)
            recordObservation(oracle, configuration, one.metric, context, one.value, now)
            break
          case 'identify':
            context = one.unit
            source.identify(context)
            break
          case 'wait':
            now += one.ms
            break
          case 'publish':
            publish(one.steps)
            break
          case 'drain':
            expect(sorted(tally.drain(source.answers, source.shown))).toEqual(sorted(drain(oracle, configuration, now)))
        }
      }
    }),
    { numRuns: 500 },
  )
})

/** Neither rows nor members are of any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sorted(one))).sort()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, sorted(inner)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  )
}

test('what is beyond its room is shed, said, and still a batch that the server takes', () => {
  const tally = createTally(() => 0)
  for (let n = 0; n < 1_200; n++) {
    tally.error(`unknown-${n}${'x'.repeat(200)}`, 'flag_not_found')
    tally.error(`odd-${n}`, 'type_mismatch')
    tally.exposure({ key: `flag-${n}`, value: true, variation: 'on', reason: 'default' })
    tally.outcome(undefined, `metric_${n}`, 1)
    tally.outcome(undefined, 'Not a name', 1)
    tally.outcome(undefined, 'order', Number.NaN)
    tally.outcome(undefined, 'ms', 1, Number.POSITIVE_INFINITY)
  }
  const counts = tally.drain(undefined, 7)
  expect(counts?.dropped).toEqual({ evaluations: 1_100 + 700 + 700, outcomes: 200 + 3 * 1_200 })
  const batch = { format: 1, batch: 'b', instance: 'i', sdk: { name: 'n', version: '1' }, ...counts }
  expect(parseEventsBatch(batch)).toMatchObject({ ok: true })
  expect(tally.drain(undefined, 7)).toBeUndefined()
})

test('what is no number and no name is shed alone, and not with everything that was counted', () => {
  const tally = createTally(() => 0)
  tally.outcome(undefined, 'order', 1)
  const odd = (metric: unknown, n: unknown, value?: unknown) =>
    tally.outcome(undefined, metric as string, n as number, value as number | undefined)
  odd('order', '2')
  odd('order', 2n)
  odd('cart_value', 1, '12.50')
  odd(undefined, 1)
  odd(null, 1)
  const counts = tally.drain(undefined, 7)
  expect([counts?.totals, counts?.dropped]).toEqual([[{ metric: 'order', n: 1 }], { outcomes: 5 }])
})
