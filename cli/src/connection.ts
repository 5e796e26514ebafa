import { type AdminClient, createAdminClient, ProblemError, sayDuration } from '@rampart/contract/admin'
import { Failure } from './failure.ts'
import { type Delivery, nextDelay, type Trouble, troubleOf } from './retry.ts'
import type { World } from './world.ts'

/** How long one answer may take before it counts as lost. */
const ANSWER_MS = 15_000

export interface ConnectionOptions {
  readonly url: string
  readonly token: string
  /** How long an outage may last before the command gives up. */
  readonly retryForMs: number
  /** The same, as long as the server has never answered. */
  readonly firstRetryForMs: number
  readonly comment: string | undefined
  /** Name and version of this command. */
  readonly agent: string
  /** Hears each exchange, for `--debug`; secrets are not in it. */
  readonly trace: ((line: string) => void) | undefined
  /** Hears when the server is lost and found again. */
  readonly note: (line: string) => void
  /** Added when the server cannot be reached. */
  readonly hint: string | undefined
}

export interface AskOptions {
  /** What the server itself may wait, added to the time an answer may take. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
  /** `once`: saying it twice would do it twice, so it is only said again when it surely was not heard. */
  readonly delivery?: Delivery
  /** Hears of an outage instead of the connection's own listener. */
  readonly note?: (line: string) => void
}

export interface Connection {
  readonly url: string
  readonly comment: string | undefined
  /** Asks the server, again and again over an outage. Rejects with `ProblemError`, or a `Failure` when it stays away. */
  ask<T>(call: (api: AdminClient, signal: AbortSignal) => Promise<T>, options?: AskOptions): Promise<T>
  /** The server's time as far as its last answer tells: ends of dwells are on its clock. */
  now(): number
}

/** A skew below this is the coarseness of the Date header and the way there and back. */
const SKEW_MS = 2_000

export function connect(world: World, options: ConnectionOptions): Connection {
  let skew = 0
  let met = false
  const api = createAdminClient({
    url: options.url,
    token: options.token,
    headers: { 'user-agent': options.agent, 'x-rampart-via': 'cli' },
    fetch: async (input, init) => {
      const started = world.now()
      const response = await world.fetch(input, init)
      const ended = world.now()
      met = true
      const date = Date.parse(response.headers.get('date') ?? '')
      if (Number.isFinite(date)) skew = Math.abs(date - ended) < SKEW_MS ? 0 : date - ended
      options.trace?.(describe(input, init, response, ended - started))
      return response
    },
  })

  async function ask<T>(
    call: (api: AdminClient, signal: AbortSignal) => Promise<T>,
    { waitMs = 0, signal, delivery = 'again', note = options.note }: AskOptions = {},
  ): Promise<T> {
    let lostAt: number | undefined
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await call(api, within(waitMs + ANSWER_MS, signal))
        if (lostAt !== undefined) note(`connected again after ${sayDuration(world.now() - lostAt)}`)
        return answer
      } catch (error) {
        if (signal?.aborted === true) throw error
        const trouble = troubleOf(error, delivery)
        if (trouble === undefined) throw error
        lostAt ??= world.now()
        const left = (met ? options.retryForMs : options.firstRetryForMs) - (world.now() - lostAt)
        const delay = nextDelay(attempt, world.random(), trouble.retryAfterMs)
        if (trouble.hopeless || delay > left) throw givenUp(trouble, error, options)
        if (attempt === 0) note(`${trouble.words} (${options.url}); trying again for up to ${sayDuration(left)}`)
        await world.sleep(delay, signal)
      }
    }
  }

  return { url: options.url, comment: options.comment, ask, now: () => world.now() + skew }
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const patience = AbortSignal.timeout(ms)
  return signal === undefined ? patience : AbortSignal.any([signal, patience])
}

function givenUp(trouble: Trouble, error: unknown, { url, hint }: ConnectionOptions): unknown {
  if (error instanceof ProblemError) return error
  return new Failure('unreachable', `The server at ${url} cannot be reached: ${trouble.words}.`, hint)
}

function describe(input: unknown, init: RequestInit | undefined, response: Response, ms: number): string {
  const id = response.headers.get('x-request-id')
  const address = input instanceof URL || typeof input === 'string' ? String(input) : response.url
  return `${init?.method ?? 'GET'} ${address} → ${response.status} in ${ms}ms${id === null ? '' : ` (request ${id})`}`
}
