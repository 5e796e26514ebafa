import { type Answer, parseSnapshot, type Snapshot } from '@rampart/contract/wire'
import { createTally, isConstant } from '@rampart/core'
import { createCache } from './cache.ts'
import { createConfigurationOwner } from './configuration-owner.ts'
import { endpointsOf } from './endpoints.ts'
import { identityOf } from './identity.ts'
import { createLifecycle } from './lifecycle.ts'
import { createListeners } from './listeners.ts'
import { createLog, type Log } from './log.ts'
import { changedKeys, createQuestions, type View, wordingOf } from './questions.ts'
import { type Surroundings, thisPage } from './surroundings.ts'
import type { BrowserClient, BrowserClientOptions, Details } from './types.ts'

/**
 * Makes a client; one per page is enough. It connects at once. Until the server is heard, flags answer from `bootstrap`
 * or the cache, and give their fallbacks when there is neither; await `ready()` to have values before the first question.
 * What is wrong with the options is logged, never thrown.
 */
export function createBrowserClient(options: BrowserClientOptions): BrowserClient {
  return createClientIn(thisPage, options)
}

/** As `createBrowserClient`, in surroundings of the caller's. */
export function createClientIn(surroundings: Surroundings, options: BrowserClientOptions): BrowserClient {
  const { now } = surroundings
  const { key, cache: kind = 'local', updates } = options
  const log = createLog(options.logger)
  const listeners = createListeners(log)
  const endpoints = endpointsOf(options.url, key, log)
  const cache = createCache(surroundings, endpoints ? kind : 'none', key)
  const owner = createConfigurationOwner(updates === 'frozen')
  const tally = createTally(now())
  const questions = createQuestions(tally, log, now)
  let { context } = options

  // A page that was made for a bootstrap shows what that says first, whatever an older page has left in the cache.
  const local = bootstrapOf(options.bootstrap, log) ?? cache.read()
  if (local) owner.takeLocal(local)
  let told = view()

  const lifecycle = createLifecycle({
    surroundings,
    endpoints,
    identity: identityOf(options.application),
    owner,
    tally,
    cache,
    listeners,
    log,
    applied: tell,
  })

  function view(): View {
    return { configuration: owner.shown, context }
  }

  function tell(): void {
    const before = told
    told = view()
    const keys = changedKeys(before, told)
    if (keys.length > 0) listeners.emit('change', { revision: revision(), keys })
  }

  function revision(): number {
    return owner.shown?.revision ?? 0
  }

  /** The type says what the application expects; that the value is of its kind was checked, its inside is its word. */
  function servedBy<T>({ value }: Answer, fallback: unknown): T {
    return (value === undefined ? fallback : value) as T
  }

  function detailed<T>(name: string, answer: Answer, fallback: unknown): Details<T> {
    const { rule, error, ...rest } = answer
    return {
      ...rest,
      value: servedBy(answer, fallback),
      ...(rule !== undefined && { rule: { id: rule } }),
      revision: revision(),
      ...(error && { error: { code: error, message: wordingOf(name, error) } }),
    }
  }

  return {
    get status() {
      return lifecycle.status
    },
    ready: (given) => lifecycle.ready(given?.timeout),
    isEnabled: (name, fallback = false) => servedBy(questions.ask(view(), name, false), fallback),
    get: (name, fallback) => servedBy(questions.ask(view(), name, fallback), fallback),
    details: (name, fallback) => detailed(name, questions.ask(view(), name, fallback), fallback),
    about(name) {
      const { shown } = owner
      const flag = shown?.flags.get(name)
      return (
        shown &&
        flag && {
          flagSet: `${shown.envelope.project}/${shown.envelope.environment}`,
          isConstant: isConstant(flag.wire),
        }
      )
    },
    identify(next, given) {
      context = next
      tell()
      return lifecycle.ready(given?.timeout)
    },
    on: listeners.on,
    subscribe: (names, listener) =>
      listeners.on('change', ({ keys }) =>
        names === 'all' || names.some((name) => keys.includes(name)) ? listener() : undefined,
      ),
    count: (metric, n = 1) => questions.count(view(), metric, n),
    observe: (metric, value) => questions.observe(view(), metric, value),
    flush: lifecycle.flush,
    close: lifecycle.close,
  }
}

function bootstrapOf(given: unknown, log: Log): Snapshot | undefined {
  if (given === undefined) return undefined
  const parsed = parseSnapshot(given)
  if (parsed.ok && parsed.value.audience === 'client') return parsed.value
  log.say('error', `the bootstrap is not used: ${parsed.ok ? 'it is for servers' : parsed.problem}`)
  return undefined
}
