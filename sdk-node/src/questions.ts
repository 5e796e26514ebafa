import type { Answer, Bootstrap, ErrorCode, Json } from '@rampart/contract/wire'
import {
  answerOf,
  bootstrapOf,
  type Conclusion,
  type Configuration,
  conclude,
  isMetricName,
  lacksUnit,
  recordError,
  recordExposure,
  recordObservation,
  recordOutcome,
  type Tally,
  valuesOf,
} from '@rampart/core'
import { type Clock, coarsely } from './clock.ts'
import type { ConfigurationOwner } from './configuration-owner.ts'
import { type Log, messageOf } from './logger.ts'
import { nearest } from './nearest.ts'
import type { Unit } from './types.ts'

/** `any`: the fallback says nothing about the type. */
export type Kind = 'boolean' | 'string' | 'number' | 'list' | 'object' | 'any'

export interface QuestionsParts {
  readonly owner: ConfigurationOwner
  readonly overrides: ReadonlyMap<string, Json>
  /** Undefined: nothing is counted. */
  readonly tally: Tally | undefined
  readonly clock: Clock
  readonly log: Log
}

/** What the application asks, on its own call stack: no method waits or throws. */
export interface Questions {
  /** As `value`, for a boolean flag: the question that is asked most, and makes no object. */
  isOn(key: string, unit: Unit, fallback: boolean): boolean
  /** A value of that kind; undefined when there is none. Counted as an exposure. */
  value(key: string, unit: Unit, kind: Kind): Json | undefined
  /** A value of that kind with its reason, or reason `error` and no value. Counted as an exposure. */
  ask(key: string, unit: Unit, kind: Kind): Answer
  /** As `ask`, neither counted nor logged. */
  peek(key: string, unit: Unit, kind: Kind): Answer
  /** The values of all flags that can be told, not counted. */
  all(unit: Unit): Record<string, Json>
  /** What a page can begin with, not counted and without overrides: the page hears of the server itself a moment later. */
  bootstrap(unit: Unit): Bootstrap
  count(metric: string, unit: Unit, n: number): void
  observe(metric: string, unit: Unit, value: number): void
}

/** An exposure says in which tick of a ramp it was, and ticks are a hundred times longer. */
const EXPOSURE_GRAIN_MS = 100

const NOT_READY: Answer = { value: undefined, reason: 'error', error: 'not_ready' }
const TYPE_MISMATCH: Answer = { value: undefined, reason: 'error', error: 'type_mismatch' }

