import { climb, crowd, type Failing, failing, independent, type People, type World } from '@rampart/server/testing'
import { type Case, ownOf, shareRow, wasTaken } from '../case.ts'

/*
 * Ramps in which nothing is wrong: rows 1 to 4, 20 and 22 of the goals. Steps of five minutes at 1, 10, 50 and 99%, and a look every ten
 * seconds.
 */

const RAMPS = 10_000
const TICKS_PER_STEP = 30
const CHECKOUT = { guards: ['checkout_error'] }

/** A hundred requests a second of people who never come again. */
function requests(base: (tick: number) => number) {
  return (random: () => number): World => independent(CHECKOUT, { perTick: 1_000, base, ratio: () => 1 }, random)
}

/** People who come six times in a ramp, and fail at rates of their own: 2% on average, a few far more often. */
export const SHOPPERS: People = { size: 4_000, visitsPerTick: 200, own: (random) => -0.02 * Math.log(1 - random()) }

const HOSTS = 20
/** On each of four hosts, thirty times as many failures for three minutes, before, over and after a change of the share. */
const INCIDENTS = [5, 24, 57, 80].map((from, i) => ({ host: i * 4 + 1, from, to: from + 18, times: 30 }))
const DOWN_AND_UP = [1, 10, 50, 10, 50, 99]

function shoppers(how: Failing) {
  return (random: () => number): World => failing(SHOPPERS, how, random)
}

function healthy(goal: string, world: (random: () => number) => World): Case {
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => ownOf(climb({ ticksPerStep: TICKS_PER_STEP, ...world(random) })),
    rows: (samples, rule) => [shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)],
  }
}

/** Three in ten hosts are behind with every step. */
const BEHIND = { ticks: 1, part: 0.3 }

export const HEALTHY: readonly Case[] = [
  healthy(
    '1 healthy, 0.1% fail: taken back',
    requests(() => 0.001),
  ),
  healthy(
    '1 healthy, 1% fail: taken back',
    requests(() => 0.01),
  ),
  healthy(
    '1 healthy, 5% fail: taken back',
    requests(() => 0.05),
  ),
  healthy(
    '2 healthy, failures rise tenfold during the ramp: taken back',
    requests((tick) => 0.002 * 10 ** (tick / 120)),
  ),
  healthy(
    '2 healthy, an incident of both arms: taken back',
    requests((tick) => (tick >= 50 && tick < 80 ? 0.3 : 0.01)),
  ),
  healthy(
    '2 healthy, people pinned to hosts, four incidents of hosts: taken back',
    shoppers({ hosts: HOSTS, incidents: INCIDENTS }),
  ),
  healthy('3 healthy, people who come back: taken back', shoppers({})),
  healthy('3 healthy, everything at once: a guard trips', (random) => ({
    ...failing(
      SHOPPERS,
      { hosts: HOSTS, incidents: INCIDENTS, behind: BEHIND, late: { ticks: 6 }, withoutUnit: 0.3 },
      random,
    ),
    path: DOWN_AND_UP,
  })),
  healthy(
    '4 healthy, five guards on the same people: taken back',
    shoppers({ metrics: ['a', 'b', 'c', 'd', 'e'].map((m) => `${m}_error`) }),
  ),
  healthy('20 healthy, stepped back, instances 30 s behind, failures 60 s late: a guard trips', (random) => ({
    ...failing(SHOPPERS, { hosts: HOSTS, behind: { ticks: 3, part: 0.3 }, late: { ticks: 6, always: true } }, random),
    plan: { guards: ['checkout_error:step_back'] },
    path: DOWN_AND_UP,
    restarts: true,
  })),
  again(),
]

/**
 * A run that is taken back wrongly: it promised no more than one in two. Then a second one on the same seed, of the same people, of whom those
 * that were counted stay counted.
 */
function again(): Case {
  const goal = '22 healthy, a new run on the same seed after a false rollback: taken back'
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const people = crowd(SHOPPERS, random)
      const first = failing(SHOPPERS, {}, random, people)
      climb({ ...first, plan: { ...CHECKOUT, alpha: 0.5 }, path: [1, 10], ticksPerStep: TICKS_PER_STEP })
      return ownOf(climb({ ...failing(SHOPPERS, {}, random, people), ticksPerStep: TICKS_PER_STEP }))
    },
    rows: (samples, rule) => [shareRow(samples, wasTaken, { goal, limit: 0.01, unit: 'share' }, rule)],
  }
}
