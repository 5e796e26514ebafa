/** What the live regions say, and what waits for its turn. */
export interface Announcements {
  readonly urgent: string
  readonly polite: string
  /** Epoch milliseconds; null before the first. */
  readonly saidAt: number | null
  readonly waiting: string | null
  readonly waitMs: number
}

export const quiet: Announcements = { urgent: '', polite: '', saidAt: null, waiting: null, waitMs: 0 }

/** At most one polite message in this time; those that come in between are replaced by the last. */
const EVERY_MS = 30_000

/** The announcements after one more, or after waiting (`next` null). */
export function announced(
  state: Announcements,
  next: { readonly words: string; readonly manner: 'urgent' | 'polite' } | null,
  now: number,
): Announcements {
  if (next?.manner === 'urgent') return { ...state, urgent: next.words }
  const words = next?.words ?? state.waiting
  if (words === null || words === state.polite) return { ...state, waiting: null }
  const left = state.saidAt === null ? 0 : state.saidAt + EVERY_MS - now
  if (left > 0) return { ...state, waiting: words, waitMs: left }
  return { ...state, polite: words, saidAt: now, waiting: null, waitMs: 0 }
}
