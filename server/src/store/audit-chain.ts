import { createHash } from 'node:crypto'
import type { AuditEntry } from '@rampart/contract/admin'
import { canonicalJson } from './canonical-json.ts'

/** `previous` of the first entry of a chain. */
export const GENESIS = '0'.repeat(64)

export type UnsealedEntry = Omit<AuditEntry, 'n' | 'previous' | 'hash'>

/**
 * Puts an entry at the end of its chain: the number after `previous`, the hash of `previous`, and a hash of its own,
 * SHA-256 in hex over the RFC 8785 text of the entry without `hash`. Without `previous` it begins the chain.
 */
export function seal(entry: UnsealedEntry, previous: Pick<AuditEntry, 'n' | 'hash'> | undefined): AuditEntry {
  const chained = { ...entry, n: (previous?.n ?? 0) + 1, previous: previous?.hash ?? GENESIS }
  return { ...chained, hash: hashOf(chained) }
}

export interface ChainVerdict {
  /** How many entries were looked at. */
  readonly entries: number
  readonly ok: boolean
  /** The number of the first entry that does not follow from the one before it. */
  readonly brokenAt: number | null
}

/**
 * Whether every entry is what was sealed and follows the one before. `entries` are the whole chain, oldest first; with
 * `after` they are what follows that entry, so that a long chain can be checked in parts.
 *
 * A chain proves order and content of what is there. That its newest entries were cut off can only be seen by someone
 * who kept a later hash.
 */
export function verifyChain(entries: readonly AuditEntry[], after?: Pick<AuditEntry, 'n' | 'hash'>): ChainVerdict {
  let previous = after
  for (const entry of entries) {
    if (!follows(entry, previous)) return { entries: entries.length, ok: false, brokenAt: (previous?.n ?? 0) + 1 }
    previous = entry
  }
  return { entries: entries.length, ok: true, brokenAt: null }
}

function follows(entry: AuditEntry, previous: Pick<AuditEntry, 'n' | 'hash'> | undefined): boolean {
  const { hash, ...rest } = entry
  return entry.n === (previous?.n ?? 0) + 1 && entry.previous === (previous?.hash ?? GENESIS) && hash === hashOf(rest)
}

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(entry), 'utf8').digest('hex')
}
