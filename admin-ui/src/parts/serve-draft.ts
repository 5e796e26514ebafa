import type { Serve } from '@rampart/contract/admin'

/** What is served while somebody writes it. Weights and the share are in percent. */
export interface ServeDraft {
  readonly kind: 'variation' | 'split'
  readonly variation: string
  readonly weights: Readonly<Record<string, number>>
  /** Null: everyone who matches gets it. */
  readonly rollout: { readonly percent: number; readonly otherwise: string } | null
  /** Empty: `targetingKey`. */
  readonly by: string
}

const WHOLE = 100_000

export function serveDraftOf(serve: Serve, variations: readonly string[]): ServeDraft {
  const weights = 'split' in serve ? serve.split.weights : {}
  return {
    kind: 'split' in serve ? 'split' : 'variation',
    variation: 'split' in serve ? (variations[0] ?? '') : serve.variation,
    weights: Object.fromEntries(variations.map((key) => [key, (weights[key] ?? 0) / 1000])),
    rollout: serve.rollout ?? null,
    by: serve.by ?? '',
  }
}

export function serveOf({ kind, variation, weights, rollout, by }: ServeDraft): Serve {
  const shared = { ...(rollout === null ? {} : { rollout }), ...(by === '' ? {} : { by }) }
  if (kind === 'variation') return { variation, ...shared }
  const given = Object.entries(weights)
    .map(([key, percent]) => [key, Math.round(percent * 1000)] as const)
    .filter(([, weight]) => weight > 0)
  return { split: { weights: Object.fromEntries(given) }, ...shared }
}

/** What is wrong with a split, or undefined: its weights must be 100% together. */
export function splitProblem({ kind, weights }: Pick<ServeDraft, 'kind' | 'weights'>): string | undefined {
  if (kind === 'variation') return undefined
  const sum = sumOf(weights)
  return sum === WHOLE ? undefined : `The weights are ${sum / 1000}% together; they must be 100%.`
}

/** Weights with what is missing to 100%, or is too much, spread evenly over those that have some; over all when none has. */
export function evenedOut(weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const some = Object.keys(weights).filter((key) => (weights[key] ?? 0) > 0)
  // the smallest first: what one cannot give is left to the larger ones
  const takers = (some.length > 0 ? some : Object.keys(weights)).toSorted(
    (a, b) => (weights[a] ?? 0) - (weights[b] ?? 0),
  )
  let left = WHOLE - sumOf(weights)
  const next: Record<string, number> = { ...weights }
  takers.forEach((key, i) => {
    const part = Math.trunc(left / (takers.length - i))
    const before = Math.round((next[key] ?? 0) * 1000)
    const after = Math.max(0, before + part)
    next[key] = after / 1000
    left -= after - before
  })
  return next
}

function sumOf(weights: Readonly<Record<string, number>>): number {
  return Object.values(weights).reduce((sum, percent) => sum + Math.round(percent * 1000), 0)
}
