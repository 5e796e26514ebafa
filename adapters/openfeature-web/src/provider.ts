import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/web-sdk'
import {
  type BrowserClient,
  type BrowserClientOptions,
  type Context,
  createBrowserClient,
  type Readiness,
  type Status,
} from '@rampart/browser'
import { contextOf, resolutionOf, structureLike, typed } from '@rampart/openfeature'

export interface RampartProviderOptions {
  /** How long the start may take before OpenFeature is told that it failed, in milliseconds. Default 2,000. */
  readonly timeout?: number
}

/** The context is OpenFeature's, so that it is not among the options. */
export type ClientOptions = Omit<BrowserClientOptions, 'context'>

/**
 * Rampart behind OpenFeature's API for pages. Whoever looks at the page is OpenFeature's context; where rules are in the
 * page, a change of context needs no request.
 *
 * Give it a client of your own, which stays yours to close, or the options of one, which then begins and ends with the
 * provider. A client is of one context, so that each domain with a context of its own wants a provider of its own.
 *
 * | OpenFeature | when |
 * |---|---|
 * | `NOT_READY` | before the first answer of the server, unless the options have a `bootstrap` |
 * | `READY` | what is held is current |
 * | `STALE` | what is held may be old: the server is away, or does not accept the key any more |
 * | `ERROR` | the server did not answer in time and nothing is cached; it becomes `READY` by itself |
 * | `FATAL` | the key is refused or the options name no server, and nothing is cached. A key that is mended heals it |
 */
export class RampartProvider implements Provider {
  readonly metadata: { readonly name: 'rampart' } = { name: 'rampart' }
  readonly runsOn = 'client' as const
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter()
  readonly #given: BrowserClient | ClientOptions
  readonly #wait: { readonly timeout?: number }
  #client: BrowserClient | undefined
  /** Changes of context under way: OpenFeature is reconciling, and hears of the outcome alone. */
  #changes = 0
  /** Flags that answered otherwise meanwhile. OpenFeature asks again by itself, but where the change of context fails. */
  readonly #changed = new Set<string>()
  #stopListening: () => void = () => {}

  constructor(clientOrOptions: BrowserClient | ClientOptions, { timeout }: RampartProviderOptions = {}) {
    this.#given = clientOrOptions
    this.#wait = timeout === undefined ? {} : { timeout }
  }

