import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cut, position, sliceCut, unitHash, unitHasher, unitText } from './bucket.ts'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import { murmur3 } from './hash.ts'
import type { Answer, Condition, Context, Key, Patch, Snapshot, WireSegment } from './model.ts'
import { clientSafePattern, nativeMatcher } from './pattern.ts'
import { layerSeed, rolloutSeed, splitSeed } from './seed.ts'
import { applyChange } from './snapshot.ts'
import { judging } from './test-makers.ts'

function read<T>(name: string): T {
  return JSON.parse(text(name))
}

function text(name: string): string {
  return readFileSync(new URL(`../../test/vectors/${name}`, import.meta.url), 'utf8')
}

interface Murmur3 {
  readonly cases: readonly { readonly text: string; readonly seed: number; readonly hash: number }[]
}

/** Straight from the description of MurmurHash3_x86_32, with whole numbers of any size: shares nothing with core. */
function referenceMurmur3(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'utf8')
  const multiply = (a: number, b: number) => Number(BigInt.asUintN(32, BigInt(a) * BigInt(b)))
  const rotate = (x: number, by: number) => ((x << by) | (x >>> (32 - by))) >>> 0
  const mixed = (k: number) => multiply(rotate(multiply(k, 0xcc9e2d51), 15), 0x1b873593)
  const whole = bytes.length - (bytes.length % 4)
  let h = seed
  for (let at = 0; at < whole; at += 4) {
    h = Number(BigInt.asUintN(32, BigInt(rotate((h ^ mixed(bytes.readUInt32LE(at))) >>> 0, 13)) * 5n + 0xe6546b64n))
  }
  if (whole < bytes.length) h = (h ^ mixed(bytes.readUIntLE(whole, bytes.length - whole))) >>> 0
  h = (h ^ bytes.length) >>> 0
  h = multiply((h ^ (h >>> 16)) >>> 0, 0x85ebca6b)
  h = multiply((h ^ (h >>> 13)) >>> 0, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

describe('murmur3', () => {
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['hello', 0, 0x248bfa47],
    ['hello, world', 0, 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('the published value of %j with seed %d holds for core and for the reference', (text, seed, hash) => {
    expect(referenceMurmur3(text, seed)).toBe(hash)
    expect(murmur3(text, seed)).toBe(hash)
  })

  test.each(read<Murmur3>('murmur3.json').cases)('of $text with seed $seed is $hash', ({ text, seed, hash }) => {
    expect(referenceMurmur3(text, seed)).toBe(hash)
    expect(murmur3(text, seed)).toBe(hash)
  })
})

interface Buckets {
  readonly seeds: readonly { seed: string; rollout: number; split: number; layer: number }[]
  readonly positions: readonly { unit: string; seed: string; rollout: number; split: number; layer: number }[]
  readonly cuts: readonly { percent: number; cut: number }[]
  readonly slices: readonly { end: number; cut: number }[]
  readonly units: readonly { value: unknown; unit: string | null }[]
  readonly unitHashes: readonly { unit: string; salt: string; hash: string }[]
}

describe('buckets', () => {
  const vectors = read<Buckets>('buckets.json')

  test.each(vectors.seeds)('the seeds of $seed', ({ seed, ...expected }) => {
    expect({ rollout: rolloutSeed(seed), split: splitSeed(seed), layer: layerSeed(seed) }).toEqual(expected)
  })

  test.each(vectors.positions)('where $unit stands under the seed $seed', ({ unit, seed, ...expected }) => {
    expect({
      rollout: position(unit, rolloutSeed(seed)),
      split: position(unit, splitSeed(seed)),
      layer: position(unit, layerSeed(seed)),
    }).toEqual(expected)
  })

  test.each(vectors.cuts)('the cut of $percent% is $cut', (vector) => {
    expect(cut(vector.percent)).toBe(vector.cut)
  })

  test.each(vectors.slices)('the cut of $end hundred-thousandths is $cut', (vector) => {
    expect(sliceCut(vector.end)).toBe(vector.cut)
  })

  test.each(vectors.units)('the unit of $value is $unit', ({ value, unit }) => {
    expect(unitText(value) ?? null).toBe(unit)
  })

  test.each(vectors.unitHashes)('$unit is reported as $hash under the salt $salt', ({ unit, salt, hash }) => {
    expect([unitHash(unit, salt), unitHasher(salt)(unit)]).toEqual([hash, hash])
  })
})

interface Evaluations {
  readonly groups: readonly {
    readonly says: string
    readonly snapshot: Snapshot
    readonly cases: readonly { says: string; key: Key; context: Context | string; answer: Answer }[]
  }[]
}

describe.each(read<Evaluations>('evaluate.json').groups)('$says', ({ snapshot, cases }) => {
  const configuration = compile(snapshot)
  test.each(cases)('$key: $says', ({ key, context, answer }) => {
    expect(asJson(evaluate(configuration, key, context))).toStrictEqual(answer)
  })
})

interface Conditions {
  readonly cases: readonly {
    readonly says: string
    readonly when: Condition
    readonly context: Context | string
    readonly segments?: readonly WireSegment[]
    readonly truth: boolean | null
  }[]
}

describe('conditions', () => {
  test.each(read<Conditions>('conditions.json').cases)('$says: $truth', ({ when, context, segments, truth }) => {
    const configuration = compile(judging(when, segments ?? []), { matcher: nativeMatcher })
    expect(evaluate(configuration, 'judge', context).variation).toBe(String(truth))
  })
})

interface Patterns {
  readonly cases: readonly { readonly pattern: string; readonly portable?: string; readonly construct?: string }[]
}

describe('patterns', () => {
  test.each(read<Patterns>('patterns.json').cases)('$pattern', ({ pattern, ...said }) => {
    const { safe: _, ...found } = clientSafePattern(pattern)
    expect(found).toEqual(said)
  })
})

interface Changes {
  readonly held: Snapshot
  readonly cases: readonly {
    readonly says: string
    readonly patch: Patch
    readonly kind: 'applied' | 'ignored' | 'gap'
    readonly snapshot?: Snapshot
    readonly keys?: readonly Key[]
  }[]
}

describe('changes', () => {
  const { held, cases } = read<Changes>('changes.json')
  test.each(cases)('$says', ({ patch, kind, snapshot, keys }) => {
    const applied = applyChange(compile(held), patch)
    expect(applied.kind).toBe(kind)
    if (applied.kind !== 'applied') return
    expect({ snapshot: applied.configuration.snapshot, keys: applied.keys }).toStrictEqual({ snapshot, keys })
    expect(applied.configuration.revision).toBe(patch.revision)
  })
})

test('every entry that the list of rules names is there', () => {
  const says = new Set<unknown>()
  for (const file of ['conditions.json', 'evaluate.json']) {
    JSON.parse(text(file), (member, value) => {
      if (member === 'says') says.add(value)
      return value
    })
  }
  const [, rules = ''] = text('README.md').split('## Each rule')
  const named = [...rules.matchAll(/“([^”]*)”/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter((name) => !says.has(name))).toEqual([])
})

/** Members that are undefined are not there, as in the vectors. */
function asJson(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer))
}
