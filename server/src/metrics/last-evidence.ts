import type { Evidence } from '@rampart/contract/admin'
import type { Id } from '@rampart/core'

/** The last judgement of each ramp that this server drives. */
export interface LastEvidence {
  note(ramp: Id, evidence: readonly Evidence[]): void
  of(ramp: Id): readonly Evidence[]
}

/** @param most ramps that are remembered; the one that was looked at the longest time ago is forgotten first. */
export function createLastEvidence(most: number): LastEvidence {
  const last = new Map<Id, readonly Evidence[]>()
  return {
    note(ramp, evidence) {
      last.delete(ramp)
      last.set(ramp, evidence)
      if (last.size <= most) return
      const [oldest = ramp] = last.keys()
      last.delete(oldest)
    },
    of: (ramp) => last.get(ramp) ?? [],
  }
}
