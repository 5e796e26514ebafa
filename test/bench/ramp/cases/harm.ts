import { climb, independent, STEPS } from '@rampart/server/testing'
import type { Row } from '../../row.ts'
import {
  type Case,
  exposures,
  meanRow,
  medianRow,
  NEVER,
  ownOf,
  type Rule,
  row,
  type Sample,
  shareRow,
  wasTaken,
} from '../case.ts'
import { oracle } from '../rivals/oracle.ts'
import { script } from '../rivals/script.ts'
import { quantileOf } from '../uncertainty.ts'

/*
 * Ramps that do harm: rows 5 to 10 and 16 of the goals. A hundred requests a second, ten minutes at each of 1, 10 and 50%, and a look
 * every ten seconds. Nobody comes twice.
 */

const RAMPS = 10_000
const PATH = STEPS.slice(0, 3)
const CHECKOUT = { guards: ['checkout_error'] }
/** The 50% step begins with this tick. */
const AT_HALF = 120

interface Cell {
  readonly row: number
  readonly base: number
  readonly ratio: number
  /** Requests with the new variation at the median rollback, or the share of ramps that is caught. */
  readonly median?: number
  readonly caught?: number
}

const CELLS: readonly Cell[] = [
  { row: 5, base: 0.01, ratio: 1.5, median: 7_000 },
  { row: 5, base: 0.01, ratio: 2, median: 2_100 },
  { row: 5, base: 0.01, ratio: 5, median: 185 },
  { row: 5, base: 0.01, ratio: 10, median: 65 },
  { row: 6, base: 0.001, ratio: 2, caught: 0.65 },
  { row: 6, base: 0.001, ratio: 5, median: 1_850 },
  { row: 6, base: 0.001, ratio: 10, median: 550 },
  { row: 7, base: 0.05, ratio: 1.5, median: 1_500 },
  { row: 7, base: 0.05, ratio: 2, median: 410 },
  { row: 7, base: 0.05, ratio: 5, median: 47 },
  { row: 7, base: 0.05, ratio: 10, median: 18 },
]

export const HARM: readonly Case[] = [...CELLS.map(cellOf), late(), lateAbsolute(), beside()]

function cellOf(cell: Cell): Case {
  const { base, ratio } = cell
  const name = `${base * 100}% fail, ${ratio}× with the new variation`
  return {
    name,
    ramps: RAMPS,
    one: (random) => {
      const world = independent(CHECKOUT, { perTick: 1_000, base: () => base, ratio: () => ratio }, random)
      const { own, watchers } = climb({ ...world, path: PATH }, [oracle(ratio)])
      const [known] = watchers
      return [
        ...ownOf({ own, watchers }),
        known === undefined || known.at === null ? NEVER : known.treatment,
        own.treatment,
      ]
    },
    rows: (samples, rule) => cellRows(cell, name, samples, rule),
  }
}

function cellRows(cell: Cell, name: string, samples: readonly Sample[], rule: Rule): readonly Row[] {
  const { base, ratio } = cell
  const rows: Row[] = []
  if (cell.median !== undefined)
    rows.push(
      medianRow(
        samples,
        exposures,
        { goal: `${cell.row} ${name}: median requests with it until taken back`, limit: cell.median, unit: 'requests' },
        rule,
      ),
    )
  if (cell.caught !== undefined)
    rows.push(
      shareRow(
        samples,
        wasTaken,
        { goal: `${cell.row} ${name}: taken back`, limit: cell.caught, atLeast: true, unit: 'share' },
        rule,
      ),
    )
  if (ratio >= 5)
    rows.push(
      meanRow(
        samples,
        ([, , , met = 0]) => met * base * (ratio - 1),
        { goal: `8 ${name}: mean extra errors`, limit: 10, unit: 'errors' },
        rule,
      ),
    )
  const caught = samples.filter(wasTaken).length / samples.length
  if (caught >= 0.95) rows.push(besideOracle(name, samples, rule))
  return rows
}

