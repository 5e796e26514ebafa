import { bootstrapOf, compile } from '@rampart/core'
import type {
  BoundClient,
  Context,
  Details,
  Events,
  FlagClient,
  FlagKey,
  Flags,
  Json,
  Snapshot,
  Status,
  Unit,
} from '@rampart/node'
import { type Answered, contextOf, createAsking, type Evaluation } from './asking.ts'
import { createTestFlags, type TestFlags, type When } from './flags.ts'
import { createListeners } from './listeners.ts'
import { createOutcomes, type Outcome } from './outcomes.ts'
import { overridden } from './with-flags.ts'

export interface TestClientOptions {
  /** Asking for a flag that is not set throws. Default: it gives the fallback, as in production. */
  readonly strict?: boolean
  /** Flags to begin with, as a server sends them: with its rules and segments. */
  readonly snapshot?: Snapshot
}

/** A client without a server, whose flags a test sets. What it answers comes from the evaluator of production. */
export interface TestClient extends FlagClient {
  /** Everyone gets this value from now on. */
  set<K extends FlagKey>(key: K, value: Flags[K]): void
  /** Contexts with just these attributes get that value. */
  rule<K extends FlagKey>(key: K, rule: { readonly when: When; readonly value: Flags[K] }): void
  /** This share of units gets `value` (default true): the same ones as in production. */
  percent<K extends FlagKey>(key: K, percent: number, value?: Flags[K]): void
  /** The flag is unknown from now on. */
  remove(key: FlagKey): void
  /** What was asked of this flag and what it gave, the first one first. */
  evaluations(key: FlagKey): readonly Evaluation[]
  /** What was counted and observed under this name, the first one first. */
  outcomes(metric: string): readonly Outcome[]
  /** The flags themselves, for handlers of requests and for other clients. */
  readonly flags: TestFlags
}

/**
 * A client for tests. Flags that are not set give the fallback, as unknown flags do.
 *
 * @param values what everyone gets, by flag
 */
export function createTestClient(
  values: Partial<Flags> = {},
  { strict, snapshot }: TestClientOptions = {},
): TestClient {
  // What is registered is the application's word about its flags; each is a value that a flag can have.
  const flags = createTestFlags(values as Record<string, Json>, snapshot)
  const asking = createAsking(flags, { strict, overrides: overridden })
  const outcomes = createOutcomes()
  const listeners = createListeners<Events>()
  let status: Status = 'ready'
  let before = snapshotKeys(flags)
  flags.changed(() => {
    const after = snapshotKeys(flags)
    const keys = [...new Set([...before.keys(), ...after.keys()])]
    const changed = keys.filter((key) => before.get(key) !== after.get(key)).sort()
    before = after
    listeners.emit('change', { revision: flags.snapshot().revision, keys: changed })
  })

  /** That a value is of the fallback's kind was checked; its inside is the application's word. */
  function detailed<T>(answered: Answered): Details<T> {
    return answered as Details<T>
  }

  const client: TestClient = {
    isEnabled: (key, unit, fallback = false) => asking.ask(key, contextOf(unit), fallback).value === true,
    get: (key, unit, fallback) =>
      detailed<ReturnType<typeof client.get>>(asking.ask(key, contextOf(unit), fallback)).value as never,
    details: (key, unit, fallback) => detailed(asking.ask(key, contextOf(unit), fallback)),
    peek: (key, unit, fallback) => detailed(asking.peek(key, contextOf(unit), fallback)),
    all: (unit) => asking.all(contextOf(unit)) as Partial<Flags>,
    // A test says of no flag that pages must not have it.
    bootstrapFor: (unit) => bootstrapOf(compile(flags.snapshot('client')), unit),
    about: (key) => asking.about(key),
    for: (unit) => bind(client, contextOf(unit)),
    count: (metric, unit, n = 1) => outcomes.count(metric, contextOf(unit), n),
    observe: (metric, unit, value) => outcomes.observe(metric, contextOf(unit), value),
    track(event, unit, { value } = {}) {
      if (typeof value === 'number') outcomes.observe(event, contextOf(unit), value)
      else outcomes.count(event, contextOf(unit), 1)
    },
    get status() {
      return status
    },
    ready: async () => ({ status: 'ready', revision: flags.snapshot().revision }),
    on(event, listener, { signal } = {}) {
      const off = listeners.on(event, listener)
      signal?.addEventListener('abort', off, { once: true })
      return off
    },
    onChange: (key, listener) =>
      listeners.on('change', ({ revision, keys }) => (keys.includes(key) ? listener({ revision }) : undefined)),
    flush: async () => {},
    async close() {
      const from = status
      status = 'closed'
      if (from !== status) listeners.emit('status', { from, to: status })
    },
    [Symbol.asyncDispose]: () => client.close(),

    set: (key, value) => flags.set(key, value as Json),
    rule: (key, { when, value }) => flags.rule(key, { when, value: value as Json }),
    percent: (key, percent, value) => flags.percent(key, percent, value as Json | undefined),
    remove: (key) => flags.remove(key),
    evaluations: (key) => asking.evaluations(key),
    outcomes: (metric) => outcomes.of(metric),
    flags,
  }
  return client
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
    for: (more: Unit) => bind(client, { ...context, ...contextOf(more) }),
  }
}

/** Each flag and the revision it last changed at. */
function snapshotKeys(flags: TestFlags): ReadonlyMap<string, number> {
  return new Map(flags.snapshot().flags.map(({ key, version }) => [key, version]))
}
