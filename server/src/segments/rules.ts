import type { Segment } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { segmentsIn } from '../conditions/leaves.ts'

/** Segments nest at most this deep; evaluation follows them no deeper. */
const MAX_NESTING = 20

/**
 * The first of `keys` that leads back to itself, or deeper than evaluation follows, as the way it leads; undefined when
 * none does.
 */
export function wrongWay(keys: Iterable<Key>, next: (key: Key) => readonly Key[]): readonly Key[] | undefined {
  const longest = new Map<Key, readonly Key[]>()
  let circle: readonly Key[] | undefined
  const follow = (key: Key, above: readonly Key[]): readonly Key[] => {
    if (above.includes(key)) {
      circle ??= [...above.slice(above.indexOf(key)), key]
      return []
    }
    const known = longest.get(key)
    if (known !== undefined) return known
    const ways = next(key).map((inner) => follow(inner, [...above, key]))
    const way = [key, ...ways.reduce((deepest, one) => (one.length > deepest.length ? one : deepest), [])]
    longest.set(key, way)
    return way
  }
  for (const key of keys) {
    const way = follow(key, [])
    if (circle !== undefined) return circle
    if (way.length > MAX_NESTING) return way
  }
  return undefined
}

/** The segments that name `key`. */
export function segmentsUsing(segments: readonly Segment[], key: Key): readonly Key[] {
  return segments.filter(({ when }) => when !== null && segmentsIn(when).includes(key)).map((segment) => segment.key)
}
