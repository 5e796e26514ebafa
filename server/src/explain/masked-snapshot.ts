import { type Snapshot, unitHasher } from '@rampart/core'
import { type Concealing, concealedFlag, concealedSegment } from '../conditions/conceal.ts'

/**
 * A snapshot for people: private values are hashed, and tests of private attributes that cannot be are left without their
 * operand, so that they cannot be judged. Nobody is watched by whoever reads it.
 */
export function masked(snapshot: Snapshot, hidden: Concealing['hidden']): Snapshot {
  const hash = unitHasher(snapshot.salt)
  const how: Concealing = { hidden, ids: false, hashes: (texts) => texts.map(hash) }
  return {
    ...snapshot,
    flags: snapshot.flags.map((flag) => concealedFlag(flag, how)),
    segments: snapshot.segments.map((segment) => concealedSegment(segment, how)),
    watches: [],
  }
}
