import type { ErrorCode, Key } from '@rampart/contract/wire'
import { isConstant, isMetricName } from '@rampart/core'
import { bootstrapOf, changedKeys, fits, type Source, type Told } from './answers.ts'
import { createCache } from './cache.ts'
import { type Endpoints, endpointsOf } from './endpoints.ts'
import { type Failure, isRefusal } from './failure.ts'
import { createListeners } from './listeners.ts'
import { createLog } from './log.ts'
import { createWaiting } from './readiness.ts'
import type { Surroundings } from './surroundings.ts'
import { createTally } from './tally.ts'
import type { BrowserClient, BrowserClientOptions, Details, Readiness, Status, Unit } from './types.ts'
import { createUpstream } from './upstream.ts'

/** Makes the source of a client's answers. */
export type MakeSource = (
  surroundings: Surroundings,
  endpoints: Endpoints | undefined,
  context: Unit,
  isFrozen: boolean,
) => Source

/** A client in surroundings of the caller's. `mode` keeps apart what clients of another source have kept and share. */
export function createClientIn(
  surroundings: Surroundings,
  options: BrowserClientOptions,
  makeSource: MakeSource,
  mode: string,
): BrowserClient {
  const { key, cache: kind = 'local', overrides } = options
  const log = createLog(options.logger)
  const { on, emit } = createListeners(log)
  const endpoints = endpointsOf(options.url, key)
  if (!endpoints) {
    log('error', 'no server is asked: a client needs the `url` of one and a client `key` (rmp_pub_…)')
  }
  const source = makeSource(surroundings, endpoints, options.context, options.updates === 'frozen')
  const name = `rampart${mode} ${key}`
  const cache = createCache(surroundings, endpoints ? kind : 'none', name)
  const tally = createTally(surroundings.now)
  /** Undefined while the server was not heard; then whether all is well. */
  let link: { readonly failure: Failure | undefined } | undefined
  let wasReady = false
  /** Somebody was identified, and nobody was told of it yet. */
  let isAnother = false
  let isClosed = false

  // A page that was made for a bootstrap shows what that says first, whatever an older page has left in the cache.
  if (!options.bootstrap) source.takeLocal(cache.read())
  else if (!source.takeLocal(options.bootstrap)) log('error', 'the bootstrap is not used: it is none for pages')

  let told = source.answers
  let { kept } = source
  let status = statusNow()
  const waiting = createWaiting(surroundings, outcome)
  const upstream =
    endpoints &&
    createUpstream({
      ...{ surroundings, endpoints, name, source, tally, log, applied, reported },
      application: options.application,
    })

  /** Whatever came of it, everybody hears what is different now. */
  function applied<T>(taken: T): T {
    tell()
    greet()
    // After that: all tabs of an origin write at once, and wait for one another.
    if (kept !== source.kept) {
      kept = source.kept
      cache.keep(kept)
    }
    return taken
  }

  function tell(): void {
    const before = told
    told = source.answers
    if (before === told) return
    const keys = changedKeys(before, told)
    if (keys.length > 0) emit('change', { revision: source.shown, keys })
    settle()
  }

  /** Tells once that the answers are those of whoever was identified: they may be the same as before. */
  function greet(): void {
    if (!isAnother || !source.answers || !source.isTheirs) return
    isAnother = false
    emit('identify', { revision: source.shown })
  }

  function reported(failure: Failure | undefined): void {
    const isNews = !link || isRefused(link.failure) !== isRefused(failure) || !link.failure !== !failure
    link = { failure }
    if (isNews && failure) {
      // A browser without a network is nothing to complain of; a key that is not accepted has to be mended.
      log(isRefused(failure) ? 'error' : 'info', errorOf(failure).message, true)
    }
    settle()
    if (status === 'ready' && !wasReady) {
      wasReady = true
      emit('ready', readiness('ready'))
    }
  }

  /** Tells everyone who waits for it how things are now. */
  function settle(): void {
    const from = status
    status = statusNow()
    if (from !== status) emit('status', { from, to: status })
    waiting.look()
  }

  function statusNow(): Status {
    if (isClosed) return 'closed'
    if (!endpoints) return 'offline'
    if (!link || !source.answers) return 'starting'
    return link.failure || !source.isCurrent ? 'stale' : 'ready'
  }

  function outcome(isOutOfTime: boolean): Readiness | undefined {
    if (isClosed || !endpoints || isRefused(link?.failure)) return readiness('failed')
    if (status === 'ready') return readiness('ready')
    return isOutOfTime ? readiness('timeout') : undefined
  }

  /** Whoever would have nothing has older values when there are any of theirs. */
  function readiness(without: 'ready' | 'failed' | 'timeout'): Readiness {
    const failure = link?.failure
    return {
      status: source.answers && source.isTheirs && without !== 'ready' ? 'stale' : without,
      revision: source.shown,
      ...(failure && { error: errorOf(failure) }),
    }
  }

  /** A value of the fallback's type with its reason, or reason `error` and no value. */
  function look(name: Key, fallback: unknown): Told {
    const override = overrides && Object.hasOwn(overrides, name) ? overrides[name] : undefined
    const answer: Told =
      override === undefined
        ? (source.answers?.get(name) ?? failed(name, source.answers ? 'flag_not_found' : 'not_ready'))
        : { key: name, value: override, reason: 'override' }
    return answer.error || fits(answer.value, fallback) ? answer : failed(name, 'type_mismatch')
  }

  /** As `look`, counted as an exposure. */
  function question(name: Key, fallback: unknown): Told {
    const told = look(name, fallback)
    const { error, reason } = told
    if (error && error !== 'not_ready') {
      log('warn', wordingOf(name, error))
      tally.error(name, error)
    } else if (!error && reason !== 'override') {
      // Somebody is shown what another was given until the server has answered: they are no unit of any arm by that.
      tally.exposure(source.isTheirs ? told : { ...told, stand: undefined })
    }
    upstream?.events.counted()
    return told
  }

  /** The type says what the application expects; that the value is of its kind was checked, its inside is its word. */
  function servedBy<T>({ value }: Told, fallback: unknown): T {
    return (value === undefined ? fallback : value) as T
  }

  function detailed<T>(answer: Told, fallback: unknown): Details<T> {
    const { key, variation, reason, rule, position, error } = answer
    return {
      value: servedBy(answer, fallback),
      ...(variation !== undefined && { variation }),
      reason,
      ...(rule !== undefined && { rule: { id: rule } }),
      ...(position !== undefined && { position }),
      revision: source.shown,
      ...(error && { error: { code: error, message: wordingOf(key, error) } }),
    }
  }

  function outcomeOf(metric: string, n: number, value?: number): void {
    if (!source.answers) return
    if (!isMetricName(metric)) log('warn', `"${String(metric)}" is no name of a metric; it is not counted`)
    tally.outcome(source.isTheirs ? source.answers : undefined, metric, n, value)
    upstream?.events.counted()
  }

  upstream?.start()
  return {
    get status() {
      return status
    },
    ready: (given) => waiting.ready(given?.timeout),
    isEnabled: (name, fallback = false) => servedBy(question(name, false), fallback),
    get: (name, fallback) => servedBy(question(name, fallback), fallback),
    details: (name, fallback) => detailed(question(name, fallback), fallback),
    about(name) {
      const { rules } = source
      const flag = rules?.flags.find((one) => one.key === name)
      return rules && flag && { flagSet: `${rules.project}/${rules.environment}`, isConstant: isConstant(flag) }
    },
    peek: (name, fallback) => detailed(look(name, fallback), fallback),
    identify(next, given) {
      if (!isClosed) {
        isAnother = true
        source.identify(next)
        tell()
        settle()
        greet()
        upstream?.refresh(true)
      }
      return waiting.ready(given?.timeout)
    },
    snapshot: () => bootstrapOf(source),
    on,
    subscribe: (names, listener) =>
      on('change', ({ keys }) =>
        names === 'all' || names.some((name) => keys.includes(name)) ? listener() : undefined,
      ),
    count: (metric, n = 1) => outcomeOf(metric, n),
    observe: (metric, value) => outcomeOf(metric, 1, value),
    track(event, data) {
      const value = data?.['value']
      outcomeOf(event, 1, typeof value === 'number' ? value : undefined)
    },
    flush: async () => upstream?.events.flush(),
    async close() {
      if (isClosed) return
      isClosed = true
      upstream?.stop()
      settle()
      await upstream?.events.flush()
    },
  }
}

function isRefused(failure: Failure | undefined): boolean {
  return !!failure && isRefusal(failure)
}

function errorOf(failure: Failure): Error {
  return new Error(`${isRefusal(failure) ? 'the key is refused' : 'no connection'} (${failure.cause})`)
}

/** What a developer would want to know about an answer that is none. */
function wordingOf(key: Key, error: ErrorCode): string {
  const hint = error === 'flag_not_found' ? ', or pages are not told of it' : ''
  return `${key}: ${error.replaceAll('_', ' ')}${hint}; the fallback is used`
}

function failed(key: Key, error: ErrorCode): Told {
  return { key, value: undefined, reason: 'error', error }
}
