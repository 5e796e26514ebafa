import { type ChainVerdict, verifyChain } from '../store/audit-chain.ts'
import type { Store } from '../store/store.ts'

const AT_ONCE = 1000

/** Recomputes a whole chain of the audit, a part at a time from the newest to the oldest. */
export async function verifyAudit(store: Pick<Store, 'audit'>, scope: string): Promise<ChainVerdict> {
  let brokenAt: number | null = null
  let total = 0
  let before: number | undefined
  for (;;) {
    const part = await store.audit({ scope, limit: AT_ONCE, ...(before === undefined ? {} : { before }) })
    const entries = part.toReversed()
    total = Math.max(total, entries.at(-1)?.n ?? 0)
    const whole = entries.length < AT_ONCE
    // the oldest of a part is what the part hangs on; it is checked again at the end of the next one
    const verdict: ChainVerdict = whole ? verifyChain(entries) : verifyChain(entries.slice(1), entries[0])
    brokenAt = verdict.brokenAt ?? brokenAt
    if (whole) return { entries: total, ok: brokenAt === null, brokenAt }
    before = (entries[0]?.n ?? 0) + 1
  }
}
