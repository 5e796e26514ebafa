import type { Tallied, World } from './ramps.ts'

/** A population that comes back: each has a place in the rollout, ways of their own, and is counted as the server counts. */
export interface People {
  readonly size: number
  readonly visitsPerTick: number
  /** How a person's rate of failing, or speed, is drawn. */
  readonly own: (random: () => number) => number
}

export interface Person {
  readonly place: number
  readonly own: number
  counted: boolean
  metInRun: boolean
  /** The sequence in which this person was met last, and measured last. */
  metIn: number
  measuredIn: number
  /** What was bought within the window, and when that closes. */
  closesAt: number
  amount: number
  /** Where the person was met first. */
  arm: boolean
  seq: number
}

export function population({ size, own }: People, random: () => number): readonly Person[] {
  return Array.from({ length: size }, () => ({
    place: random() * 100,
    own: own(random),
    counted: false,
    metInRun: false,
    metIn: 0,
    measuredIn: 0,
    closesAt: 0,
    amount: 0,
    arm: false,
    seq: 0,
  }))
}

/** Visits of a tick, and what each does. */
function visits(
  people: readonly Person[],
  { visitsPerTick }: People,
  random: () => number,
  visit: (person: Person) => void,
): void {
  for (let n = 0; n < visitsPerTick; n += 1) {
    const person = people[Math.floor(random() * people.length)]
    if (person !== undefined) visit(person)
  }
}

/** First failures of people who fail at rates of their own; treatment fails `ratio` times as often. */
export function failing(of: People, ratio: number, random: () => number): World {
  const people = population(of, random)
  return {
    guards: ['checkout_error'],
    play: ({ percent, seq }) => {
      const sums = counts(seq)
      visits(people, of, random, (person) => {
        const arm = person.place < percent
        if (person.metIn !== seq) sums.add('', arm)
        if (!person.metInRun) sums.add('*', arm)
        person.metIn = seq
        person.metInRun = true
        if (person.counted || random() >= person.own * (arm ? ratio : 1)) return
        person.counted = true
        sums.add('checkout_error', arm)
      })
      return sums.all()
    },
  }
}

/** First requests of people with a speed of their own in each step; `slower` multiplies the time with the new variation. */
export function waiting(of: People, slower: number, bounds: readonly number[], random: () => number): World {
  const people = population(of, random)
  const thresholds = bounds.map((bound) => ({ bound, baseline: 0.1, limit: 1.1 }))
  return {
    guards: [{ metric: 'ms', take: 'slow', limit: { kind: 'no_worse', margin: 1.1 } }],
    frozen: [{ guard: 'ms', at: 0, values: 1_000, from: 'before', thresholds }],
    play: ({ percent, seq }) => {
      const sums = counts(seq)
      visits(people, of, random, (person) => {
        if (person.measuredIn === seq) return
        person.measuredIn = seq
        const arm = person.place < percent
        const ms = Math.exp(person.own + 0.33 * normal(random)) * 100 * (arm ? slower : 1)
        sums.add('', arm)
        for (let passed = bounds.filter((bound) => ms > bound).length; passed >= 0; passed -= 1)
          sums.add(`ms>${passed}`, arm)
      })
      return sums.all()
    },
  }
}

/** What people come to in `window` ticks after they were first met; treatment comes to `ratio` of it. */
export function buying(of: People, ratio: number, min: number, random: () => number): World {
  const people = population(of, random)
  const window = 12
  const open = new Map<number, Person[]>()
  return {
    guards: [{ metric: 'spent', take: 'sum', limit: { kind: 'not_fall', min } }],
    frozen: [{ guard: 'spent', at: 0, values: 1_000, from: 'before', amounts: { scale: 60, cap: 200 } }],
    play: ({ percent, seq, tick }) => {
      const sums = counts(seq)
      visits(people, of, random, (person) => {
        const arm = person.place < percent
        if (!person.metInRun) {
          person.metInRun = true
          person.arm = arm
          person.seq = seq
          person.closesAt = tick + window
          open.set(person.closesAt, [...(open.get(person.closesAt) ?? []), person])
          sums.add('', arm)
        }
        if (tick < person.closesAt && random() < person.own * (arm ? ratio : 1)) person.amount += 30 + 60 * random()
      })
      // the share of then is the one that this person is judged by, whatever it is now
      for (const person of open.get(tick) ?? [])
        sums.add(`spent=${Math.min(200, Math.round(person.amount))}`, person.arm, person.seq)
      open.delete(tick)
      return sums.all()
    },
  }
}

function counts(now: number) {
  const sums = new Map<string, { name: string; seq: number; treatment: number; control: number }>()
  return {
    add(name: string, arm: boolean, seq = now): void {
      const key = `${seq} ${name}`
      const sum = sums.get(key) ?? { name, seq, treatment: 0, control: 0 }
      sum[arm ? 'treatment' : 'control'] += 1
      sums.set(key, sum)
    },
    all: (): Tallied => [...sums.values()],
  }
}

/** A standard normal number (Box & Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
