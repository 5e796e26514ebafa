import type { Guard } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import type { FigureRow } from '../sources/figures.ts'
import { judge } from './judge.ts'
import { binomial, chance } from './testing/chance.ts'
import { answered, EVERY, figure, MINUTE, outside, readGuard, watchedBy } from './testing/figures.ts'
import { NOON } from './testing/makers.ts'

/** What is found of one guard from so many windows. */
function found(guard: Guard, rows: readonly FigureRow[], over: Parameters<typeof watchedBy>[1] = {}) {
  const { evidence } = judge(watchedBy([guard], over), [], outside(rows, 60 * MINUTE, [answered(60 * MINUTE)]))
  const [one] = evidence
  if (one === undefined) throw new Error('a guard without evidence')
  return one
}

const repeat = (n: number, treatment: readonly [number, number], control: readonly [number, number] | null) =>
  Array.from({ length: n }, (_, i) => figure(i + 1, treatment, control))

describe('requests without users', () => {
  test('trip a guard when treatment has many more of them go wrong, and the guard holds', () => {
    const harmful = found(readGuard(), repeat(40, [4, 40], [4, 400]))
    expect(harmful).toMatchObject({ verdict: 'tripped', reaction: 'hold', method: 'requests', units: 'requests' })
    expect(harmful.control).toEqual({ units: 16_000, events: 160, rate: 0.01 })
    expect(harmful.treatment).toEqual({ units: 1_600, events: 160, rate: 0.1 })
    expect(harmful.words).toMatch(
      /^http_5xx: 1% of requests without, 10% with \(10×, as far as requests can tell: at least \d\.\d×\), limit no worse; 1,600 requests$/,
    )
  })

  test('need five times the evidence that requests of as many users would', () => {
    const needed = (phi: number) => {
      for (let n = 1; n < 400; n += 1)
        if (found(readGuard(), repeat(n, [1 * phi, 40 * phi], [4 * phi, 1600 * phi])).verdict === 'tripped') return n
      return 0
    }
    expect(needed(1)).toBeGreaterThan(4 * needed(5))
  })

  test('are clear when what the step wants ruled out is ruled out, and not before', () => {
    expect(found(readGuard(), repeat(3, [0, 40], [4, 400])).verdict).toBe('collecting')
    const healthy = found(readGuard(), repeat(200, [1, 100], [10, 1000]))
    expect(healthy.verdict).toBe('clear')
    expect(healthy.words).toContain('; 5× is ruled out')
  })

  test('are compared within a window of one process only: a bad host that has most of control is no harm', () => {
    const hosts = (n: number): FigureRow => ({
      ...figure(n, [0, 0], [0, 0]),
      strata: [
        { instance: 'good', treatment: { events: 0, total: 100 }, control: { events: 1, total: 900 } },
        { instance: 'bad', treatment: { events: 50, total: 100 }, control: { events: 50, total: 100 } },
      ],
    })
    const read = found(
      readGuard(),
      Array.from({ length: 100 }, (_, n) => hosts(n + 1)),
    )
    expect(read.verdict).not.toBe('tripped')
    const pooled = Array.from({ length: 100 }, (_, n) => figure(n + 1, [50, 200], [51, 1000]))
    expect(found(readGuard(), pooled).verdict).toBe('tripped')
  })

  test('of a window with one arm compare nothing', () => {
    const half = repeat(50, [20, 40], null)
    expect(found(readGuard(), half)).toMatchObject({ verdict: 'collecting', control: { units: 0 } })
  })

  test('that must not fall trip a guard when they do', () => {
    const orders = readGuard({ limit: { kind: 'not_fall', min: 1 } })
    expect(found(orders, repeat(60, [2, 40], [80, 400])).verdict).toBe('tripped')
    expect(found(orders, repeat(60, [8, 40], [80, 400])).verdict).not.toBe('tripped')
  })

  test('at no time trip a healthy ramp more often than asked, when they are independent', () => {
    const random = chance(7)
    const runs = 300
    let tripped = 0
    for (let run = 0; run < runs; run += 1) {
      const rows = Array.from({ length: 60 }, (_, n) => {
        // a base rate that drifts, as in any morning
        const rate = 0.01 + 0.0005 * n
        return figure(n + 1, [binomial(40, rate, random), 40], [binomial(760, rate, random), 760])
      })
      const looks = [10, 20, 30, 40, 50, 60].map((n) => found(readGuard(), rows.slice(0, n)).verdict)
      if (looks.includes('tripped')) tripped += 1
    }
    expect(tripped / runs).toBeLessThanOrEqual(0.05)
  })
})

