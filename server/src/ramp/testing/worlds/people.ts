import { amountOf, levelOf, MET, MET_IN_RUN, slowerThan, withoutUnit, withUnit } from '../../counted.ts'
import type { Counts } from './counts.ts'
import type { Requests, World } from './ramps.ts'

/** A population that comes back: each has a place in the rollout, ways of their own, and is counted as the server counts. */
export interface People {
  readonly size: number
  readonly visitsPerTick: number
  /** So many visits of a tick are of somebody who has not come before, the others of those who have; by default all come from the first tick on. */
  readonly newPerTick?: number
  /** How a person's rate of failing, or speed, is drawn. */
  readonly own: (random: () => number) => number
}

/** What was counted of people, which a new run on the same seed goes on with. */
export interface Crowd {
  readonly place: Float64Array
  readonly own: Float64Array
  /** Whose first failure was counted, by guard. */
  readonly counted: readonly Uint8Array[]
}

export function crowd({ size, own }: People, random: () => number, guards = 1): Crowd {
  const place = new Float64Array(size)
  const rates = new Float64Array(size)
  for (let person = 0; person < size; person += 1) {
    place[person] = random() * 100
    rates[person] = own(random)
  }
  return {
    place,
    own: rates,
    counted: Array.from({ length: guards }, () => new Uint8Array(size)),
  }
}

/** What may be strange about how people fail; by default nothing is. */
export interface Failing {
  /** With the new variation they fail so many times as often. */
  readonly ratio?: number
  /** Each host serves the same people always; on some of them, for some ticks, everything fails so many times as often. */
  readonly hosts?: number
  readonly incidents?: readonly {
    readonly host: number
    readonly from: number
    readonly to: number
    readonly times: number
  }[]
  /** Ticks by which this part of the hosts is behind with the configuration. */
  readonly behind?: { readonly ticks: number; readonly part: number }
  /** Failures are reported up to so many ticks later, by the configuration of then; or always so many. */
  readonly late?: { readonly ticks: number; readonly always?: boolean }
  /** The part of failures that come without the id of a unit. */
  readonly withoutUnit?: number
  /** The part of people whom the new variation loses before they are ever reported. */
  readonly lost?: number
  /** Metrics that a failure may be of, each with a guard. */
  readonly metrics?: readonly string[]
}

interface Served {
  readonly percent: number
  readonly seq: number
}

/** A person, the configuration that was asked, and what it said. */
interface Decided {
  readonly person: number
  readonly at: Served
  readonly isTreatment: boolean
}

interface Reported {
  readonly person: number
  readonly metric: number
}

/** First failures of people who fail at rates of their own. */
export function failing(of: People, how: Failing, random: () => number, people?: Crowd): World {
  const { ratio = 1, hosts = 1, incidents = [], behind, late, lost = 0, metrics = ['checkout_error'] } = how
  const { size, visitsPerTick, newPerTick: newcomers = 0 } = of
  const { place, own, counted } = people ?? crowd(of, random, metrics.length)
  const metIn = new Uint16Array(size)
  const metInRun = new Uint8Array(size)
  const served: Served[] = []
  const reports: Reported[][] = []
  const unlucky = how.withoutUnit ?? 0
  const hostsBehind = Math.round((behind?.part ?? 0) * hosts)
  const timesOf = new Float64Array(hosts)

  function meet(counts: Counts, { person, at, isTreatment }: Decided): void {
    if (metIn[person] !== at.seq) counts.one(MET, at.seq, isTreatment)
    if (metInRun[person] === 0) counts.one(MET_IN_RUN, at.seq, isTreatment)
    metIn[person] = at.seq
    metInRun[person] = 1
  }

  /** The configuration of the time at which a failure is reported decides its arm. */
  function report(counts: Counts, metric: number, decided: Decided): void {
    const { person, at, isTreatment } = decided
    const name = metrics[metric] ?? ''
    if (unlucky > 0) {
      const isWithout = random() < unlucky
      counts.add(isWithout ? withoutUnit(name) : withUnit(name), at.seq, 0, 1)
      if (isWithout) return
    }
    const seen = counted[metric]
    if (seen === undefined || seen[person] === 1) return
    seen[person] = 1
    meet(counts, decided)
    counts.one(name, at.seq, isTreatment)
  }

  return {
    plan: { guards: metrics },
    play: ({ percent, seq, tick, counts }) => {
      const now: Served = { percent, seq }
      served[tick] = now
      const before = served[Math.max(0, tick - (behind?.ticks ?? 0))] ?? now
      timesOf.fill(metrics.length)
      for (const { host, from, to, times } of incidents)
        if (tick >= from && tick < to) timesOf[host] = times * metrics.length
      const come = newcomers === 0 ? size : Math.min(size - newcomers, tick * newcomers)
      let nT = 0
      let xT = 0
      let xC = 0
      for (let n = 0; n < visitsPerTick; n += 1) {
        const person = n < newcomers ? come + n : Math.floor(random() * come)
        const host = person % hosts
        const at = host < hostsBehind ? before : now
        const isTreatment = (place[person] ?? 0) < at.percent
        if (isTreatment) nT += 1
        if (isTreatment && lost > 0 && isLost(person, lost)) continue
        if (metIn[person] !== at.seq) meet(counts, { person, at, isTreatment })
        if (random() >= (own[person] ?? 0) * (timesOf[host] ?? 1) * (isTreatment ? ratio : 1)) continue
        if (isTreatment) xT += 1
        else xC += 1
        const metric = metrics.length === 1 ? 0 : Math.floor(random() * metrics.length)
        if (late === undefined) report(counts, metric, { person, at, isTreatment })
        else {
          const then = tick + (late.always === true ? late.ticks : Math.floor(random() * (late.ticks + 1)))
          const due = reports[then] ?? []
          reports[then] = due
          due.push({ person, metric })
        }
      }
      for (const { person, metric } of reports[tick] ?? []) {
        const at = person % hosts < hostsBehind ? before : now
        report(counts, metric, { person, at, isTreatment: (place[person] ?? 0) < at.percent })
      }
      return { nT, nC: visitsPerTick - nT, xT, xC }
    },
  }
}

