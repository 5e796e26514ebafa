/**
 * How much stands between a click and a change of exposure:
 * `direct` acts at once and can be undone, `confirm` asks once, `review` shows before and after,
 * `typed` shows before and after and wants the environment's key typed.
 */
export type Friction = 'direct' | 'confirm' | 'review' | 'typed'

/** A rise above this many points in a protected environment wants the environment's key typed. */
export const TYPED_ABOVE_POINTS = 10

/** A change of the share, in percent, of those who get the variation. Kill never asks this: it is always one confirm. */
export function frictionOf(before: number, after: number, isProtected: boolean): Friction {
  if (after <= before) return isProtected ? 'confirm' : 'direct'
  if (!isProtected) return 'review'
  return after - before > TYPED_ABOVE_POINTS || after === 100 ? 'typed' : 'review'
}

/** Switching on and restoring are never small: they want the key typed in a protected environment. */
export function frictionOfRelease(isProtected: boolean): 'review' | 'typed' {
  return isProtected ? 'typed' : 'review'
}