describe('a share that is not to be passed', () => {
  const below = readGuard({ limit: { kind: 'below', max: 0.02 }, reaction: 'rollback' })

  test('takes a ramp back while control keeps it', () => {
    expect(found(below, repeat(80, [8, 80], [8, 800]))).toMatchObject({ verdict: 'tripped', reaction: 'rollback' })
  })

  test('holds it when control does not', () => {
    const both = found(below, repeat(80, [8, 80], [80, 800]))
    expect(both).toMatchObject({ verdict: 'tripped', reaction: 'hold' })
    expect(both.words).toContain('control is over the limit too')
  })

  test('of a whole service never takes it back: nobody knows whose fault it is', () => {
    const source = { ...readGuard().source, armLabel: null } as Guard['source']
    const service = found({ ...below, source }, repeat(80, [80, 800], null))
    expect(service).toMatchObject({ verdict: 'tripped', reaction: 'hold', change: null })
    expect(service.words).toBe(
      'http_5xx: 10% of requests, limit below 2%; 64,000 requests; it is of both arms together, so the ramp holds and is not rolled back',
    )
  })

  test('is kept by requests that keep it', () => {
    expect(found(below, repeat(80, [0, 80], [8, 800])).verdict).toBe('clear')
  })
})

describe('a latency in the buckets of a histogram', () => {
  const slow = readGuard({ take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } })
  const thresholds = [0.1, 0.5].map((bound, i) => ({ bound, baseline: i === 0 ? 0.5 : 0.01, limit: 1.1 }))
  const frozen = [{ guard: 'http_5xx', at: NOON, values: 10_000, from: 'before', thresholds }] as const
  const parts = (n: number, middle: number, tail: number) => [
    figure(n, [middle, 100], [500, 1000], { part: 0 }),
    figure(n, [tail, 100], [10, 1000], { part: 1 }),
  ]
  const during = (middle: number, tail: number) =>
    found(slow, Array.from({ length: 60 }, (_, n) => parts(n + 1, middle, tail)).flat(), { frozen: [...frozen] })

  test('trips a guard when its tail grows, or its middle', () => {
    const tail = during(50, 8)
    expect(tail).toMatchObject({ verdict: 'tripped', treatment: { events: 480 } })
    expect(tail.words).toMatch(/^http_5xx slower than 0\.5: 1% of requests without, 8% with/)
    const middle = during(75, 1)
    expect(middle).toMatchObject({ verdict: 'tripped' })
    expect(middle.words).toMatch(/^http_5xx slower than 0\.1: 50% of requests without, 75% with/)
  })

  test('leaves it alone when nothing grows', () => {
    expect(during(50, 1).verdict).not.toBe('tripped')
  })
})

