import type { Propagation } from '@rampart/contract/admin'
import type { Revision } from '@rampart/core'

/** What is known of one SDK instance. Times are epoch milliseconds of the server's clock. */
export interface HeldRevisions {
  readonly name: string
  /** When it was first heard of, or came back from being gone. */
  readonly since: number
  /** Revisions that it held and since when, both rising. */
  readonly held: readonly { readonly revision: Revision; readonly at: number }[]
}

/** Enough to see when an instance got a change that several others followed at once. */
const REMEMBERED = 32

/** Adds what an instance says it holds. A lower revision than before is another life of the database: it begins anew. */
export function withHeld(
  held: HeldRevisions['held'],
  next: { readonly revision: Revision; readonly at: number },
): HeldRevisions['held'] {
  const last = held.at(-1)
  if (last === undefined || next.revision > last.revision) return [...held, next].slice(-REMEMBERED)
  // Reports can overtake one another: an older one says nothing new, a later one of less is a fall back.
  return next.revision < last.revision && next.at > last.at ? [next] : held
}

/**
 * How far a change has travelled. `needed` is the revision to hold (`neededFor`), `committedAt` when it was made. An instance
 * that came only after that is counted, but says nothing of how slow the change was.
 */
export function propagationOf(
  instances: Iterable<HeldRevisions>,
  { needed, committedAt }: { readonly needed: Revision; readonly committedAt: number | undefined },
): Propagation {
  const behind: HeldRevisions[] = []
  let count = 0
  let slowestMs: number | null = null
  for (const instance of instances) {
    const { since, held } = instance
    count += 1
    if ((held.at(-1)?.revision ?? -1) < needed) {
      behind.push(instance)
      continue
    }
    if (committedAt === undefined || since > committedAt) continue
    const at = held.find(({ revision }) => revision >= needed)?.at ?? committedAt
    slowestMs = Math.max(slowestMs ?? 0, at - committedAt)
  }
  const names = behind.slice(0, NAMED).map((instance) => instance.name)
  return { instances: count, holding: count - behind.length, slowestMs, behind: names.sort() }
}

/** So many of those behind are named. */
const NAMED = 20
