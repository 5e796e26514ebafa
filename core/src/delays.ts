/** A number in [0, 1), drawn by the caller for one step. */
export type Random = number

const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** A refused key is tried again no sooner than this, because only a person can make it valid. */
const REFUSED_MS = 60_000
const REFUSED_LONGEST_MS = 300_000

/** No answer may keep a client away for longer: a kill has to reach it the same day. */
const RETRY_AFTER_LONGEST_MS = 600_000

const STREAM_AGAIN_MS = 30_000
const STREAM_AGAIN_LONGEST_MS = 300_000

/**
 * How long to wait after that many failures in a row: anywhere from 0 to 1 s, 2 s, 4 s … 30 s. "Full jitter", so that
 * a fleet that lost its server together does not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(failures: number, random: Random): number {
  return random * doubled(FIRST_MS, failures - 1, LONGEST_MS)
}

/** After a 401 or 403: at least a minute, and in the end somewhere within five. */
export function afterRefusal(refusals: number, random: Random): number {
  return REFUSED_MS + random * (doubled(REFUSED_MS, refusals, REFUSED_LONGEST_MS) - REFUSED_MS)
}

/** A time the server asked for, kept, with up to a second more so that not everyone it told comes back at once. */
export function asAsked(retryMs: number, random: Random): number {
  return Math.min(retryMs, RETRY_AFTER_LONGEST_MS) + random * FIRST_MS
}

/** While polls work and streams do not: how long until the next stream is tried. Soon at first, then 30 s … 5 min. */
export function streamAgain(tries: number, random: Random): number {
  if (tries <= 1) return backoff(1, random)
  return spread(doubled(STREAM_AGAIN_MS, tries - 2, STREAM_AGAIN_LONGEST_MS), random)
}

/** A regular interval, a tenth shorter or longer, so that clients started together drift apart. */
export function spread(intervalMs: number, random: Random): number {
  return intervalMs * (0.9 + 0.2 * random)
}

function doubled(firstMs: number, times: number, longestMs: number): number {
  // 2^31 is beyond every limit here, and a count of failures has none.
  return Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(times, 0), 31))
}