/** Both medians move alike from proof to proof, since both watch the same ramps: the interval is that of ours alone. */
function besideOracle(name: string, samples: readonly Sample[], rule: Rule): Row {
  const ours = quantileOf(samples.map(exposures).map((n) => (n === NEVER ? Number.POSITIVE_INFINITY : n)))
  const theirs = quantileOf(samples.map(([, , n = NEVER]) => (n === NEVER ? Number.POSITIVE_INFINITY : n))).value
  const ratio = { value: ours.value / theirs, low: ours.low / theirs, high: ours.high / theirs }
  return row(ratio, { goal: `9 ${name}: requests needed, beside the oracle`, limit: 2, unit: 'x' }, rule)
}

/** Harm that begins with the 50% step, after a healthy past. */
function late(): Case {
  const goal = '10 1% fail, 2× from the 50% step on: median delay'
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const ratio = (tick: number) => (tick >= AT_HALF ? 2 : 1)
      const world = independent(CHECKOUT, { perTick: 1_000, base: () => 0.01, ratio }, random)
      return delayOf(climb({ ...world, path: PATH }).own.at)
    },
    rows: (samples, rule) => [medianRow(samples, ([s = NEVER]) => s, { goal, limit: 120, unit: 's' }, rule)],
  }
}

function lateAbsolute(): Case {
  const goal = '10 limit 5%: 1% fail, 10% from the 50% step on: median delay'
  return {
    name: goal,
    ramps: RAMPS,
    one: (random) => {
      const ratio = (tick: number) => (tick >= AT_HALF ? 10 : 1)
      const plan = { guards: ['checkout_error<5%'] }
      const world = independent(plan, { perTick: 1_000, base: () => 0.01, ratio }, random)
      return delayOf(climb({ ...world, path: PATH }).own.at)
    },
    rows: (samples, rule) => [medianRow(samples, ([s = NEVER]) => s, { goal, limit: 30, unit: 's' }, rule)],
  }
}

/** From the first tick of harm to the look that found it; a trip before there was any is found at once. */
function delayOf(at: number | null): Sample {
  return [at === null ? NEVER : Math.max(0, at + 1 - AT_HALF) * 10]
}

/** The release whose defect makes five times the errors, beside the script that pipelines run. */
function beside(): Case {
  const name = '16 1% fail, 5× with the new variation'
  return {
    name,
    ramps: RAMPS,
    one: (random) => {
      const world = independent(CHECKOUT, { perTick: 1_000, base: () => 0.01, ratio: () => 5 }, random)
      const { own, watchers } = climb({ ...world, path: PATH }, [script('treatment'), script('service')])
      const extra = ({ treatment }: { readonly treatment: number }) => treatment * 0.01 * 4
      return [own.at === null ? 0 : 1, extra(own), ...watchers.flatMap((one) => [one.at === null ? 0 : 1, extra(one)])]
    },
    rows: (samples, rule) => {
      const mean = (k: number) => samples.reduce((sum, sample) => sum + (sample[k] ?? 0), 0) / samples.length
      const [ours, theirs, service] = [mean(1), mean(3), mean(5)]
      const say = (n: number) => n.toFixed(1)
      return [
        {
          goal: `${name}: fewer extra errors than under the script that asks for treatment`,
          measured: `${say(theirs / ours)}× (${say(ours)} beside ${say(theirs)} errors; under the script for the service ${say(service)})`,
          limit: '≥ 40×',
          ok: theirs / ours >= 40,
        },
        shareRow(samples, wasTaken, { goal: `${name}: taken back`, limit: 1, atLeast: true, unit: 'share' }, rule),
        shareRow(
          samples,
          ([, , , , k]) => k === 1,
          { goal: `${name}: taken back by the script for the service`, limit: 0, unit: 'share' },
          rule,
        ),
      ]
    },
  }
}
