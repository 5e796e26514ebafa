import {
  formatDuration,
  type Guard,
  type Limit,
  type Parsed,
  parseDuration,
  parseGuard,
  parseShortDuration,
  type Reaction,
  usualReaction,
} from '@rampart/contract/admin'
import { unsupportedElsewhere } from '../sources/unsupported.ts'

/** A guard as it comes in: in words, or in full with members left out. */
export type GuardInput =
  | string
  | (Pick<Guard, 'metric' | 'limit'> & { readonly [M in keyof Guard]?: Guard[M] | undefined })

/**
 * Guards as a ramp keeps them: in full, each with its part of the budget for false alarms.
 *
 * Guards that can take a ramp back (rollback and step_back) share one budget, guards that hold share another, so that any
 * number of guards together keep the promise. Weights are fixed when the run starts.
 */
export function normaliseGuards(inputs: readonly GuardInput[]): Parsed<readonly Guard[]> {
  const guards: Guard[] = []
  for (const input of inputs) {
    const read = readGuard(input)
    if (!read.ok) return read
    const problem = unsupported(read.value)
    if (problem !== null) return { ok: false, problem: `guard ${read.value.metric}: ${problem}` }
    guards.push({ ...read.value, key: freeKey(read.value.key, guards) })
  }
  const weighed = guards.map((guard) => ({ ...guard, weight: spends(guard) ? 1 / sharers(guard.reaction, guards) : 1 }))
  const asked = inputs.map((input) => (typeof input === 'string' ? undefined : input.weight))
  const weights = asked.some((w) => w !== undefined)
    ? weighed.map((g, i) => ({ ...g, weight: asked[i] ?? g.weight }))
    : weighed
  return overdrawn(weights) ?? { ok: true, value: weights }
}

/** Whether a guard can take a ramp back. */
export function takesBack(reaction: Reaction): boolean {
  return reaction === 'rollback' || reaction === 'step_back'
}

/** The risk ratio that a guard compared with control allows; undefined for one that compares in another way. */
export function allowedRatio(limit: Limit): number | undefined {
  switch (limit.kind) {
    case 'no_worse':
      return limit.margin
    case 'ratio':
      return limit.max
    case 'not_fall':
      return limit.min
    case 'points':
    case 'below':
    case 'quantile':
    case 'gauge':
      return undefined
  }
}

/** How long after a unit was first met its amounts count, in milliseconds. */
export function windowOf({ window }: Pick<Guard, 'window'>): number {
  return parseDuration(window ?? DEFAULT_WINDOW) ?? 0
}

/** Business figures take their time. */
const DEFAULT_WINDOW = 'PT1H'

function readGuard(input: GuardInput): Parsed<Guard> {
  const parsed = typeof input === 'string' ? parseGuard(input) : ({ ok: true, value: input } as const)
  return parsed.ok ? complete(parsed.value) : parsed
}

function complete(input: Exclude<GuardInput, string>): Parsed<Guard> {
  const take = input.take ?? 'first'
  const source = input.source ?? { kind: 'sdk', from: 'server' }
  const grace = readDuration(input.grace)
  const window = readDuration(input.window)
  if (grace === undefined || window === undefined)
    return { ok: false, problem: `guard ${input.metric}: a duration must look like 30s, 10m or PT10M` }
  return {
    ok: true,
    value: {
      key: input.key ?? input.metric,
      metric: input.metric,
      take,
      source,
      limit: input.limit,
      reaction: input.reaction ?? usualReaction({ source, take, limit: input.limit }),
      weight: input.weight ?? 1,
      minUnits: input.minUnits ?? null,
      fromStep: input.fromStep ?? 1,
      grace,
      ...(take === 'sum' ? { window: window ?? DEFAULT_WINDOW } : {}),
    },
  }
}

/** Null is none, undefined is no duration. */
function readDuration(text: string | null | undefined): string | null | undefined {
  if (text === null || text === undefined) return null
  const ms = parseShortDuration(text) ?? parseDuration(text)
  return ms === undefined ? undefined : formatDuration(ms)
}

/** What cannot be tested is refused in words, never accepted and ignored. */
function unsupported(guard: Guard): string | null {
  if (guard.source.kind !== 'sdk') return unsupportedElsewhere(guard) ?? outOfRange(guard.limit)
  if (guard.take === 'gauge') return 'an SDK reports no gauges; name a source that does'
  if (guard.source.from === 'browser' && guard.take !== 'first')
    return 'browsers are asked for events only, since measured values of theirs have no past to compare with'
  return outOfRange(guard.limit) ?? (TESTED[guard.take].includes(guard.limit.kind) ? null : MISMATCH[guard.take])
}

const TESTED: Readonly<Record<Exclude<Guard['take'], 'gauge'>, readonly Limit['kind'][]>> = {
  first: ['no_worse', 'ratio', 'points', 'below', 'not_fall'],
  slow: ['no_worse', 'quantile'],
  sum: ['not_fall'],
}

const MISMATCH = {
  first: 'an event has no quantile; write a limit such as <=1.5x, <=+0.5pp, <2% or >=0.95x',
  slow: 'a latency is compared with control: write no limit, or a quantile such as p95(checkout_ms)<=+20%',
  sum: 'a mean is kept from dropping: write mean(order_value), or what it may drop by: mean(order_value)>=-5%',
} as const

function outOfRange(limit: Limit): string | null {
  switch (limit.kind) {
    case 'below':
      return limit.max > 0 && limit.max <= 0.9 ? null : 'an absolute limit must be above 0% and at most 90%'
    case 'points':
      return limit.max > 0 && limit.max <= 0.5 ? null : 'a limit in points must be above 0pp and at most 50pp'
    case 'not_fall':
      return limit.min >= 0.1 ? null : 'a limit from below must be at least 0.1x'
    case 'quantile':
      if (limit.quantile <= 0 || limit.quantile >= 1) return 'a quantile lies between p1 and p99.9'
      return limit.change >= 0 ? null : 'a quantile may rise by 0% or more'
    case 'no_worse':
    case 'ratio':
    case 'gauge':
      return null
  }
}

function freeKey(wanted: string, taken: readonly Guard[]): string {
  const keys = new Set(taken.map((guard) => guard.key))
  let key = wanted
  for (let n = 2; keys.has(key); n += 1) key = `${wanted}-${n}`
  return key
}

/** Only the guards of one budget share it; a warning spends nothing. */
function sharers(reaction: Reaction, guards: readonly Guard[]): number {
  if (reaction === 'warn') return 1
  return guards.filter((other) => spends(other) && sameBudget(other.reaction, reaction)).length
}

/** A warning takes nothing back, and a gauge promises nothing: neither needs a part of a budget. */
function spends({ reaction, take }: Pick<Guard, 'reaction' | 'take'>): boolean {
  return reaction !== 'warn' && take !== 'gauge'
}

function sameBudget(a: Reaction, b: Reaction): boolean {
  return a === b || (takesBack(a) && takesBack(b))
}

function overdrawn(guards: readonly Guard[]): Parsed<readonly Guard[]> | undefined {
  const over = guards.find((guard) => spends(guard) && budgetOf(guard, guards) > 1 + 1e-9)
  return (
    over && {
      ok: false,
      problem: `the weights of the guards that ${over.reaction.replace('_', ' ')} sum to more than 1`,
    }
  )
}

function budgetOf(guard: Guard, guards: readonly Guard[]): number {
  return guards.filter((g) => spends(g) && sameBudget(g.reaction, guard.reaction)).reduce((sum, g) => sum + g.weight, 0)
}
