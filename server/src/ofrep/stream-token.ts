import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SdkKey } from '@rampart/contract/admin'
import type { Audience, Id, Key, Revision } from '@rampart/core'

/** A new token is given out from window to window, in milliseconds. */
const WINDOW_MS = 300_000

/** A token opens streams to the end of the second window after its own, for ten minutes at least; but never longer than its key. */
const WINDOWS = 3

/** Who may open a stream that says when to ask again, and what they have been given already. */
export interface Ticket {
  readonly project: Key
  readonly environment: Key
  readonly key: Id
  readonly audience: Audience
  readonly keyExpiresAt: number | null
  /** Of the answer that the token came with. */
  readonly held: Revision
}

/**
 * Short-lived credentials for addresses of streams: EventSource sends no header, so that the address has to carry one, and
 * addresses are remembered in many places. Such a token opens one kind of stream, which carries no values.
 *
 * The secret is that of this process. After a restart pages are refused with the old one and ask for their flags again,
 * which brings the new one.
 */
export interface StreamTokens {
  /** The same text for the same holder and revision, within a window. */
  issue(key: SdkKey, held: Revision, now: number): string
  /** Undefined when the token is not ours, or over. */
  read(token: string, now: number): Ticket | undefined
  /** Changes whenever an answer has to be given again for the sake of its token. */
  epoch(now: number): string
}

export function createStreamTokens(secret: Buffer = randomBytes(32)): StreamTokens {
  const nonce = createHmac('sha256', secret).update('epoch').digest('base64url').slice(0, 8)
  const windowAt = (now: number): number => Math.floor(now / WINDOW_MS)

  function sign(payload: string): string {
    return createHmac('sha256', secret).update(payload).digest('base64url')
  }

  return {
    issue({ project, environment, id, kind, expiresAt }, held, now) {
      const keyExpiresAt = expiresAt === null ? null : Date.parse(expiresAt)
      const ticket: Ticket = { project, environment, key: id, audience: kind, keyExpiresAt, held }
      const until = Math.min((windowAt(now) + WINDOWS) * WINDOW_MS, keyExpiresAt ?? Number.POSITIVE_INFINITY)
      const payload = Buffer.from(JSON.stringify({ ...ticket, until })).toString('base64url')
      return `${payload}.${sign(payload)}`
    },
    read(token, now) {
      const [payload = '', signature = ''] = token.split('.')
      const expected = Buffer.from(sign(payload))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      // Signed, so that it is what `issue` wrote.
      const { until, ...ticket }: Ticket & { until: number } = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return now < until ? ticket : undefined
    },
    epoch: (now) => `${nonce}.${windowAt(now)}`,
  }
}
