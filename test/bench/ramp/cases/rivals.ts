import { climb, failing, independent, type Outcome, STEPS, type Watcher, type World } from '@rampart/server/testing'
import type { Row } from '../../row.ts'
import { type Case, NEVER, type Sample, say } from '../case.ts'
import { groupSequential } from '../rivals/group-sequential.ts'
import { mannWhitney } from '../rivals/mann-whitney.ts'
import { script } from '../rivals/script.ts'
import { peekingZ } from '../rivals/z-test.ts'
import { quantileOf } from '../uncertainty.ts'
import { SHOPPERS } from './healthy.ts'

/*
 * Other ways to judge the same ramps, which all see the same requests: ten minutes at each of 1, 10, 50 and 99%.
 */

const RAMPS = 2_000
const CHECKOUT = { guards: ['checkout_error'] }

const WATCHERS: readonly { readonly name: string; readonly make: () => Watcher }[] = [
  { name: 'script, above 5% after 10 min', make: () => script('treatment') },
  { name: 'z-test at every look', make: () => peekingZ() },
  { name: 'Mann–Whitney, by the minute', make: mannWhitney },
  { name: 'group-sequential, O’Brien–Fleming', make: () => groupSequential(STEPS) },
]

interface Setting {
  readonly name: string
  readonly isHealthy: boolean
  readonly world: (random: () => number) => World
}

const SETTINGS: readonly Setting[] = [
  { name: '1% fail, healthy', isHealthy: true, world: traffic(() => 0.01) },
  { name: '0.1% fail, healthy', isHealthy: true, world: traffic(() => 0.001) },
  { name: 'failures rise tenfold, healthy', isHealthy: true, world: traffic((tick) => 0.002 * 10 ** (tick / 240)) },
  {
    name: 'an incident of both arms, healthy',
    isHealthy: true,
    world: traffic((tick) => (tick >= 100 && tick < 130 ? 0.3 : 0.01)),
  },
  { name: 'people who come back, healthy', isHealthy: true, world: (random) => failing(SHOPPERS, {}, random) },
  { name: '1% fail, 2×', isHealthy: false, world: traffic(() => 0.01, 2) },
  { name: '1% fail, 5×', isHealthy: false, world: traffic(() => 0.01, 5) },
  { name: '0.1% fail, 5×', isHealthy: false, world: traffic(() => 0.001, 5) },
  { name: 'people who come back, 3×', isHealthy: false, world: (random) => failing(SHOPPERS, { ratio: 3 }, random) },
]

function traffic(base: (tick: number) => number, times = 1) {
  return (random: () => number): World => independent(CHECKOUT, { perTick: 1_000, base, ratio: () => times }, random)
}

export const RIVALS: readonly Case[] = SETTINGS.map(({ name, world }) => ({
  name: `beside: ${name}`,
  ramps: RAMPS,
  one: (random) => {
    const { own, watchers } = climb(
      world(random),
      WATCHERS.map(({ make }) => make()),
    )
    return [own, ...watchers].map(takenAt)
  },
  rows: () => [],
}))

function takenAt({ at, treatment }: Outcome): number {
  return at === null ? NEVER : treatment
}

/** A healthy ramp in a hundred, as everybody here promises; the script promises nothing. */
const PROMISE = 0.01

/**
 * A row for each world and each other judge. Of a healthy world it holds when we keep our promise; of a harmful one when nobody who keeps
 * the same promise in all of the healthy worlds finds more, or finds it in fewer requests.
 */
export function rivalRows(samplesOf: (one: Case) => readonly Sample[]): readonly Row[] {
  const judged = SETTINGS.map((setting, i) => {
    const samples = RIVALS[i] === undefined ? [] : samplesOf(RIVALS[i])
    return { setting, found: [0, ...WATCHERS.map((_, k) => k + 1)].map((k) => foundBy(samples, k)) }
  })
  const healthy = judged.filter(({ setting }) => setting.isHealthy)
  const keeps = (k: number) => healthy.every(({ found }) => (found[k]?.share ?? 1) <= PROMISE)
  return judged.flatMap(({ setting, found: [ours, ...theirs] }) =>
    theirs.map((other, i): Row => {
      const { name, isHealthy } = setting
      const isBehind = ours !== undefined && (ours.share < other.share - 0.01 || ours.median > other.median)
      return {
        goal: `beside: ${name}: ${WATCHERS[i]?.name}`,
        measured: isHealthy ? sayShare(other) : sayFound(other),
        limit: `ours ${ours === undefined ? '' : isHealthy ? sayShare(ours) : sayFound(ours)}`,
        ok: ours !== undefined && (isHealthy ? ours.share <= 2 * PROMISE : !keeps(i + 1) || !isBehind),
      }
    }),
  )
}

interface Found {
  readonly share: number
  /** Requests with the new variation until the ramp was taken back, at the median. */
  readonly median: number
}

function foundBy(samples: readonly Sample[], k: number): Found {
  const taken = samples.map((sample) => sample[k] ?? NEVER)
  return {
    share: taken.filter((n) => n !== NEVER).length / samples.length,
    median: quantileOf(taken.map((n) => (n === NEVER ? Number.POSITIVE_INFINITY : n))).value,
  }
}

function sayShare({ share }: Found): string {
  return `${say(share, 'share')} taken back`
}

function sayFound({ share, median }: Found): string {
  return `${say(share, 'share')} taken back, median ${say(median, 'requests')}`
}
