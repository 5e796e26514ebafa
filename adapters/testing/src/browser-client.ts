import type {
  Bootstrap,
  BrowserClient,
  Details,
  Events,
  FlagKey,
  Flags,
  Json,
  Readiness,
  Snapshot,
  Status,
  Unit,
} from '@rampart/browser'
import { type Answered, contextOf, createAsking, type Evaluation } from './asking.ts'
import { bootstrapWithRules } from './bootstrap.ts'
import { createTestFlags, type TestFlags, type When } from './flags.ts'
import { createListeners } from './listeners.ts'
import { createOutcomes, type Outcome } from './outcomes.ts'

export interface TestBrowserClientOptions {
  /** Who looks at the page. Default: a unit named `test`. */
  readonly context?: Unit
  /** Asking for a flag that is not set throws. Default: it gives the fallback, as in production. */
  readonly strict?: boolean
  /** Flags to begin with, as a server sends them: with its rules and segments. */
  readonly snapshot?: Snapshot
}

/** A page's client without a server, whose flags a test sets. What it answers comes from the evaluator of production. */
export interface TestBrowserClient extends BrowserClient {
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
 * A page's client for tests. Flags that are not set give the fallback, as unknown flags do.
 *
 * @param values what everyone gets, by flag
 */
export function createTestBrowserClient(
  values: Partial<Flags> = {},
  { context: first = 'test', strict, snapshot }: TestBrowserClientOptions = {},
): TestBrowserClient {
  // What is registered is the application's word about its flags; each is a value that a flag can have.
  const flags = createTestFlags(values as Record<string, Json>, snapshot)
  const asking = createAsking(flags, { strict })
  const outcomes = createOutcomes()
  const listeners = createListeners<Events>()
  let context = contextOf(first)
  let status: Status = 'ready'
  let shown = bootstrapWithRules(flags.snapshot('client'), context)
  let told = answers(shown)
  flags.changed(tell)

  const revision = (): number => flags.snapshot().revision
  const readiness = (): Readiness => ({ status: 'ready', revision: revision() })

  function tell(): void {
    const before = told
    shown = bootstrapWithRules(flags.snapshot('client'), context)
    told = answers(shown)
    const keys = [...new Set([...before.keys(), ...told.keys()])].filter((key) => before.get(key) !== told.get(key))
    if (keys.length > 0) listeners.emit('change', { revision: revision(), keys: keys.sort() })
  }

  /** That a value is of the fallback's kind was checked; its inside is the application's word. */
  function detailed<T>(answered: Answered): Details<T> {
    return answered as Details<T>
  }

  return {
    get status() {
      return status
    },
    ready: async () => readiness(),
    isEnabled: (key, fallback = false) => asking.ask(key, context, fallback).value === true,
    get: (key, fallback) => asking.ask(key, context, fallback).value as never,
    details: (key, fallback) => detailed(asking.ask(key, context, fallback)),
    peek: (key, fallback) => detailed(asking.peek(key, context, fallback)),
    snapshot: () => shown,
    about: (key) => asking.about(key),
    async identify(next) {
      context = contextOf(next)
      tell()
      listeners.emit('identify', { revision: revision() })
      return readiness()
    },
    on: (event, listener) => listeners.on(event, listener),
    subscribe: (keys, listener) =>
      listeners.on('change', (change) =>
        keys === 'all' || keys.some((key) => change.keys.includes(key)) ? listener() : undefined,
      ),
    count: (metric, n = 1) => outcomes.count(metric, context, n),
    observe: (metric, value) => outcomes.observe(metric, context, value),
    track: (event, { value } = {}) =>
      typeof value === 'number' ? outcomes.observe(event, context, value) : outcomes.count(event, context, 1),
    flush: async () => {},
    async close() {
      const from = status
      status = 'closed'
      if (from !== status) listeners.emit('status', { from, to: status })
    },

    set: (key, value) => flags.set(key, value as Json),
    rule: (key, { when, value }) => flags.rule(key, { when, value: value as Json }),
    percent: (key, percent, value) => flags.percent(key, percent, value as Json | undefined),
    remove: (key) => flags.remove(key),
    evaluations: (key) => asking.evaluations(key),
    outcomes: (metric) => outcomes.of(metric),
    flags,
  }
}

/** What each flag gives, as a text to compare. */
function answers({ values }: Bootstrap): ReadonlyMap<string, string> {
  return new Map(values.map(({ key, value, variation, reason }) => [key, JSON.stringify([value, variation, reason])]))
}
