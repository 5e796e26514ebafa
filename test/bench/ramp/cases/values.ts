import { bucketOf } from '@rampart/core'
import {
  buyers,
  climb,
  type Frozen,
  freeze,
  histogramOf,
  normal,
  plan,
  STEPS,
  timed,
  waiting,
} from '@rampart/server/testing'
import { type Case, exposures, medianRow, ownOf, shareRow, wasTaken } from '../case.ts'
import { normalAbove } from '../rivals/normal.ts'

/*
 * Latencies and means: rows 11 and 12 of the goals. What guards compare with is frozen from a simulated past, as the product does it.
 */

const RAMPS = 10_000
const PATH = STEPS.slice(0, 3)
const PAST = 2_000
/** Times of strangers spread by this much on the scale of logarithms, around 100 ms: the slowest percent takes three times the median. */
const SPREAD = 0.5
/** People differ by this much from one another, and each by this much from one request to the next. */
const OWN = 0.5
const WITHIN = 0.6

/** Three people in a hundred buy. */
const BUY = 0.03
/** What an order comes to: one of twelve prices, the dearest twenty times the cheapest. */
const PRICES: readonly number[] = [9, 12, 15, 19, 24, 29, 39, 49, 69, 99, 129, 179]

export const VALUES: readonly Case[] = [
  slow('11 latency, requests of strangers, all 25% slower: median requests with it until taken back', 1.25),
  slow('11 latency, requests of strangers, healthy: taken back', 1),
  speeds(),
  ...bought(),
]

function slow(goal: string, slower: number): Case {
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const frozen = frozenFrom(
        'checkout_ms',
        Array.from({ length: PAST }, () => 100 * Math.exp(SPREAD * normal(random))),
      )
      const bounds = frozen.thresholds?.map(({ bound }) => bound) ?? []
      const above = (times: number) => bounds.map((bound) => normalAbove(Math.log(bound / (100 * times)) / SPREAD))
      const world = timed(frozen, { perTick: 1_000, above: { control: above(1), treatment: above(slower) } }, random)
      return ownOf(climb(slower === 1 ? { ...world, ticksPerStep: 30 } : { ...world, path: PATH }))
    },
    rows: (samples, rule) => [
      slower === 1
        ? shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)
        : medianRow(samples, exposures, { goal, limit: 320, unit: 'requests' }, rule),
    ],
  }
}

function speeds(): Case {
  const goal = '11 latency, people with a speed of their own, healthy: taken back'
  const all = Math.hypot(WITHIN, OWN)
  const bounds = [0, 1.2816, 2.3263].map((z) => 100 * Math.exp(all * z))
  const people = { size: 3_000, visitsPerTick: 150, own: (random: () => number) => OWN * normal(random) }
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) =>
      ownOf(climb({ ...waiting(people, { slower: 1, bounds, jitter: WITHIN }, random), ticksPerStep: 30 })),
    rows: (samples, rule) => [shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)],
  }
}

function bought(): readonly Case[] {
  const price = (random: () => number) => PRICES[Math.floor(random() ** 1.5 * PRICES.length)] ?? 0
  const orders = frozenFrom(
    'order',
    Array.from({ length: PAST }, () => 1),
  )
  const revenue = frozenFrom(
    'revenue',
    PRICES.flatMap((p, i) => Array.from({ length: 300 - 20 * i }, () => p)),
  )
  const both = (of: number) => ({ control: BUY, treatment: BUY * of })
  const ordersOf = (goal: string, ratio: number, path: readonly number[] = PATH): Case => ({
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const world = buyers(orders, { perTick: 1_000, buy: both(ratio), price: () => 1 }, random)
      return ownOf(climb({ ...world, path, ...(ratio === 1 ? { ticksPerStep: 30 } : {}) }))
    },
    rows: (samples, rule) =>
      ratio === 0.8
        ? [shareRow(samples, wasTaken, { goal, limit: 0.92, atLeast: true, unit: 'share' }, rule)]
        : ratio === 1
          ? [shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)]
          : [medianRow(samples, exposures, { goal, limit: 1_700, unit: 'requests' }, rule)],
  })
  const spend = (goal: string, ratio: number): Case => ({
    name: goal,
    ramps: RAMPS / 2,
    one: (random) => {
      const paid = (r: () => number, arm: 'control' | 'treatment') => price(r) * (arm === 'treatment' ? ratio : 1)
      const world = buyers(revenue, { perTick: 1_000, buy: both(1), price: paid }, random)
      return ownOf(climb({ ...world, path: ratio === 1 ? STEPS : PATH, ticksPerStep: ratio === 1 ? 30 : 60 }))
    },
    rows: (samples, rule) => [
      ratio === 1
        ? shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)
        : medianRow(samples, exposures, { goal, limit: 4_000, unit: 'requests' }, rule),
    ],
  })
  return [
    ordersOf('12 orders a fifth fewer: taken back', 0.8),
    ordersOf('12 orders halved: median requests with it until taken back', 0.5),
    ordersOf('12 orders, healthy, to the 99% step: taken back', 1, STEPS),
    spend('12 revenue halved: median requests with it until taken back', 0.5),
    spend('12 revenue, healthy, to the 99% step: taken back', 1),
  ]
}

/** What the product freezes of these values of the time before. */
function frozenFrom(metric: string, values: readonly number[]): Frozen {
  const limit = metric === 'checkout_ms' ? metric : `mean(${metric})`
  const guard =
    metric === 'checkout_ms'
      ? { metric, take: 'slow' as const, limit: { kind: 'no_worse' as const, margin: 1.1 } }
      : limit
  const [read] = plan({ guards: [guard] }).guards
  const frozen =
    read && freeze(read, histogramOf(values.map((value) => [bucketOf(value), 1])), { at: 0, from: 'before' })
  if (!frozen) throw new Error(`nothing could be frozen of ${metric}`)
  return frozen
}
