import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, unitText } from './bucket.ts'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Condition, Context, Patch, Slice, Snapshot, WireServe } from './model.ts'
import { applyChange, replaceWith } from './snapshot.ts'
import { CONTEXTS, change, condition, FLAG_KEYS, percent, snapshot, unit } from './test-arbitraries.ts'
import { flagOf, snapshotOf } from './test-makers.ts'

function answers(configuration: ReturnType<typeof compile>) {
  return Object.fromEntries(
    FLAG_KEYS.map((key) => [`flag ${key}`, CONTEXTS.map((context) => evaluate(configuration, key, context))]),
  )
}

describe('rollouts', () => {
  test('raising the percent only ever adds units', () => {
    fc.assert(
      fc.property(unit, percent, percent, (who, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        return !isIn(low, who) || isIn(high, who)
      }),
      { numRuns: 500 },
    )
  })

  test('0 is nobody and 100 is everybody', () => {
    fc.assert(fc.property(unit, (who) => !isIn(0, who) && isIn(100, who)))
  })

  test('a unit is in exactly when its position is below the cut', () => {
    fc.assert(
      fc.property(unit, fc.integer({ min: 0, max: 99_999 }), (who, thousandths) => {
        const { value, position } = evaluate(rolledOut(thousandths / 1_000), 'a', who)
        return value === (position !== undefined && position < cut(thousandths / 1_000))
      }),
    )
  })

  test('about the percent of all units is in', () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
    for (const share of [1, 10, 50, 90]) {
      const configuration = rolledOut(share)
      const inside = units.filter((who) => evaluate(configuration, 'a', who).value === true).length / units.length
      expect(Math.abs(inside - share / 100)).toBeLessThan(0.01)
    }
  })

  test('as many are in as chance would have it, for any seed: within five standard deviations', () => {
    const units = Array.from({ length: 2_000 }, (_, index) => `user-${index}`)
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), percent, (seed, share) => {
        const flag = flagOf({ key: 'a', seed, serve: { to: 1, rollout: [share, 0] } })
        const configuration = compile(snapshotOf({ flags: [flag] }))
        const inside = units.filter((who) => evaluate(configuration, 'a', who).value === true).length
        const expected = (units.length * share) / 100
        expect(Math.abs(inside - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected * (1 - share / 100)) + 1)
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  test('a ramp moves nobody between the variations of a split, and takes as much of each', () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
    const slices: readonly Slice[] = [
      [30_000, 0],
      [100_000, 1],
    ]
    const split = { type: 'string', variations: ['a', 'b', 'out'], values: ['a', 'b', 'out'] } as const
    const at = (share: number) =>
      compile(snapshotOf({ flags: [flagOf({ key: 'a', ...split, serve: { to: slices, rollout: [share, 2] } })] }))
    const given = [10, 40, 100].map((share) => units.map((who) => evaluate(at(share), 'a', who).value))
    const [few = [], more = [], all = []] = given
    for (const [index, value] of few.entries()) {
      if (value !== 'out') expect([value, value]).toEqual([more[index], all[index]])
    }
    for (const values of given) {
      const inside = values.filter((value) => value !== 'out')
      const share = inside.filter((value) => value === 'a').length / inside.length
      expect(Math.abs(share - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / inside.length))
    }
  })

  function rolledOut(share: number) {
    return compile(snapshotOf({ flags: [flagOf({ key: 'a', serve: { to: 1, rollout: [share, 0] } })] }))
  }

  function isIn(share: number, who: string): boolean {
    return evaluate(rolledOut(share), 'a', who).value === true
  }
})

