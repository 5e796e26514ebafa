import type { EnvironmentState, StateSince } from '../store/store.ts'

/**
 * A state brought up to date by what has changed since. Whatever has not changed is the same object as before, so that what was
 * made of it need not be made again.
 */
export function renewed(before: EnvironmentState, since: StateSince): EnvironmentState {
  const { changes, environment } = since
  return {
    environment,
    flags: replaced(before.flags, since.flags, {
      touched: changes.flatMap(({ flags }) => flags),
      name: ({ flag }) => flag.key,
    }),
    segments: replaced(before.segments, since.segments, {
      touched: changes.flatMap(({ segments }) => segments),
      name: ({ key }) => key,
    }),
    layers: since.layers,
    ramps: replaced(before.ramps, since.ramps, {
      touched: changes.flatMap(({ watches }) => watches),
      name: ({ id }) => id,
    }),
  }
}

interface Touched<T> {
  readonly touched: readonly string[]
  readonly name: (one: T) => string
}

/** Those that were not touched, and of the others what there is now. In the order of their names, as far as they are new. */
function replaced<T>(before: readonly T[], now: readonly T[], { touched, name }: Touched<T>): readonly T[] {
  if (touched.length === 0) return before
  const fresh = new Map(now.map((one) => [name(one), one]))
  const gone = new Set(touched.filter((one) => !fresh.has(one)))
  const kept = before.flatMap((one) => {
    const key = name(one)
    const next = fresh.get(key) ?? one
    fresh.delete(key)
    return gone.has(key) ? [] : [next]
  })
  if (fresh.size === 0) return kept
  return [...kept, ...fresh.values()].toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
}
