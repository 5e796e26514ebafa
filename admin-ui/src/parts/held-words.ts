import type { Instance } from '@rampart/contract/admin'

/** The newest revision that is known of an environment: of itself as it was last read, and of those who hold it. */
export function newestOf(revision: number, instances: readonly Instance[]): number {
  return instances.reduce((newest, instance) => Math.max(newest, instance.revision ?? 0), revision)
}

/** How an instance stands to the newest revision: `revision 41`, `2 behind, at 39`, `has not said what it holds`. */
export function sayHeld(revision: number | null, newest: number): string {
  if (revision === null) return 'has not said what it holds'
  return revision >= newest ? `revision ${revision}` : `${newest - revision} behind, at ${revision}`
}

/** Who needs a look comes first: those connected and behind, then the connected ones, then those that are gone. */
export function byNeed(instances: readonly Instance[]): readonly Instance[] {
  const rank = ({ connected }: Instance) => (connected ? 0 : 1)
  return instances.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.revision ?? -1) - (b.revision ?? -1) ||
      (a.app?.name ?? '').localeCompare(b.app?.name ?? '') ||
      a.instance.localeCompare(b.instance),
  )
}
