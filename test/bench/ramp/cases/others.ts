import { ascend, binomial, CLEAR_AT, clearEvidence, climb, failing, independent, STEPS } from '@rampart/server/testing'
import { type Case, exposures, medianRow, NEVER, ownOf, shareRow, wasTaken } from '../case.ts'

/*
 * The split, absolute limits, the pace of a healthy ramp and the permission to advance: rows 13, 14, 15 and 21 of the goals.
 */

const RAMPS = 10_000

export const OTHERS: readonly Case[] = [splitFalse(), splitLost(), ...absolute(), pace(), ...clears()]

/** Twenty people a second who come for the first time, and ten visits of those who came before. */
const VISITORS = { size: 50_000, visitsPerTick: 300, newPerTick: 200, own: () => 0 }

function splitFalse(): Case {
  const goal = '13 the split, people who come back: called broken'
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => ownOf(climb({ ...failing(VISITORS, {}, random), ticksPerStep: 30 })),
    rows: (samples, rule) => [shareRow(samples, wasTaken, { goal, limit: 0.001, unit: 'share' }, rule)],
  }
}

function splitLost(): Case {
  const goal = '13 the split, three in ten lost with the new variation: median people met until called broken'
  return {
    name: goal,
    ramps: RAMPS / 5,
    one: (random) => {
      const { own } = climb(failing(VISITORS, { lost: 0.3 }, random))
      return [own.at === null ? NEVER : own.met]
    },
    rows: (samples, rule) => [medianRow(samples, ([met = NEVER]) => met, { goal, limit: 14_000, unit: 'units' }, rule)],
  }
}

function absolute(): readonly Case[] {
  const plan = { guards: ['checkout_error<5%'] }
  const world = (ratio: number) => (random: () => number) =>
    independent(plan, { perTick: 1_000, base: () => 0.01, ratio: () => ratio }, random)
  const atLimit = '14 limit 5%, exactly there: taken back'
  const beyond = '14 limit 5%, twice that: median requests with it until taken back'
  const shared = '14 limit 5%, an incident of the whole service (15%): taken back'
  return [
    {
      name: atLimit,
      ramps: RAMPS,
      one: (random) => ownOf(climb({ ...world(5)(random), ticksPerStep: 30 })),
      rows: (samples, rule) => [shareRow(samples, wasTaken, { goal: atLimit, limit: 0.01, unit: 'share' }, rule)],
    },
    {
      name: beyond,
      ramps: RAMPS,
      one: (random) => ownOf(climb({ ...world(10)(random), path: STEPS.slice(0, 3) })),
      rows: (samples, rule) => [medianRow(samples, exposures, { goal: beyond, limit: 300, unit: 'requests' }, rule)],
    },
    {
      name: shared,
      ramps: RAMPS,
      one: (random) => {
        const base = (tick: number) => (tick >= 40 && tick < 70 ? 0.15 : 0.02)
        const { own } = climb({
          ...independent(plan, { perTick: 1_000, base, ratio: () => 1 }, random),
          ticksPerStep: 30,
        })
        return [own.did === 'rollback' ? 1 : 0, own.did === 'hold' ? 1 : 0]
      },
      rows: (samples, rule) => [shareRow(samples, wasTaken, { goal: shared, limit: 0.01, unit: 'share' }, rule)],
    },
  ]
}

/** By its own gates, with the plan that is the default; a look every two seconds. */
function pace(): Case {
  const goal = '15 healthy, 1% fail, by its own gates: median time to the end of the 50% step'
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const world = independent(
        { guards: ['checkout_error'] },
        { perTick: 200, base: () => 0.01, ratio: () => 1 },
        random,
      )
      const { ramp, elapsedMs } = ascend(world, {
        everyMs: 2_000,
        propagationMs: 2_000,
        until: ({ percent }) => percent.now > 50,
        mostMs: 60 * 60_000,
      })
      return [ramp.percent.now > 50 ? elapsedMs / 60_000 : NEVER]
    },
    rows: (samples, rule) => [medianRow(samples, ([min = NEVER]) => min, { goal, limit: 8, unit: 'min' }, rule)],
  }
}

/** A step of ten minutes in which the ratio is exactly the one that is to be ruled out, looked at every ten seconds. */
function clears(): readonly Case[] {
  const steps = [
    { percent: 1, ratio: 5 },
    { percent: 10, ratio: 3 },
    { percent: 50, ratio: 2 },
  ]
  return steps.flatMap(({ percent, ratio }) =>
    [0.01, 0.05, 0.2].map((base): Case => {
      const goal = `21 ${base * 100}% fail, ${ratio}× at ${percent}%: ${ratio}× ruled out`
      return {
        name: goal,
        ramps: RAMPS,
        one: (random) => {
          const share = percent / 100
          let [xT, xC] = [0, 0]
          for (let tick = 0; tick < 60; tick += 1) {
            const nT = binomial(1_000, share, random)
            xT += binomial(nT, Math.min(1, base * ratio), random)
            xC += binomial(1_000 - nT, base, random)
            if (clearEvidence([{ started: 1, share, xT, xC }], ratio) >= CLEAR_AT) return [1]
          }
          return [0]
        },
        rows: (samples, rule) => [shareRow(samples, wasTaken, { goal, limit: 0.05, unit: 'share' }, rule)],
      }
    }),
  )
}
