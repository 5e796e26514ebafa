import pRetry, { AbortError } from 'p-retry'
import type { Clock } from '../clock.ts'
import type { Delivery, DeliveryOutcome, Store } from '../store/store.ts'
import { retryAt } from './backoff.ts'
import { genericBody, slackBody } from './format.ts'

export interface OutboxOptions {
  readonly store: Pick<Store, 'claimDelivery' | 'settleDelivery' | 'subscribe'>
  readonly clock: Clock
  /** Where people reach this server: links in alerts begin with it. */
  readonly publicUrl: URL
  readonly onError: (error: unknown) => void
  readonly fetch?: typeof fetch
  /** A number from 0 up to 1, for spreading retries. */
  readonly chance?: () => number
}

export interface Outbox {
  start(): void
  /** Answers when what is being sent has been sent or has failed; the rest stays in the store. */
  stop(): Promise<void>
  /** Sends everything that is due now. */
  flush(): Promise<void>
}

const EVERY_MS = 1_000
/** A delivery that a crash interrupted is due again after this. */
const LEASE_MS = 30_000
const TIMEOUT_MS = 8_000
/** A hiccup is not an outage: tried again at once before the schedule of retries begins. */
const QUICK_RETRIES = 1
const WORKERS = 4

/**
 * Sends alerts to webhooks. An alert is written in the commit of what it tells, so none is lost; it is sent at least once, and the
 * header `webhook-id` stays the same when it is sent again.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock } = options
  const chance = options.chance ?? Math.random
  let open = false
  let closing = false
  let timer: NodeJS.Timeout | undefined
  let unsubscribe = () => {}
  let sending: Promise<void> = Promise.resolve()

  async function work(): Promise<void> {
    while (!closing) {
      const delivery = await store.claimDelivery(clock.now(), LEASE_MS)
      if (delivery === undefined) return
      const outcome = await send(options, delivery)
      await store.settleDelivery(delivery.id, settled(outcome, delivery.attempt), clock.now())
    }
  }

  /** A receiver that hangs keeps one of the workers, not the others' alerts. */
  async function flush(): Promise<void> {
    await Promise.all(Array.from({ length: WORKERS }, work))
  }

  function settled(outcome: Sent, attempt: number): DeliveryOutcome {
    return outcome.ok ? outcome : { ...outcome, retryAt: retryAt(attempt, clock.now(), chance()) }
  }

  /** One flush at a time; a notice in between is served by the next. */
  function soon(): void {
    if (!open) return
    clearTimeout(timer)
    sending = sending.then(flush).catch(options.onError)
    timer = setTimeout(soon, EVERY_MS)
  }

  return {
    start() {
      open = true
      unsubscribe = store.subscribe((notice) => {
        if (notice.kind === 'ramp') soon()
      })
      soon()
    },
    async stop() {
      open = false
      closing = true
      unsubscribe()
      clearTimeout(timer)
      await sending
    },
    flush,
  }
}

type Sent =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status: number | null; readonly error: string }

async function send(options: OutboxOptions, delivery: Delivery): Promise<Sent> {
  try {
    return await pRetry(() => post(options, delivery), { retries: QUICK_RETRIES, minTimeout: 200, maxTimeout: 400 })
  } catch (error) {
    if (error instanceof Refused) return { ok: false, status: error.status, error: error.message }
    return { ok: false, status: null, error: sayFailure(error) }
  }
}

async function post({ fetch: call = fetch, publicUrl, clock }: OutboxOptions, delivery: Delivery): Promise<Sent> {
  const { alert, webhook } = delivery
  const body = webhook.format === 'slack' ? slackBody(alert, publicUrl) : genericBody(alert, publicUrl)
  const response = await call(webhook.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'rampart',
      'webhook-id': delivery.id,
      'webhook-timestamp': String(Math.floor(clock.now() / 1000)),
    },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await response.body?.cancel()
  if (response.ok) return { ok: true, status: response.status }
  const refused = new Refused(response.status)
  // what the receiver will not take now it will not take in a moment either
  throw response.status < 500 ? new AbortError(refused) : refused
}

class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number

  constructor(status: number) {
    super(`the webhook answered ${status}`)
    this.status = status
  }
}

function sayFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'the webhook could not be reached'
  if (error.name === 'TimeoutError') return `the webhook did not answer within ${TIMEOUT_MS / 1000} s`
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `the webhook could not be reached (${error.message}${cause})`
}
