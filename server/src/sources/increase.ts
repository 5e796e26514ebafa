import type { CounterValues, FigureStratum } from './figures.ts'
import type { Counter } from './reading.ts'

/** By how much a counter grew. */
type Grown = Counter & { readonly by: number }

export type Increase =
  /** A first reading, from which the next window begins. */
  | { readonly kind: 'baseline'; readonly counters: CounterValues }
  /** `parts` has one entry for each bound of a latency, and one otherwise. */
  | {
      readonly kind: 'window'
      readonly counters: CounterValues
      readonly parts: readonly (readonly FigureStratum[])[]
    }
  /** A sum over processes fell: one of them began anew, and nobody can say by how much the others grew. */
  | { readonly kind: 'lost'; readonly counters: CounterValues }

export interface Wanted {
  /** Of a latency, rising; empty for everything else. */
  readonly bounds: readonly number[]
  /** Whether there are two arms. Otherwise the whole service is counted, under treatment. */
  readonly compares: boolean
}

/** Beyond this, counters that are no longer there are forgotten. */
const MOST_COUNTERS = 5_000

/**
 * What happened between two readings of the same counters, for each process and arm.
 *
 * A process whose counters fell together to less than half was begun anew, and what they show has been counted since. When they fell
 * by less, the answer came from a copy of the source that is behind (two Prometheus servers behind one address): the higher
 * value stands until it is passed. A counter that was not there counts from nothing when its process was there, since counters
 * come to be when they are first raised; a process that was not there is only looked at, since what its counters show may be
 * old: a scrape target that is new need not be a new process. Nothing of this favours an arm, since both run in the same process.
 *
 * @param before what they showed at the last reading; null when there was none
 */
export function increase(
  now: readonly Counter[],
  before: CounterValues | null,
  { bounds, compares }: Wanted,
): Increase {
  if (before === null) return { kind: 'baseline', counters: shown(now) }
  const instances = byInstance(now)
  const sums = instances.get('') ?? []
  if (sums.some(({ id, value }) => value < (lastOf(before, id) ?? 0)))
    return { kind: 'lost', counters: { ...remembered(now, before), ...shown(now) } }
  const grown: Grown[] = []
  const counters: Record<string, number> = { ...remembered(now, before) }
  for (const [, ofInstance] of instances) {
    const isKnown = ofInstance.some(({ id }) => lastOf(before, id) !== undefined)
    const begunAnew = isBegunAnew(ofInstance, before)
    for (const one of ofInstance) {
      const last = begunAnew ? 0 : (lastOf(before, one.id) ?? 0)
      counters[one.id] = Math.max(last, one.value)
      if (isKnown) grown.push({ ...one, by: Math.max(0, one.value - last) })
    }
  }
  const parts =
    bounds.length === 0 ? [eventsIn(grown, compares)] : bounds.map((bound) => slowerIn(grown, compares, bound))
  return { kind: 'window', counters, parts }
}

function lastOf(before: CounterValues, id: string): number | undefined {
  return Object.hasOwn(before, id) ? before[id] : undefined
}

function isBegunAnew(ofInstance: readonly Counter[], before: CounterValues): boolean {
  const known = ofInstance.filter(({ id }) => lastOf(before, id) !== undefined)
  const now = known.reduce((n, { value }) => n + value, 0)
  const last = known.reduce((n, { id }) => n + (lastOf(before, id) ?? 0), 0)
  return known.some(({ id, value }) => value < (lastOf(before, id) ?? 0)) && now < last / 2
}

function shown(now: readonly Counter[]): CounterValues {
  return Object.fromEntries(now.map(({ id, value }) => [id, value]))
}

/** Counters that are gone for now are remembered: should they come back, they go on where they were. */
function remembered(now: readonly Counter[], before: CounterValues): CounterValues {
  return Object.keys(before).length + now.length > MOST_COUNTERS ? {} : before
}

type Counted = { readonly events: number; readonly total: number }

function eventsIn(grown: readonly Grown[], compares: boolean): readonly FigureStratum[] {
  return strataOf(grown, compares, (ofArm) => ({ events: sum(ofArm, 'events'), total: sum(ofArm, 'total') }))
}

/** What took longer than a bound is everything but what took no longer. */
function slowerIn(grown: readonly Grown[], compares: boolean, bound: number): readonly FigureStratum[] {
  return strataOf(grown, compares, (ofArm) => {
    const total = sum(ofArm, 'total')
    return { events: Math.max(0, total - sum(ofArm, 'at_most', bound)), total }
  })
}

/** One stratum for each process with events, and one for all the others: without events they compare nothing. */
function strataOf(
  grown: readonly Grown[],
  compares: boolean,
  count: (ofArm: readonly Grown[]) => Counted,
): readonly FigureStratum[] {
  const arms = [...byInstance(grown)].map(([instance, counters]) => ({
    instance,
    treatment: count(counters.filter(({ arm }) => arm === 'treatment')),
    control: count(counters.filter(({ arm }) => arm === 'control')),
  }))
  const isQuiet = ({ treatment, control }: (typeof arms)[number]) => treatment.events + control.events === 0
  const quiet = arms.filter(isQuiet)
  const rest = {
    instance: '',
    treatment: { events: 0, total: quiet.reduce((n, { treatment }) => n + treatment.total, 0) },
    control: { events: 0, total: quiet.reduce((n, { control }) => n + control.total, 0) },
  }
  return [...arms.filter((one) => !isQuiet(one)), ...(quiet.length === 0 ? [] : [rest])].map((one) =>
    compares ? one : { ...one, control: null },
  )
}

function byInstance<C extends Counter>(counters: readonly C[]): ReadonlyMap<string, readonly C[]> {
  const instances = new Map<string, C[]>()
  for (const one of counters) {
    const others = instances.get(one.instance)
    if (others === undefined) instances.set(one.instance, [one])
    else others.push(one)
  }
  return instances
}

function sum(grown: readonly Grown[], counts: Counter['counts'], bound: number | null = null): number {
  return grown.reduce((n, one) => (one.counts === counts && one.bound === bound ? n + one.by : n), 0)
}
