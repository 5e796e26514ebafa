import type { Answer, Json } from '@rampart/contract/wire'
import { type Configuration, createTally, isConstant } from '@rampart/core'
import { type Clock, systemClock } from './clock.ts'
import { createConfigurationOwner } from './configuration-owner.ts'
import { heard } from './hooks.ts'
import { createLifecycle } from './lifecycle.ts'
import { createListeners } from './listeners.ts'
import { createLog } from './logger.ts'
import { type Environment, resolveOptions } from './options.ts'
import { createQuestions, kindOf, wordingOf } from './questions.ts'
import type {
  BoundClient,
  ClientOptions,
  Context,
  Details,
  FlagClient,
  FlagFacts,
  Flags,
  Status,
  Unit,
} from './types.ts'

/** What a client reads of the world around it. */
export interface Surroundings {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly env: Environment
}

/**
 * Makes a client. Make one per process and share it. It connects by itself, as soon as the code that made it has run;
 * await `ready()` to have values before the first question. What is wrong with the options is logged, never thrown.
 */
export function createClient(options: ClientOptions = {}): FlagClient {
  return createClientIn({ clock: systemClock, random: Math.random, env: process.env }, options)
}

/** As `createClient`, with a clock, randomness and environment of the caller's. */
export function createClientIn({ clock, random, env }: Surroundings, options: ClientOptions): FlagClient {
  const log = createLog(options.logger)
  const settings = resolveOptions(options, env)
  for (const problem of settings.problems) log.warn(problem)

  const owner = createConfigurationOwner(({ of, key, what }) =>
    log.warnOnce(
      `${of} ${key} ${what}`,
      () => `${of} "${key}": ${what}; what it decides is left to the rules below it`,
    ),
  )
  const tally = settings.metrics && settings.server ? createTally(clock.now()) : undefined
  const questions = createQuestions({ owner, overrides: settings.overrides, tally, clock, log })
  const listeners = createListeners(log)
  const lifecycle = createLifecycle({
    settings,
    owner,
    tally,
    listeners,
    clock,
    random,
    log,
    fetch: options.fetch,
    signal: options.signal,
  })

  /** The type says what the application expects; that the value is of its kind was checked, its inside is its word. */
  function servedBy<T>(value: Json | undefined, fallback: unknown): T {
    return (value === undefined ? fallback : value) as T
  }

  function detailed<T>(key: string, answer: Answer, fallback: unknown): Details<T> {
    const { variation, reason, rule, position, error } = answer
    return {
      value: servedBy(answer.value, fallback),
      ...(variation !== undefined && { variation }),
      reason,
      ...(rule !== undefined && { rule: { id: rule } }),
      ...(position !== undefined && { position }),
      revision: owner.current?.revision ?? 0,
      ...(error && { error: { code: error, message: wordingOf(key, error, kindOf(fallback), owner.current) } }),
    }
  }

  const about: FlagClient['about'] = (key) => factsOf(owner.current, key)

  const client: FlagClient = withStatus(() => lifecycle.status, {
    ...heard(
      {
        isEnabled(key, unit, fallback = false) {
          return questions.isOn(key, unit, fallback)
        },
        get: (key, unit, fallback) => servedBy(questions.value(key, unit, kindOf(fallback)), fallback),
        details: (key, unit, fallback) => detailed(key, questions.ask(key, unit, kindOf(fallback)), fallback),
      },
      { hooks: options.hooks ?? [], contextOf, about, log },
    ),
    peek: (key, unit, fallback) => detailed(key, questions.peek(key, unit, kindOf(fallback)), fallback),
    all: (unit) => flagsOf(questions.all(unit)),
    bootstrapFor: (context) => questions.bootstrap(context),
    about,
    for: (context) => bind(client, contextOf(context)),
    count: (metric, unit, n = 1) => questions.count(metric, unit, n),
    observe: (metric, unit, value) => questions.observe(metric, unit, value),
    track(event, unit, data) {
      const value = data?.['value']
      if (typeof value === 'number') questions.observe(event, unit, value)
      else questions.count(event, unit, 1)
    },
    ready: (given) => lifecycle.ready(given?.timeout),
    on: (event, listener, options) => listeners.on(event, listener, options),
    onChange: (key, listener) =>
      listeners.on('change', ({ revision, keys }) => (keys.includes(key) ? listener({ revision }) : undefined)),
    flush: () => lifecycle.flush(),
    close: (given) => lifecycle.close(given?.timeout),
    [Symbol.asyncDispose]: () => lifecycle.close(undefined),
  })
  return client
}

/** Beside the methods a getter would make their object a dictionary to engines: it lies on the prototype. */
function withStatus(status: () => Status, methods: Omit<FlagClient, 'status'>): FlagClient {
  const prototype = {
    get status() {
      return status()
    },
  }
  return Object.assign<typeof prototype, typeof methods>(Object.create(prototype), methods)
}

function bind(client: FlagClient, context: Context): BoundClient {
  return {
    isEnabled: (key, fallback) => client.isEnabled(key, context, fallback),
    get: (key, fallback) => client.get(key, context, fallback),
    details: (key, fallback) => client.details(key, context, fallback),
    peek: (key, fallback) => client.peek(key, context, fallback),
    all: () => client.all(context),
    count: (metric, n) => client.count(metric, context, n),
    observe: (metric, value) => client.observe(metric, context, value),
    track: (event, data) => client.track(event, context, data),
    for: (more) => bind(client, { ...context, ...contextOf(more) }),
  }
}

function factsOf(configuration: Configuration | undefined, key: string): FlagFacts | undefined {
  const flag = configuration?.flags.get(key)?.wire
  if (configuration === undefined || flag === undefined) return undefined
  const { project, environment } = configuration.envelope
  return { flagSet: `${project}/${environment}`, isConstant: isConstant(flag) }
}

function contextOf(unit: Unit): Context {
  return typeof unit === 'string' ? { targetingKey: unit } : unit
}

/** What is registered is a promise of the application's types about the server's values. */
function flagsOf(values: Record<string, Json>): Partial<Flags> {
  return values as Partial<Flags>
}
