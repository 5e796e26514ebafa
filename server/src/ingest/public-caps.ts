import type { EventsBatch, Watched } from '@rampart/contract/wire'
import type { Clock } from '../clock.ts'

/** Units that one sender with a public key may report in a minute. */
export interface PublicCapLimits {
  /** A page has one person in front of it, and may have another after a sign-out. */
  readonly perInstance: number
  /** An office, or a proxy, has many. */
  readonly perAddress: number
}

export const PUBLIC_CAPS: PublicCapLimits = { perInstance: 20, perAddress: 1_200 }

const MINUTE = 60_000
/** Senders remembered at once. Beyond it the minute begins anew for all, which is what it does anyway. */
const MOST_SENDERS = 50_000

export interface Sender {
  readonly address: string | null
  /** Project and environment. */
  readonly place: string
}

/**
 * Bounds what anybody can do to a ramp with a public key, which is in every page: rows beyond a sender's part of the minute
 * are left out, both arms alike. Returns the batch without them.
 */
export function createPublicCaps(clock: Clock, limits: PublicCapLimits = PUBLIC_CAPS) {
  let minute = 0
  let spent = new Map<string, number>()

  /** Takes from a sender's part, or answers false when there is too little left. */
  function take(name: string, n: number, most: number): boolean {
    const used = (spent.get(name) ?? 0) + n
    if (used > most) return false
    spent.set(name, used)
    return true
  }

  return function within(batch: EventsBatch, { address, place }: Sender): EventsBatch {
    const now = Math.floor(clock.now() / MINUTE)
    if (now !== minute || spent.size > MOST_SENDERS) spent = new Map()
    minute = now
    const watched = (batch.watched ?? []).filter((row) => {
      const units = unitsIn(row)
      return (
        take(`${place} instance ${batch.instance}`, units, limits.perInstance) &&
        take(`${place} address ${address}`, units, limits.perAddress)
      )
    })
    return { ...batch, watched }
  }
}

export type PublicCaps = ReturnType<typeof createPublicCaps>

function unitsIn({ seen, first = [] }: Watched): number {
  return [seen, ...first].reduce((n, { treatment, control }) => n + treatment.length + control.length, 0)
}