/** Whom it meets has nothing to do with where they are in the rollout: people are numbered before they are given a place. */
function isLost(person: number, part: number): boolean {
  return (person * 0.618_033_988_75) % 1 < part
}

/** First requests of people with a speed of their own in each step; `slower` multiplies the time with the new variation. */
export function waiting(
  of: People,
  how: { readonly slower: number; readonly bounds: readonly number[]; readonly jitter?: number },
  random: () => number,
): World {
  const { place, own } = crowd(of, random)
  const measuredIn = new Uint16Array(of.size)
  const { bounds, slower, jitter = 0.33 } = how
  const names = [0, ...bounds].map((_, passed) => slowerThan('ms', passed))
  const thresholds = bounds.map((bound) => ({ bound, baseline: 0.1, limit: 1.1 }))
  return {
    plan: { guards: [{ metric: 'ms', take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }] },
    frozen: [{ guard: 'ms', at: 0, values: 1_000, from: 'before', thresholds }],
    play: ({ percent, seq, counts }) => {
      let nT = 0
      for (let n = 0; n < of.visitsPerTick; n += 1) {
        const person = Math.floor(random() * of.size)
        const isTreatment = (place[person] ?? 0) < percent
        if (isTreatment) nT += 1
        if (measuredIn[person] === seq) continue
        measuredIn[person] = seq
        const time = Math.exp((own[person] ?? 0) + jitter * normal(random)) * 100 * (isTreatment ? slower : 1)
        counts.one(MET, seq, isTreatment)
        for (const [passed, name] of names.entries())
          if (passed === 0 || time > (bounds[passed - 1] ?? 0)) counts.one(name, seq, isTreatment)
      }
      return quiet(nT, of)
    },
  }
}

/** What people come to in `window` ticks after they were first met; treatment comes to `ratio` of it. */
export function buying(
  of: People,
  how: { readonly ratio: number; readonly min: number; readonly window?: number },
  random: () => number,
): World {
  const { place, own } = crowd(of, random)
  const { ratio, min, window = 12 } = how
  const cap = 200
  const closesAt = new Uint16Array(of.size)
  const amount = new Float64Array(of.size)
  const first: { readonly seq: number; readonly isTreatment: boolean }[] = []
  const open: number[][] = []
  return {
    plan: { guards: [{ metric: 'spent', take: 'sum', limit: { kind: 'not_fall', min }, reaction: 'rollback' }] },
    frozen: [{ guard: 'spent', at: 0, values: 1_000, from: 'before', amounts: { scale: 60, cap } }],
    play: ({ percent, seq, tick, counts }) => {
      let nT = 0
      const closing: number[] = []
      open[tick + window] = closing
      for (let n = 0; n < of.visitsPerTick; n += 1) {
        const person = Math.floor(random() * of.size)
        const isTreatment = (place[person] ?? 0) < percent
        if (isTreatment) nT += 1
        if (first[person] === undefined) {
          first[person] = { seq, isTreatment }
          closesAt[person] = tick + window
          closing.push(person)
          counts.one(MET, seq, isTreatment)
        }
        const buys = tick < (closesAt[person] ?? 0) && random() < (own[person] ?? 0) * (isTreatment ? ratio : 1)
        if (buys) amount[person] = (amount[person] ?? 0) + 30 + 60 * random()
      }
      // the share of then is the one that this person is judged by, whatever it is now
      for (const person of open[tick] ?? []) {
        const met = first[person] ?? { seq, isTreatment: false }
        counts.one(amountOf('spent', levelOf(amount[person] ?? 0, cap)), met.seq, met.isTreatment)
      }
      return quiet(nT, of)
    },
  }
}

function quiet(nT: number, { visitsPerTick }: People): Requests {
  return { nT, nC: visitsPerTick - nT, xT: 0, xC: 0 }
}

/** A standard normal number (Box & Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
