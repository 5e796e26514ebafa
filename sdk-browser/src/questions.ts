import type { Answer, ErrorCode, Key } from '@rampart/contract/wire'
import {
  type Configuration,
  evaluate,
  recordEvaluation,
  recordObservation,
  recordOutcome,
  type Tally,
} from '@rampart/core'
import { type Log, messageOf } from './log.ts'
import type { Unit } from './types.ts'

/** Who asks, and what answers. */
export interface View {
  readonly configuration: Configuration | undefined
  readonly context: Unit
}

export interface Questions {
  /** A value of the fallback's type with its reason, or reason `error` and no value. Counted as an exposure. */
  ask(view: View, key: Key, fallback: unknown): Answer
  count(view: View, metric: string, n: number): void
  observe(view: View, metric: string, value: number): void
}

/** What the application asks, on its own call stack: no method waits or throws. */
export function createQuestions(tally: Tally, log: Log, now: () => number): Questions {
  function ask({ configuration, context }: View, key: Key, fallback: unknown): Answer {
    if (configuration === undefined) return failed('not_ready')
    const evaluated = evaluate(configuration, key, context)
    const answer = evaluated.error || fits(evaluated.value, fallback) ? evaluated : failed('type_mismatch')
    if (answer.error) log.warnOnce(wordingOf(key, answer.error))
    recordEvaluation(tally, configuration, key, answer, context, now())
    return answer
  }

  /** Nothing that is counted may disturb the application. */
  function safely<T>(otherwise: T, work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      log.warnOnce(messageOf(thrown))
      return otherwise
    }
  }

  return {
    ask: (view, key, fallback) => safely(failed('invalid_context'), () => ask(view, key, fallback)),
    count({ configuration, context }, metric, n) {
      if (configuration) safely(undefined, () => recordOutcome(tally, configuration, metric, context, n, now()))
    },
    observe({ configuration, context }, metric, value) {
      if (configuration) safely(undefined, () => recordObservation(tally, configuration, metric, context, value, now()))
    },
  }
}

/** The flags that answer otherwise than before, sorted. Where a unit stands is no part of its answer. */
export function changedKeys(before: View, after: View): readonly Key[] {
  const keys = new Set([...(before.configuration?.flags.keys() ?? []), ...(after.configuration?.flags.keys() ?? [])])
  return [...keys].filter((key) => answerText(before, key) !== answerText(after, key)).sort()
}

function answerText({ configuration, context }: View, key: Key): string | undefined {
  if (configuration === undefined) return undefined
  const { value, variation, reason } = evaluate(configuration, key, context)
  return JSON.stringify([value, variation, reason])
}

/** What a developer would want to know about an answer that is none. */
export function wordingOf(key: Key, error: ErrorCode): string {
  const hint = error === 'flag_not_found' ? ', or it is not marked client-side' : ''
  return `${key}: ${error.replaceAll('_', ' ')}${hint}; the fallback is used`
}

function failed(error: ErrorCode): Answer {
  return { value: undefined, reason: 'error', error }
}

/** A fallback that is nothing in particular lets every type pass. */
function fits(value: unknown, fallback: unknown): boolean {
  return fallback === undefined || fallback === null || kindOf(value) === kindOf(fallback)
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}
