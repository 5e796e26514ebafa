import { amountOf, levelOf, MET, MET_IN_RUN, slowerThan } from '../../counted.ts'
import type { Frozen } from '../../frozen.ts'
import { binomial, binomialOf } from '../chance.ts'
import type { Counts } from './counts.ts'
import type { Moment, Requests, World } from './ramps.ts'

/*
 * Traffic in which every request is somebody who never comes again, so that requests and units are the same and all are independent.
 */

export interface Traffic {
  /** Requests of both arms in a tick. */
  readonly perTick: number
  /** The share of requests that fail without the new variation, by tick of the ramp. */
  readonly base: (tick: number) => number
  /** With it they fail so many times as often. */
  readonly ratio: (tick: number) => number
}

/** Requests that fail. */
export function independent(plan: World['plan'], traffic: Traffic, random: () => number): World {
  const { perTick, base, ratio } = traffic
  return {
    plan,
    play: ({ percent, seq, tick, counts }) => {
      const { nT, nC } = arms(perTick, percent, random)
      const p = base(tick)
      const xT = binomial(nT, Math.min(1, p * ratio(tick)), random)
      const xC = binomial(nC, p, random)
      meet(counts, seq, { nT, nC })
      if (xT + xC > 0) counts.add('checkout_error', seq, xT, xC)
      return { nT, nC, xT, xC }
    },
  }
}

/**
 * Requests that take their time.
 * @param above the share of requests that exceed each threshold, rising thresholds: without the new variation, and with it
 */
export function timed(
  frozen: Frozen,
  {
    perTick,
    above,
  }: { readonly perTick: number; readonly above: Readonly<Record<'control' | 'treatment', readonly number[]>> },
  random: () => number,
): World {
  return {
    plan: {
      guards: [frozen.guard].map((metric) => ({ metric, take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } })),
    },
    frozen: [frozen],
    play: ({ percent, seq, counts }) => {
      const { nT, nC } = arms(perTick, percent, random)
      meet(counts, seq, { nT, nC })
      const slower = { treatment: passing(nT, above.treatment, random), control: passing(nC, above.control, random) }
      for (const [passed, xT] of slower.treatment.entries())
        counts.add(slowerThan(frozen.guard, passed), seq, xT, slower.control[passed] ?? 0)
      return { nT, nC, xT: 0, xC: 0 }
    },
  }
}

/** How many of `n` exceed 0, 1, 2 … thresholds at least. */
function passing(n: number, above: readonly number[], random: () => number): readonly number[] {
  const counted = [n]
  let [left, before] = [n, 1]
  for (const share of above) {
    left = binomial(left, Math.min(1, share / before), random)
    before = share
    counted.push(left)
  }
  return counted
}

export interface Buying {
  readonly perTick: number
  /** The share that buys, by arm. */
  readonly buy: Readonly<Record<'control' | 'treatment', number>>
  /** What a purchase comes to, by arm. */
  readonly price: (random: () => number, arm: 'control' | 'treatment') => number
}

/** People who buy at once or not at all: when their time is over shifts when they are judged, and nothing else. */
export function buyers(frozen: Frozen, { perTick, buy, price }: Buying, random: () => number): World {
  const cap = frozen.amounts?.cap ?? 1
  return {
    plan: {
      guards: [{ metric: frozen.guard, take: 'sum', limit: { kind: 'not_fall', min: 1 }, reaction: 'rollback' }],
    },
    frozen: [frozen],
    play: (moment) => {
      const { seq, counts } = moment
      const { nT, nC } = arms(perTick, moment.percent, random)
      meet(counts, seq, { nT, nC })
      const bought = { treatment: binomial(nT, buy.treatment, random), control: binomial(nC, buy.control, random) }
      for (const arm of ['treatment', 'control'] as const)
        for (let n = 0; n < bought[arm]; n += 1)
          counts.one(amountOf(frozen.guard, levelOf(price(random, arm), cap)), seq, arm === 'treatment')
      counts.add(amountOf(frozen.guard, 0), seq, nT - bought.treatment, nC - bought.control)
      return { nT, nC, xT: 0, xC: 0 }
    },
  }
}

function arms(perTick: number, percent: number, random: () => number): Pick<Requests, 'nT' | 'nC'> {
  const key = `${perTick} ${percent}`
  const draw = tabled.get(key) ?? binomialOf(perTick, percent / 100)
  tabled.set(key, draw)
  const nT = draw(random)
  return { nT, nC: perTick - nT }
}

const tabled = new Map<string, ReturnType<typeof binomialOf>>()

function meet(counts: Counts, seq: Moment['seq'], { nT, nC }: Pick<Requests, 'nT' | 'nC'>): void {
  counts.add(MET, seq, nT, nC)
  counts.add(MET_IN_RUN, seq, nT, nC)
}
