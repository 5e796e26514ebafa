import { type Condition, type Context, cut, murmur3, rolloutSeed, type Snapshot, type WireFlag } from '@rampart/core'

/*
 * The same flags for everyone who is compared: one thousand, of which five are asked about. What they mean is said once,
 * here, in our own words; each contestant says it again in its own.
 */

/** A power of two, so that choosing a unit costs next to nothing; few, so that memory is not what is measured. */
export const UNITS = 256
export const FLAGS = 1_000
const IDS = 10_000

export type Scenario = 'everyone' | 'half' | 'rules' | 'versions' | 'ids' | 'unknown' | 'all' | 'watched'

/** Texts as they come off a wire: an id that was just put together is stored in pieces, and slow to read. */
export const units: readonly string[] = flat(Array.from({ length: UNITS }, () => crypto.randomUUID()))

/** Every other unit, among many that are never asked about. */
export const ids: readonly string[] = [
  ...units.filter((_, index) => index % 2 === 0),
  ...flat(Array.from({ length: IDS - UNITS / 2 }, () => crypto.randomUUID())),
]

export const COUNTRIES = ['DE', 'FR', 'US', 'GB'] as const
/** Each names one rule. Nobody of those who are timed has one of these plans, so that every rule is tried to its end. */
export const PLANS = ['team-a', 'team-b', 'team-c', 'team-d', 'team-e'] as const
export const ADULT = 18
export const FIRST_VERSION = '1.0.0'

export interface Person {
  readonly targetingKey: string
  readonly country: string
  readonly plan: string
  readonly age: number
  readonly version: string
}

export const people: readonly (Person & Context)[] = units.map((targetingKey, index) =>
  person(targetingKey, 'pro', index),
)
/** They are let in by a rule. */
export const members: readonly (Person & Context)[] = units.map((targetingKey, index) => {
  return person(targetingKey, PLANS[index % PLANS.length] ?? '', index)
})

function person(targetingKey: string, plan: string, index: number): Person & Context {
  return {
    targetingKey,
    country: COUNTRIES[index % COUNTRIES.length] ?? '',
    plan,
    age: ADULT + (index % 60),
    version: `${1 + (index % 7)}.${index % 11}.${index % 13}`,
  }
}

export function flagKeys(): readonly string[] {
  const named = ['everyone', 'half', 'rules', 'versions', 'ids']
  return [...named, ...Array.from({ length: FLAGS - named.length }, (_, index) => `flag-${index}`)]
}

export function snapshot(): Snapshot {
  return {
    format: 1,
    project: 'bench',
    environment: 'production',
    audience: 'server',
    revision: 1,
    flags: flagKeys().map(flag),
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

export function flag(key: string): WireFlag {
  return {
    key,
    version: 1,
    type: 'boolean',
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: ['off', 'on'],
    values: [false, true],
    rules: rulesOf(key),
    serve: key === 'everyone' ? { to: 1 } : key === 'ids' ? { to: 0 } : { to: 1, rollout: [50, 0] },
  }
}

function rulesOf(key: string): WireFlag['rules'] {
  if (key === 'ids') {
    return [
      { id: 'listed', when: { attribute: 'targetingKey', operator: 'is one of', operand: ids }, serve: { to: 1 } },
    ]
  }
  const first: Condition | undefined =
    key === 'rules'
      ? { attribute: 'age', operator: 'number >=', operand: ADULT }
      : key === 'versions'
        ? { attribute: 'version', operator: 'version >=', operand: FIRST_VERSION }
        : undefined
  if (first === undefined) return []
  return PLANS.map((plan) => ({
    id: plan,
    when: {
      all: [
        first,
        { attribute: 'country', operator: 'is one of', operand: COUNTRIES },
        { attribute: 'plan', operator: 'is', operand: plan },
      ],
    },
    serve: { to: 1 },
  }))
}

/** One Map look-up, one murmur3 of the unit from a seed hashed at load, one compare: what a 50% flag cannot do without. */
export function floor(): (index: number) => boolean {
  const flags = new Map(flagKeys().map((key) => [key, { seed: rolloutSeed(key), below: cut(50) }]))
  return (index) => {
    const half = flags.get('half')
    return half !== undefined && murmur3(units[index] ?? '', half.seed) < half.below
  }
}

export function flat<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
