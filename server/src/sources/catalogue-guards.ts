import { type Limit, type MetricDefinition, type Parsed, parseGuard } from '@rampart/contract/admin'
import type { GuardInput } from '../ramp/guards.ts'

/**
 * A guard with what the metric catalogue says where it says nothing itself: its source, and its limit. A limit that contradicts
 * where the metric should go is a mistake.
 */
export function fromCatalogue(input: GuardInput, definitions: readonly MetricDefinition[]): Parsed<GuardInput> {
  const written = typeof input === 'string' ? parseGuard(input) : ({ ok: true, value: input } as const)
  // what cannot be read is told by who reads the plan
  if (!written.ok) return { ok: true, value: input }
  const guard = written.value
  const definition = definitions.find(({ metric }) => metric === guard.metric)
  if (definition === undefined) return { ok: true, value: input }
  const limit = typeof input === 'string' && !/[<>]/.test(input) ? usualLimit(guard, definition) : guard.limit
  const problem = against(limit, definition)
  if (problem !== null) return { ok: false, problem: `guard ${guard.metric}: ${problem}` }
  const source = 'source' in guard ? guard.source : undefined
  return {
    ok: true,
    value: {
      ...guard,
      limit,
      take:
        guard.take === undefined || guard.take === 'first' ? (TAKES[limit.kind] ?? guard.take ?? 'first') : guard.take,
      source: source ?? definition.source ?? undefined,
    },
  }
}

/** All guards of a plan so; the first that contradicts the catalogue is the problem. */
export function allFromCatalogue(
  inputs: readonly GuardInput[],
  definitions: readonly MetricDefinition[],
): Parsed<readonly GuardInput[]> {
  const value: GuardInput[] = []
  for (const input of inputs) {
    const read = fromCatalogue(input, definitions)
    if (!read.ok) return read
    value.push(read.value)
  }
  return { ok: true, value }
}

/** Limits that ask for something else than an event. */
const TAKES: { readonly [kind in Limit['kind']]?: 'slow' | 'gauge' } = { quantile: 'slow', gauge: 'gauge' }

/** Of a guard that names none: what the catalogue says, or no worse in the direction that is worse for this metric. */
function usualLimit(
  { take = 'first', limit }: { readonly take?: string | undefined; readonly limit: Limit },
  { defaultLimit, direction }: MetricDefinition,
): Limit {
  if (defaultLimit !== null && take === 'first') return defaultLimit
  return take === 'first' && direction === 'up' ? { kind: 'not_fall', min: 1 } : limit
}

function against(limit: Limit, { direction }: MetricDefinition): string | null {
  const keepsUp = limit.kind === 'not_fall'
  if (keepsUp === (direction === 'up')) return null
  return keepsUp
    ? 'the metric catalogue says that it should go down, and this limit keeps it up'
    : 'the metric catalogue says that it should go up, and this limit keeps it down; write for example >=0.95x'
}