export function createQuestions({ owner, overrides, tally, clock, log }: QuestionsParts): Questions {
  const overridden = overrides.size > 0
  const exposedAt = coarsely(clock, EXPOSURE_GRAIN_MS)

  function override(key: string, kind: Kind): Answer | undefined {
    const value = overrides.get(key)
    if (value === undefined) return undefined
    return fits(value, kind) ? { value, reason: 'override' } : TYPE_MISMATCH
  }

  function given(configuration: Configuration, key: string, conclusion: Conclusion, unit: Unit): void {
    if (lacksUnit(configuration, conclusion)) unitless(key)
    if (tally === undefined) return
    // Only what is under a ramp looks at the time.
    recordExposure(tally, configuration, key, conclusion, unit, conclusion.watch === undefined ? 0 : exposedAt())
  }

  /** A conclusion is an error, or its value is of another kind. */
  function refused(key: string, conclusion: Conclusion, kind: Kind): void {
    const error = conclusion.answer?.error ?? 'type_mismatch'
    // What was asked since the last flush was explained then.
    if (tally === undefined || recordError(tally, key, error)) explain(key, error, kind)
  }

  /** Nobody in particular is on the safe side of every rollout, which looks like a flag that does not work. */
  function unitless(key: string): void {
    log.warnOnce(
      `unit ${key}`,
      () =>
        `"${key}" is decided by unit, and the context that was asked for names none: it is in no rollout. ` +
        'Give a `targetingKey`, or the attribute that the flag goes by',
    )
  }

  function forced(key: string, unit: Unit, fallback: boolean): boolean {
    const { value } = ask(key, unit, 'boolean')
    return typeof value === 'boolean' ? value : fallback
  }

  function explain(key: string, error: ErrorCode, kind: Kind): void {
    log.warnOnce(`${error} ${key}`, () => wordingOf(key, error, kind, owner.current))
  }

  /** Nothing that the client counts may disturb the application. */
  function counted(metric: string, record: (tally: Tally, configuration: Configuration, now: number) => void): void {
    const { current } = owner
    if (tally === undefined || current === undefined) return
    if (!isMetricName(metric)) {
      log.warnOnce(
        `metric ${String(metric)}`,
        () => `"${String(metric)}" is no name of a metric: a-z, 0-9, _ and ., 64 at most; it is not counted`,
      )
      return
    }
    try {
      record(tally, current, current.watches.byFlag.size > 0 ? clock.now() : 0)
    } catch (thrown) {
      log.warnOnce('counting', () => `an outcome was not counted: ${messageOf(thrown)}`)
    }
  }

  function value(key: string, unit: Unit, kind: Kind): Json | undefined {
    const { current } = owner
    if (overridden || current === undefined) return ask(key, unit, kind).value
    const conclusion = conclude(current, key, unit)
    if (!fits(conclusion.value, kind) || conclusion.value === undefined) {
      refused(key, conclusion, kind)
      return undefined
    }
    given(current, key, conclusion, unit)
    return conclusion.value
  }

  function ask(key: string, unit: Unit, kind: Kind): Answer {
    const overriding = overridden ? override(key, kind) : undefined
    if (overriding !== undefined) {
      if (overriding.error !== undefined) explain(key, overriding.error, kind)
      return overriding
    }
    const { current } = owner
    if (current === undefined) return NOT_READY
    const conclusion = conclude(current, key, unit)
    const answer = fitting(answerOf(current, conclusion), kind)
    if (answer.error === undefined) given(current, key, conclusion, unit)
    else refused(key, conclusion, kind)
    return answer
  }

  function peek(key: string, unit: Unit, kind: Kind): Answer {
    const overriding = overridden ? override(key, kind) : undefined
    if (overriding !== undefined) return overriding
    const { current } = owner
    return current === undefined ? NOT_READY : fitting(answerOf(current, conclude(current, key, unit)), kind)
  }

  return {
    isOn(key, unit, fallback) {
      const { current } = owner
      if (overridden || current === undefined) return forced(key, unit, fallback)
      const conclusion = conclude(current, key, unit)
      if (typeof conclusion.value !== 'boolean') {
        refused(key, conclusion, 'boolean')
        return fallback
      }
      if (lacksUnit(current, conclusion)) unitless(key)
      if (tally !== undefined) {
        recordExposure(tally, current, key, conclusion, unit, conclusion.watch === undefined ? 0 : exposedAt())
      }
      return conclusion.value
    },
    value,
    ask,
    peek,
    all(unit) {
      const { current } = owner
      const told = current === undefined ? {} : valuesOf(current, unit)
      // Not by assignment: a flag may be called __proto__.
      return overridden ? Object.fromEntries([...Object.entries(told), ...overrides]) : told
    },
    bootstrap(unit) {
      const { current } = owner
      return current === undefined ? { format: 1, revision: 0, values: [] } : bootstrapOf(current, unit)
    },
    count: (metric, unit, n) =>
      counted(metric, (tally, configuration, now) => recordOutcome(tally, configuration, metric, unit, n, now)),
    observe: (metric, unit, value) =>
      counted(metric, (tally, configuration, now) => recordObservation(tally, configuration, metric, unit, value, now)),
  }
}

/** The kind of value that a fallback stands in for. */
export function kindOf(fallback: unknown): Kind {
  if (typeof fallback === 'boolean') return 'boolean'
  if (typeof fallback === 'string') return 'string'
  if (typeof fallback === 'number') return 'number'
  if (typeof fallback !== 'object' || fallback === null) return 'any'
  return Array.isArray(fallback) ? 'list' : 'object'
}

function fitting(answer: Answer, kind: Kind): Answer {
  return answer.error !== undefined || fits(answer.value, kind) ? answer : TYPE_MISMATCH
}

function fits(value: unknown, kind: Kind): boolean {
  return typeof value === kind ? kind !== 'object' || !Array.isArray(value) : kind === 'any' || kindOf(value) === kind
}

/** What a developer would want to know about an answer that is none. */
export function wordingOf(key: string, error: ErrorCode, kind: Kind, configuration: Configuration | undefined): string {
  switch (error) {
    case 'flag_not_found': {
      const meant = nearest(key, configuration?.flags.keys() ?? [])
      return `there is no flag "${key}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
    }
    case 'type_mismatch':
      return `flag "${key}" gives no ${kind}, so that the fallback is used`
    case 'invalid_flag':
      return `flag "${key}" cannot be evaluated by this version of the SDK, so that the fallback is used`
    case 'invalid_context':
      return `"${key}" was asked for something that is neither an id nor a context, so that the fallback is used`
    case 'not_ready':
      return `"${key}" was asked for before there was a configuration`
  }
}
