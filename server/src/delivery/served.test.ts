import { compile, evaluate, type Snapshot, type WireFlag } from '@rampart/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { servedToPages } from './served.ts'

const KEYS = ['a', 'b', 'c', 'd'] as const

/** Flags that may ask for those before them, in segments and layers that may lead to others. */
const flags: fc.Arbitrary<readonly WireFlag[]> = fc.tuple(
  ...KEYS.map((key, index) =>
    fc
      .record({
        isTold: fc.boolean(),
        asks: fc.subarray(KEYS.slice(0, index)),
        segment: fc.constantFrom('german', 'listed', 'nested', undefined),
        layer: fc.constantFrom('page', 'other', undefined),
        percent: fc.constantFrom(0, 50, 100),
      })
      .map(
        ({ isTold, asks, segment, layer, percent }): WireFlag => ({
          key,
          version: 1,
          type: 'boolean',
          hash: 'rampart-1',
          on: true,
          ...(isTold && { clientSide: true }),
          off: 0,
          variations: ['off', 'on'],
          values: [false, true],
          prerequisites: asks.map((flag) => ({ flag, variations: [1] })),
          ...(layer !== undefined && { layer: { key: layer, from: 0, to: 60_000 } }),
          rules: segment === undefined ? [] : [{ id: 'r', when: { not: { segment } }, serve: { to: 1 } }],
          serve: { to: 1, rollout: [percent, 0] },
        }),
      ),
  ),
)

function server(all: readonly WireFlag[]): Snapshot {
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience: 'server',
    revision: 7,
    flags: all,
    segments: [
      { key: 'german', when: { attribute: 'country', operator: 'is', operand: 'DE' } },
      { key: 'listed', included: ['ana'] },
      { key: 'nested', when: { any: [{ segment: 'listed' }, { segment: 'german' }] } },
    ],
    layers: [
      { key: 'page', seed: 'page' },
      { key: 'other', seed: 'other' },
    ],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

const CONTEXTS = ['ana', 'ben', { targetingKey: 'cem', country: 'DE' }, {}]

test('what is evaluated for pages answers as everything does, and has nothing in it that decides nothing', () => {
  fc.assert(
    fc.property(flags, (all) => {
      const whole = server(all)
      const served = servedToPages(whole, [])
      const [before, after] = [compile(whole), compile(served)]
      for (const { key, clientSide } of all) {
        if (!clientSide) continue
        for (const context of CONTEXTS) expect(evaluate(after, key, context)).toEqual(evaluate(before, key, context))
      }
      const text = JSON.stringify(served.flags)
      const isAsked = (key: string) => served.flags.some((flag) => flag.prerequisites?.some((one) => one.flag === key))
      for (const { key, clientSide } of served.flags) expect(clientSide === true || isAsked(key)).toBe(true)
      for (const { key } of served.layers) expect(text).toContain(`{"key":"${key}"`)
      const used = text + JSON.stringify(served.segments)
      for (const { key } of served.segments) expect(used).toContain(`{"segment":"${key}"}`)
    }),
    { numRuns: 500 },
  )
})

test('ramps are watched of flags that pages are told of', () => {
  const watch = (flag: string) => ({
    ramp: `r_${flag}`,
    seq: 1,
    flag,
    rule: 'everyone-else',
    percent: 10,
    salt: 'k',
    controlSample: 1,
    tickMs: 10_000,
    metrics: [],
  })
  const [a, b] = fc.sample(flags, 1)[0] ?? []
  if (a === undefined || b === undefined) throw new Error('there are no flags')
  const { clientSide: _, ...hidden } = a
  const told = { ...b, clientSide: true as const, prerequisites: [{ flag: 'a', variations: [1] }] }
  const served = servedToPages(server([hidden, told]), [watch('a'), watch('b')])
  expect(served.flags.map(({ key }) => key)).toEqual(['a', 'b'])
  expect(served.watches.map(({ flag }) => flag)).toEqual(['b'])
})
