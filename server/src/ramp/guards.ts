import { type Guard, type Limit, type Parsed, parseGuard, type Reaction } from '@rampart/contract/admin'

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
  const weighed = guards.map((guard) => ({ ...guard, weight: 1 / sharers(guard.reaction, guards) }))
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

/** The risk ratio that a guard compared with control allows; undefined for one that compares with a fixed number. */
export function allowedRatio(limit: Limit): number | undefined {
  if (limit.kind === 'no_worse') return limit.margin
  return limit.kind === 'ratio' ? limit.max : undefined
}

function readGuard(input: GuardInput): Parsed<Guard> {
  if (typeof input !== 'string') return { ok: true, value: complete(input) }
  const parsed = parseGuard(input)
  return parsed.ok ? { ok: true, value: complete(parsed.value) } : parsed
}

function complete(input: Exclude<GuardInput, string>): Guard {
  const source = input.source ?? { kind: 'sdk', from: 'server' }
  const outside = source.kind !== 'sdk' || source.from === 'browser'
  return {
    key: input.key ?? input.metric,
    metric: input.metric,
    take: input.take ?? 'first',
    source,
    limit: input.limit,
    reaction: input.reaction ?? (outside ? 'hold' : 'rollback'),
    weight: input.weight ?? 1,
    minUnits: input.minUnits ?? null,
    fromStep: input.fromStep ?? 1,
    grace: input.grace ?? null,
  }
}

/** What this version cannot test yet is refused in words, never accepted and ignored. */
function unsupported(guard: Guard): string | null {
  if (guard.source.kind !== 'sdk')
    return `the source ${guard.source.kind} is not supported yet; report the metric with an SDK`
  if (guard.source.from === 'browser')
    return 'outcomes from browsers are not supported yet; report the metric from a server'
  if (guard.take !== 'first')
    return `it asks for ${TAKES[guard.take]}, which is not supported yet; count an event instead`
  switch (guard.limit.kind) {
    case 'no_worse':
    case 'ratio':
      return null
    case 'below':
      return guard.limit.max > 0 && guard.limit.max <= 0.9 ? null : 'an absolute limit must be above 0% and at most 90%'
    case 'points':
    case 'quantile':
    case 'not_fall':
    case 'gauge':
      return `${LIMITS[guard.limit.kind]} is not supported yet; write no limit, a ratio such as <=1.5x, or a share such as <2%`
  }
}

const TAKES = { slow: 'a latency', sum: 'a mean', gauge: 'a gauge' } as const
const LIMITS = {
  points: 'a limit in percentage points',
  quantile: 'a limit of a quantile',
  not_fall: 'a limit from below',
  gauge: 'a limit of a gauge',
} as const

function freeKey(wanted: string, taken: readonly Guard[]): string {
  const keys = new Set(taken.map((guard) => guard.key))
  let key = wanted
  for (let n = 2; keys.has(key); n += 1) key = `${wanted}-${n}`
  return key
}

/** Only the guards of one budget share it; a warning spends nothing. */
function sharers(reaction: Reaction, guards: readonly Guard[]): number {
  if (reaction === 'warn') return 1
  return guards.filter((other) => sameBudget(other.reaction, reaction)).length
}

function sameBudget(a: Reaction, b: Reaction): boolean {
  return a === b || (takesBack(a) && takesBack(b))
}

function overdrawn(guards: readonly Guard[]): Parsed<readonly Guard[]> | undefined {
  const over = guards.find((guard) => guard.reaction !== 'warn' && budgetOf(guard, guards) > 1 + 1e-9)
  return (
    over && {
      ok: false,
      problem: `the weights of the guards that ${over.reaction.replace('_', ' ')} sum to more than 1`,
    }
  )
}

function budgetOf(guard: Guard, guards: readonly Guard[]): number {
  return guards.filter((g) => sameBudget(g.reaction, guard.reaction)).reduce((sum, g) => sum + g.weight, 0)
}
