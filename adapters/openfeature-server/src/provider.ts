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
} from '@openfeature/server-sdk'
import {
  type ClientOptions,
  type Context,
  createClient,
  type FlagClient,
  type Readiness,
  type Status,
} from '@rampart/node'
import { contextOf, resolutionOf, structureLike, typed } from '@rampart/openfeature'

export interface RampartProviderOptions {
  /** How long the start may take before OpenFeature is told that it failed, in milliseconds. Default 5,000. */
  readonly timeout?: number
}

/**
 * Rampart behind OpenFeature's API. Flags are evaluated in this process; no evaluation waits for a network.
 *
 * Give it a client of your own, which stays yours to close, or the options of one, which then begins and ends with the
 * provider. It works in any number of domains.
 *
 * | OpenFeature | when |
 * |---|---|
 * | `NOT_READY` | before the first answer of the server |
 * | `READY` | what is held is current |
 * | `STALE` | what is held may be old: the server is away, or does not accept the key any more |
 * | `ERROR` | the server did not answer in time and nothing is cached; it becomes `READY` by itself |
 * | `FATAL` | the key is refused or the options name no server, and nothing is cached. A key that is mended heals it |
 */
export class RampartProvider implements Provider {
  readonly metadata: { readonly name: 'rampart' } = { name: 'rampart' }
  readonly runsOn = 'server' as const
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter()
  readonly #given: FlagClient | ClientOptions
  readonly #timeout: number | undefined
  #client: FlagClient | undefined
  #stopListening: () => void = () => {}

  constructor(clientOrOptions: FlagClient | ClientOptions, { timeout }: RampartProviderOptions = {}) {
    this.#given = clientOrOptions
    this.#timeout = timeout
  }

  /** Resolves when there are values. Rejects by the table above; what comes later is told by events. */
  async initialize(): Promise<void> {
    const client = isClient(this.#given) ? this.#given : createClient(this.#given)
    this.#client = client
    const readiness = await client.ready(this.#timeout === undefined ? {} : { timeout: this.#timeout })
    if (this.#client !== client) throw new ProviderNotReadyError('the provider was shut down while it started')
    this.#stopListening()
    this.#stopListening = this.#listen(client)
    const failure = failureOf(readiness)
    if (failure) throw failure
    this.#tellAfterwards(client)
  }

  /** Sends what was counted, and closes the client if it is the provider's own. It may be initialized again. */
  async onClose(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#stopListening()
    this.#stopListening = () => {}
    await (isClient(this.#given) ? client?.flush() : client?.close())
  }

  async resolveBooleanEvaluation(
    key: string,
    fallback: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, fallback, false, contextOf(context))
  }

  async resolveStringEvaluation(
    key: string,
    fallback: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, fallback, '', contextOf(context))
  }

  async resolveNumberEvaluation(
    key: string,
    fallback: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(key, fallback, 0, contextOf(context))
  }

  /** Objects and lists are structures alike. */
  async resolveObjectEvaluation<T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    const who = contextOf(context)
    return this.#resolve(key, fallback, structureLike(this.#client?.peek(key, who, null).value), who)
  }

  /** Guards of ramps compare what is tracked: an event by its name, or an observation when it has a numeric `value`. */
  track(event: string, context: EvaluationContext, details?: TrackingEventDetails): void {
    this.#client?.track(event, contextOf(context), details)
  }

  /** @param example a value of the type that is asked for */
  #resolve<T>(key: string, fallback: T, example: unknown, context: Context): ResolutionDetails<T> {
    const client = this.#client
    if (client === undefined) throw new ProviderNotReadyError('the provider is not initialized')
    const details = client.details(key, context, typed(fallback, example) as never)
    return resolutionOf({ details, facts: client.about(key) }, fallback, ErrorCode)
  }

  #listen(client: FlagClient): () => void {
    const stops = [
      client.on('status', ({ to }) => this.#tellStatus(client, to)),
      client.on('change', ({ keys, revision }) =>
        this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...keys], metadata: { revision } }),
      ),
      client.on('error', (error) => this.#tellError(client, error)),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** OpenFeature says READY when it is returned to, and may then be told better. */
  #tellAfterwards(client: FlagClient): void {
    setTimeout(() => {
      const { status } = client
      // What a cache or a bootstrap gave may be old.
      if (status !== 'ready') this.#tellStatus(client, status === 'starting' ? 'stale' : status)
    }, 0)
  }

  #tellStatus(client: FlagClient, status: Status): void {
    if (this.#client !== client) return
    if (status === 'ready') this.events.emit(ProviderEvents.Ready, {})
    else if (status === 'stale') this.events.emit(ProviderEvents.Stale, { message: 'what is held may be old' })
    else if (status === 'closed') this.events.emit(ProviderEvents.Stale, { message: 'the client is closed' })
  }

  /** With values at hand an outage makes them stale, which the status tells; without, the provider is in error. */
  async #tellError(client: FlagClient, { message }: Error): Promise<void> {
    const { status } = await client.ready({ timeout: 0 })
    if (this.#client !== client || (status !== 'failed' && status !== 'timeout')) return
    const errorCode = status === 'failed' ? ErrorCode.PROVIDER_FATAL : ErrorCode.PROVIDER_NOT_READY
    this.events.emit(ProviderEvents.Error, { message, errorCode })
  }
}

function isClient(given: FlagClient | ClientOptions): given is FlagClient {
  return 'isEnabled' in given
}

function failureOf({ status, error }: Readiness): Error | undefined {
  if (status === 'failed') return new ProviderFatalError(error?.message ?? 'there is no server to ask')
  if (status === 'timeout') return new ProviderNotReadyError(error?.message ?? 'the server did not answer in time')
  return undefined
}