describe('cohorts', () => {
  const share = fc.integer({ min: 0, max: 99_999 }).map((thousandths) => thousandths / 1_000)
  const seed = fc.string({ minLength: 1 })

  test('of flags with one seed are one cohort: whoever is in the smaller one is in the larger one', () => {
    fc.assert(
      fc.property(unit, seed, share, share, (who, common, one, other) => {
        const rolled = (key: string, percent: number) =>
          flagOf({ key, seed: common, serve: { to: 1, rollout: [percent, 0] } })
        const configuration = compile(snapshotOf({ flags: [rolled('a', one), rolled('b', other)] }))
        const [first, second] = ['a', 'b'].map((key) => evaluate(configuration, key, who))
        expect(first?.position).toBe(second?.position)
        const [smaller, larger] = one <= other ? [first, second] : [second, first]
        expect(smaller?.value === true && larger?.value === false).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('of a layer are for one flag each: nobody is inside two, and everybody is inside one when they fill it', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { maxLength: 5 })
    fc.assert(
      fc.property(unit, seed, cuts, (who, layerSeed, inner) => {
        const ends = [...inner.toSorted((a, b) => a - b), 100_000]
        const flags = ends.map((to, index) =>
          flagOf({ key: `part-${index}`, layer: { key: 'page', from: ends[index - 1] ?? 0, to }, serve: { to: 1 } }),
        )
        const configuration = compile(snapshotOf({ flags, layers: [{ key: 'page', seed: layerSeed }] }))
        const reasons = flags.map(({ key }) => evaluate(configuration, key, who).reason)
        expect(reasons.filter((reason) => reason === 'default')).toHaveLength(1)
        expect(reasons.filter((reason) => reason === 'layer')).toHaveLength(flags.length - 1)
      }),
      { numRuns: 300 },
    )
  })

  test('of a layer, of a rollout and of a split cut across one another, also when all have one seed', () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
    const halves: readonly Slice[] = [
      [50_000, 0],
      [100_000, 1],
    ]
    const configuration = compile(
      snapshotOf({
        layers: [{ key: 'page', seed: 's' }],
        flags: [
          flagOf({ key: 'layer', seed: 's', layer: { key: 'page', from: 0, to: 50_000 }, serve: { to: 1 } }),
          flagOf({ key: 'rollout', seed: 's', serve: { to: 1, rollout: [50, 0] } }),
          flagOf({ key: 'split', seed: 's', serve: { to: halves } }),
        ],
      }),
    )
    const cells = new Map<string, number>()
    for (const who of units) {
      const cell = ['layer', 'rollout', 'split']
        .filter((key) => evaluate(configuration, key, who).value === true)
        .join(' ')
      cells.set(cell, (cells.get(cell) ?? 0) + 1)
    }
    expect(cells.size).toBe(8)
    for (const n of cells.values()) {
      expect(Math.abs(n - units.length / 8)).toBeLessThan(5 * Math.sqrt((units.length * 7) / 64))
    }
  })
})

describe('answers', () => {
  test('do not depend on the order of attributes', () => {
    fc.assert(
      fc.property(snapshot, fc.dictionary(fc.string(), fc.string()), (of, attributes) => {
        const context = { ...attributes, targetingKey: 'anna', country: 'DE' }
        const reversed = Object.fromEntries(Object.entries(context).reverse())
        const configuration = compile(of)
        for (const key of FLAG_KEYS) {
          expect(evaluate(configuration, key, reversed)).toEqual(evaluate(configuration, key, context))
        }
      }),
    )
  })

  test('do not depend on what was asked before, also when several rules say the same', () => {
    const operators = ['is', 'is one of', 'contains', 'number <', 'number =', 'version >=', 'time <', 'ip in']
    const values = ['1', 1, 0, -0, Number.NaN, '1.0.0', '2026-01-01T00:00:00Z', '10.0.0.1', true, null, ['1', 2]]
    const operands = [...values, ['1', 1, '10.0.0.0/8'], ['2.0.0'], '2.0.0']
    const asks = fc.record({
      attribute: fc.constantFrom('x', 'y'),
      operator: fc.constantFrom(...operators),
      operand: fc.constantFrom(...operands),
      ignoreCase: fc.boolean(),
    })
    const few = fc.array(asks, { minLength: 1, maxLength: 3 })
    const value = fc.constantFrom(...values)
    fc.assert(
      fc.property(few, fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 6 }), (conditions, asked) => {
        const all = conditions as readonly Condition[]
        const rules = [{ all }, { all: [...all, ...all] }, { not: { any: all } }].map((when, at) => ({
          id: `rule-${at}`,
          when,
          serve: { to: 1 },
        }))
        const flag = flagOf({ key: 'a', rules, serve: { to: 0 } })
        const configuration = compile(snapshotOf({ flags: [flag] }))
        for (const [x, y] of asked) {
          const fresh = compile(snapshotOf({ flags: [flag] }))
          expect(evaluate(configuration, 'a', { x, y })).toEqual(evaluate(fresh, 'a', { x, y }))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('of a flag do not depend on flags that it does not ask for, and on rules behind the one that matched', () => {
    fc.assert(
      fc.property(snapshot, snapshot, condition, fc.constantFrom(...CONTEXTS), (of, others, when, context) => {
        const lone = of.flags.filter(({ prerequisites = [] }) => prerequisites.length === 0)
        for (const flag of lone) {
          const strangers = others.flags.filter(({ key }) => key !== flag.key)
          const answer = evaluate(compile({ ...of, flags: [flag] }), flag.key, context)
          const among = compile({ ...of, flags: [...strangers, flag] })
          expect(evaluate(among, flag.key, context)).toEqual(answer)
          const last = { id: 'last', when, serve: { to: 0 } }
          const longer = compile({ ...of, flags: [{ ...flag, rules: [...flag.rules, last] }] })
          if (answer.rule !== undefined && answer.rule !== 'everyone-else') {
            expect(evaluate(longer, flag.key, context)).toEqual(answer)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('say why and never throw, whatever the flag and the context', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.anything(), fc.anything(), (junk, when, context) => {
        const bare = flagOf({ key: 'bare', rules: [{ id: 'x', when: when as Condition, serve: { to: 1 } }] })
        const broken = junk.map((serveIt, index) => flagOf({ key: `${index}`, serve: serveIt as WireServe }))
        const configuration = compile(snapshotOf({ flags: [bare, ...broken] }))
        for (const key of configuration.flags.keys()) {
          const { reason, value, error } = evaluate(configuration, key, context as Context)
          expect(reason === 'error').toBe(error !== undefined)
          expect(value === undefined).toBe(error !== undefined)
        }
      }),
    )
  })

  test('have a position only with a unit, and then below 2^32', () => {
    fc.assert(
      fc.property(snapshot, fc.constantFrom(...FLAG_KEYS), fc.anything(), (of, key, targetingKey) => {
        const context = { targetingKey } as Context
        const { position = 0 } = evaluate(compile(of), key, context)
        expect(position === 0 || unitText(targetingKey) !== undefined).toBe(true)
        expect(Number.isInteger(position) && position >= 0 && position < 2 ** 32).toBe(true)
      }),
    )
  })
})

describe('changes', () => {
  test('applying patches one by one gives what compiling the last snapshot gives', () => {
    fc.assert(
      fc.property(snapshot, fc.array(change, { maxLength: 4 }), (first, changes) => {
        let configuration = compile(first)
        answers(configuration)
        for (const one of changes) {
          const before = configuration
          const { revision } = before
          const applied = applyChange(before, { format: 1, from: revision, revision: revision + 1, ...one })
          if (applied.kind !== 'applied') throw new Error(applied.kind)
          configuration = applied.configuration
          expect(configuration.snapshot).toEqual(byHand(before.snapshot, one))
          expect(unnamed(answers(before), answers(configuration), applied.keys)).toEqual([])
        }
        expect(answers(configuration)).toEqual(answers(compile(configuration.snapshot)))
      }),
    )
  })

  test('a put gives what compiling it gives, and names every flag whose answers differ', () => {
    fc.assert(
      fc.property(snapshot, snapshot, (first, second) => {
        const before = compile(first)
        const { configuration, keys } = replaceWith(before, second)
        expect(answers(configuration)).toEqual(answers(compile(second)))
        expect(unnamed(answers(before), answers(configuration), keys)).toEqual([])
      }),
    )
  })

  /** The flags that answer differently and were not named. */
  function unnamed(before: ReturnType<typeof answers>, after: ReturnType<typeof answers>, named: readonly string[]) {
    return FLAG_KEYS.filter(
      (key) => JSON.stringify(before[`flag ${key}`]) !== JSON.stringify(after[`flag ${key}`]) && !named.includes(key),
    )
  }

  /** The same change, by the shortest way there is. */
  function byHand(before: Snapshot, { upserts, removals }: Pick<Patch, 'upserts' | 'removals'>): Snapshot {
    const merge = <T extends { key: string }>(
      list: readonly T[],
      changed: readonly T[] = [],
      gone: readonly string[] = [],
    ) => {
      const kept = list.filter(({ key }) => !gone.includes(key))
      const replaced = kept.map((one) => changed.find(({ key }) => key === one.key) ?? one)
      return [...replaced, ...changed.filter(({ key }) => !kept.some((one) => one.key === key))]
    }
    return {
      ...before,
      revision: before.revision + 1,
      flags: merge(before.flags, upserts.flags, removals.flags),
      segments: merge(before.segments, upserts.segments, removals.segments),
      layers: merge(before.layers, upserts.layers, removals.layers),
    }
  }
})