  /** Resolves when there are values. Rejects by the table above; what comes later is told by events. */
  async initialize(given: EvaluationContext = {}): Promise<void> {
    const context = contextOf(given)
    const client = isClient(this.#given) ? this.#given : createBrowserClient({ ...this.#given, context })
    this.#client = client
    const readiness = await this.#begin(client, context)
    if (this.#client !== client) throw new ProviderNotReadyError('the provider was shut down while it started')
    this.#stopListening()
    this.#stopListening = this.#listen(client)
    const failure = readiness && failureOf(readiness)
    if (readiness?.status === 'timeout') void this.#awaitRefusal(client)
    if (failure) throw failure
    this.#tellAfterwards(client)
  }

  /** A page that was made with a bootstrap shows that in its first frame; a cache may be of last week, so that it waits. */
  async #begin(client: BrowserClient, context: Context): Promise<Readiness | undefined> {
    if (isClient(this.#given)) return client.identify(context, this.#wait)
    if (this.#given.bootstrap !== undefined && client.peek('', null).error?.code !== 'not_ready') return undefined
    return client.ready(this.#wait)
  }

  /**
   * The old answers stay until those for the new context are there, which is at once where rules are in the page. Rejects when the
   * server has not answered for it in time, and OpenFeature is then in error until it has.
   */
  async onContextChange(_: EvaluationContext, context: EvaluationContext): Promise<void> {
    const client = this.#client
    if (client === undefined) return
    this.#changes += 1
    let stopListening = (): void => {}
    try {
      const theirs = new Promise<undefined>((resolve) => {
        stopListening = client.on('identify', () => resolve(undefined))
      })
      const tried = client.identify(contextOf(context), this.#wait).then(failureOf)
      const failure = await Promise.race([theirs, tried])
      if (failure) throw failure
      this.#changed.clear()
    } finally {
      stopListening()
      this.#changes -= 1
      this.#tellChanges(client)
    }
    this.#tellAfterwards(client)
  }

  /** Sends what was counted, and closes the client if it is the provider's own. It may be initialized again. */
  async onClose(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#changed.clear()
    this.#stopListening()
    this.#stopListening = () => {}
    await (isClient(this.#given) ? client?.flush() : client?.close())
  }

  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean> {
    return this.#resolve(key, fallback, false)
  }

  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string> {
    return this.#resolve(key, fallback, '')
  }

  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number> {
    return this.#resolve(key, fallback, 0)
  }

  /** Objects and lists are structures alike. */
  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T> {
    return this.#resolve(key, fallback, structureLike(this.#client?.peek(key, null).value))
  }

  /** Guards of ramps compare what is tracked: an event by its name, or an observation when it has a numeric `value`. */
  track(event: string, _: EvaluationContext, details?: TrackingEventDetails): void {
    this.#client?.track(event, details)
  }

  /** @param example a value of the type that is asked for */
  #resolve<T>(key: string, fallback: T, example: unknown): ResolutionDetails<T> {
    const client = this.#client
    if (client === undefined) throw new ProviderNotReadyError('the provider is not initialized')
    const details = client.details(key, typed(fallback, example) as never)
    return resolutionOf({ details, facts: client.about(key) }, fallback, ErrorCode)
  }

  #listen(client: BrowserClient): () => void {
    const stops = [
      client.on('status', ({ to }) => this.#tellStatus(client, to)),
      client.on('change', ({ keys }) => {
        for (const key of keys) this.#changed.add(key)
        this.#tellChanges(client)
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  #tellChanges(client: BrowserClient): void {
    if (this.#client !== client || this.#changes > 0 || this.#changed.size === 0) return
    const flagsChanged = [...this.#changed]
    this.#changed.clear()
    const { revision } = client.peek('', null)
    this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged, metadata: { revision } })
  }

  /** OpenFeature says READY when it is returned to, and may then be told better. */
  #tellAfterwards(client: BrowserClient): void {
    setTimeout(() => {
      const { status } = client
      // What a cache or the page began with may be old.
      if (status !== 'ready') this.#tellStatus(client, status === 'starting' ? 'stale' : status)
    }, 0)
  }

  /** A start that was given up may turn out to be one that cannot succeed. */
  async #awaitRefusal(client: BrowserClient): Promise<void> {
    const { status, error } = await client.ready({ timeout: Number.POSITIVE_INFINITY })
    if (this.#client !== client || status !== 'failed') return
    const message = error?.message ?? 'the key is refused'
    this.events.emit(ProviderEvents.Error, { message, errorCode: ErrorCode.PROVIDER_FATAL })
  }

  #tellStatus(client: BrowserClient, status: Status): void {
    if (this.#client !== client || this.#changes > 0) return
    if (status === 'ready') this.events.emit(ProviderEvents.Ready, {})
    else if (status === 'stale') this.events.emit(ProviderEvents.Stale, { message: 'what is held may be old' })
    else if (status === 'closed') this.events.emit(ProviderEvents.Stale, { message: 'the client is closed' })
  }
}

function isClient(given: BrowserClient | ClientOptions): given is BrowserClient {
  return 'isEnabled' in given
}

function failureOf({ status, error }: Readiness): Error | undefined {
  if (status === 'failed') return new ProviderFatalError(error?.message ?? 'there is no server to ask')
  if (status === 'timeout') return new ProviderNotReadyError(error?.message ?? 'the server did not answer in time')
  return undefined
}