describe('a gauge', () => {
  const cpu = readGuard({
    take: 'gauge',
    limit: { kind: 'gauge', max: 0.8 },
    source: { kind: 'prometheus', name: 'main', events: 'avg(busy)', total: '', armLabel: null },
  })
  const reading = (n: number, value: number) => figure(n, [0, 0], null, { strata: [], value })
  /** Four readings a minute. */
  const minutes = (...values: readonly number[]) =>
    values.flatMap((value, m) => [0, 1, 2, 3].map((q) => reading(4 + 4 * m + q, value)))

  test('holds a ramp when it was too high in three minutes in a row', () => {
    expect(found(cpu, minutes(0.5, 0.9, 0.9))).toMatchObject({
      verdict: 'collecting',
      e: 2,
      needed: 3,
      method: 'gauge',
    })
    const high = found(cpu, minutes(0.5, 0.9, 0.9, 0.95))
    expect(high).toMatchObject({ verdict: 'tripped', reaction: 'hold', e: 3, treatment: { mean: 0.95 } })
    expect(high.words).toBe('http_5xx: 0.95 in the last minute, limit at most 0.8; above it in 3 of 3 minutes in a row')
  })

  test('is judged by the mean of a minute, and by whole minutes', () => {
    const spiky = [0, 1, 2].flatMap((m) => [0.9, 0.7, 0.7, 0.7].map((value, q) => reading(4 + 4 * m + q, value)))
    expect(found(cpu, spiky)).toMatchObject({ verdict: 'clear', e: 0 })
    expect(found(cpu, [...minutes(0.9, 0.9), reading(12, 0.9)])).toMatchObject({ e: 2 })
  })

  test('begins anew after a minute in which nothing was read', () => {
    const rows = minutes(0.9, 0.9, 0.9, 0.9).filter(({ start }) => Math.floor((start - NOON) / MINUTE) !== 2)
    expect(found(cpu, rows)).toMatchObject({ verdict: 'collecting', e: 2 })
  })

  test('may reach what was usual before the ramp', () => {
    const usual = { ...cpu, limit: { kind: 'gauge', max: 0.8, bound: 0.97 } as const }
    const read = found(usual, minutes(0.9, 0.9, 0.9))
    expect(read).toMatchObject({ verdict: 'clear' })
    expect(read.words).toBe('http_5xx: 0.9 in the last minute, limit at most 0.8, usual up to 0.97')
  })
})

describe('a source that says nothing', () => {
  const rows = repeat(200, [1, 100], [10, 1000])
  const at = 201 * EVERY
  const verdictWith = (state: Parameters<typeof answered>[1], since = at) =>
    judge(watchedBy([readGuard()]), [], outside(rows, at, [answered(since, state)]))

  test('makes a guard that was clear one that cannot be judged, and never one that trips', () => {
    const failing = verdictWith({ state: 'error', inARow: 3, words: 'main did not answer within 10 s' })
    expect(failing.evidence[0]).toMatchObject({ verdict: 'error', reaction: 'hold' })
    expect(failing.evidence[0]?.words).toMatch(/; main did not answer within 10 s$/)
    expect(failing.sources).toMatchObject([{ guard: 'http_5xx', kind: 'error', lasts: true }])
    const lying = verdictWith({ state: 'no_data', inARow: 3, words: 'the value is NaN' })
    expect(lying.evidence[0]).toMatchObject({ verdict: 'no_data' })
  })

  test('twice in a row is a hiccup', () => {
    const twice = verdictWith({ state: 'error', inARow: 2 })
    expect([twice.evidence[0]?.verdict, twice.sources]).toEqual(['clear', []])
  })

  test('because nobody asks it any more is one too', () => {
    const unasked = verdictWith({}, at - 3 * EVERY - 1)
    expect(unasked.sources).toMatchObject([
      { kind: 'error', words: 'its source has not been asked since 12:49:29 UTC' },
    ])
  })

  test('that was never asked has figures still to come', () => {
    const { evidence, sources } = judge(watchedBy([readGuard()]), [], outside([], 1_000, []))
    expect(evidence[0]).toMatchObject({
      verdict: 'no_data',
      words: 'http_5xx: no figures yet; its source has not been asked yet',
    })
    expect(sources).toMatchObject([{ kind: 'waiting', lasts: false }])
  })

  test('is of no concern before the step that its guard begins with', () => {
    const later = readGuard({ fromStep: 2 })
    const { evidence, sources } = judge(watchedBy([later]), [], outside([], 1_000, []))
    expect([evidence[0]?.verdict, sources]).toEqual(['skipped', []])
  })
})
