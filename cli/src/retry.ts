import { ProblemError } from '@rampart/contract/admin'

/** `again`: saying it twice is as good as once. `once`: it may only be said again when it surely was not heard. */
export type Delivery = 'again' | 'once'

/** A trouble that may pass. */
export interface Trouble {
  readonly words: string
  readonly retryAfterMs: number | undefined
  /** It will not pass by waiting, such as a certificate nobody trusts. */
  readonly hopeless: boolean
}

/** The server, or a proxy before it, says that it could not take the request now. */
const BUSY = [429, 503]
/** A proxy lost the answer: the request may have been heard. */
const LOST = [502, 504]

/** Nothing was sent yet when one of these happened. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refuses connections',
  ENOTFOUND: 'the server has no address',
  EAI_AGAIN: 'the name of the server cannot be looked up now',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  EHOSTUNREACH: 'there is no way to the server',
  ENETUNREACH: 'there is no way to the server',
  UND_ERR_CONNECT_TIMEOUT: 'the server does not answer',
}

/** What stands behind an error, when it may be worth another try; undefined when trying again is of no use. */
export function troubleOf(error: unknown, delivery: Delivery): Trouble | undefined {
  if (error instanceof ProblemError) {
    const { status, title } = error.problem
    const may = BUSY.includes(status) || (LOST.includes(status) && delivery === 'again')
    if (!may) return undefined
    return { words: title.toLowerCase(), retryAfterMs: error.retryAfterMs, hopeless: false }
  }
  if (!(error instanceof Error)) return undefined
  if (error.name === 'TimeoutError') return lost('the server does not answer', delivery)
  // fetch rejects with a TypeError whose cause is what happened on the network; one without a cause is a bug
  if (!(error instanceof TypeError) || error.cause === undefined) return undefined
  const code = codeOf(error.cause)
  if (/CERT|SELF_SIGNED|SSL|TLS/.test(code))
    return { words: `its certificate is not trusted (${code})`, retryAfterMs: undefined, hopeless: true }
  const words = WORDS[code] ?? `the connection failed (${code === '' ? messageOf(error.cause) : code})`
  return UNSENT.has(code) ? { words, retryAfterMs: undefined, hopeless: false } : lost(words, delivery)
}

/** An answer that was lost. What must not be said twice ends here, with words that say so. */
function lost(words: string, delivery: Delivery): Trouble {
  if (delivery === 'again') return { words, retryAfterMs: undefined, hopeless: false }
  return {
    words: `${words}, and the command may have been heard: look before you say it again`,
    retryAfterMs: undefined,
    hopeless: true,
  }
}

function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return ''
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  // several addresses were tried: each has its own error
  return 'errors' in cause && Array.isArray(cause.errors) ? codeOf(cause.errors[0]) : ''
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'no reason given'
}

const FIRST_MS = 250
const LONGEST_MS = 5_000

/**
 * How long to wait before the next try: between half and all of a pause that doubles from 250 ms to 5 s, so that many
 * clients do not come back at once, and never less than the server asks for.
 *
 * @param attempt 0 for the first failure
 * @param random 0 ≤ n < 1
 */
export function nextDelay(attempt: number, random: number, retryAfterMs: number | undefined): number {
  const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))
  return Math.max(retryAfterMs ?? 0, pause * (0.5 + random / 2))
}
