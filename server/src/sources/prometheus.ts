import { ms } from '../ramp/plan.ts'
import type { StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import { exchange } from './exchange.ts'
import type { PrometheusGuard } from './guard-source.ts'
import { countersOf, sayNumber } from './prometheus-counters.ts'
import { type Answer, parseAnswer, type Sample } from './prometheus-format.ts'
import { countersQuery } from './prometheus-query.ts'
import type { Failure, Reading, Source } from './reading.ts'
import { authorizationOf } from './secret.ts'

/** What else a Prometheus can be asked. */
export interface Prometheus extends Source {
  /** The samples of an expression as it stands. */
  query(expression: string, signal: AbortSignal): Promise<Queried<readonly Sample[]>>
  /** The values of an expression over time; of several series all of them. */
  past(expression: string, span: Span, signal: AbortSignal): Promise<Queried<readonly number[]>>
}

export type Queried<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure; readonly words: string }

export interface Span {
  readonly from: number
  readonly to: number
  readonly stepMs: number
}

/** Reads counters, histograms and gauges from a Prometheus, or from anything that answers its query API. */
export function prometheus(stored: StoredSource, policy: AddressPolicy): Prometheus {
  async function ask(address: string, form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Asked> {
    const { source } = stored
    const answered = await exchange(
      {
        url: new URL(`${source.url.replace(/\/+$/, '')}/api/v1/${address}`),
        form,
        authorization: authorizationOf(stored),
        ca: source.ca,
        timeoutMs: ms(source.timeout),
        signal,
      },
      policy,
    )
    if (!answered.ok) return answered
    const { status, text } = answered
    if (status === 401 || status === 403)
      return failed('refused', `${source.key} answered ${status}: its credential is missing or not allowed`)
    const answer = parseAnswer(status, text)
    if (answer.kind === 'rejected') return failed('rejected', `${source.key} rejected the query (${answer.words})`)
    if (answer.kind === 'unreadable') return failed('unreadable', `${source.key}: ${answer.words}`)
    return { ok: true, value: answer }
  }

  async function query(expression: string, signal: AbortSignal): Promise<Queried<readonly Sample[]>> {
    const asked = await ask('query', { query: expression }, signal)
    if (!asked.ok) return asked
    return asked.value.kind === 'samples'
      ? { ok: true, value: asked.value.samples }
      : failed('rejected', `${expression} gives values over time, not values of now`)
  }

  return {
    query,

    async read({ guard, arms, bounds }, signal) {
      const { take, source } = guard
      if (source.kind !== 'prometheus') throw new Error(`a guard of ${source.kind} does not read from a Prometheus`)
      const expression = take === 'gauge' ? source.events : countersQuery(source, take === 'slow' ? 'slow' : 'first')
      const asked = await query(expression, signal)
      if (!asked.ok) return { kind: 'error', failure: asked.failure, words: asked.words }
      return take === 'gauge' ? gaugeIn(asked.value, source) : countersOf(asked.value, source, { arms, bounds })
    },

    async past(expression, { from, to, stepMs }, signal) {
      const form = { query: expression, start: seconds(from), end: seconds(to), step: seconds(stepMs) }
      const asked = await ask('query_range', form, signal)
      if (!asked.ok) return asked
      const { value } = asked
      if (value.kind !== 'series') return failed('unreadable', `${stored.source.key} answered with one moment only`)
      return { ok: true, value: value.series.flatMap((points) => points.map(([, n]) => n)).filter(Number.isFinite) }
    },
  }
}

type Asked = Queried<Extract<Answer, { kind: 'samples' | 'series' }>>

function gaugeIn(samples: readonly Sample[], { events }: PrometheusGuard): Reading {
  const [first, ...others] = samples
  if (first === undefined) return { kind: 'no_data', words: `the query brought nothing back: ${events}` }
  if (others.length > 0) {
    const words = `the query brought ${samples.length} values back, and a gauge is one: ${events}`
    return { kind: 'error', failure: 'rejected', words }
  }
  if (!Number.isFinite(first.value)) return { kind: 'no_data', words: `the value is ${sayNumber(first.value)}` }
  return { kind: 'gauge', value: first.value }
}

function failed(failure: Failure, words: string): { ok: false; failure: Failure; words: string } {
  return { ok: false, failure, words }
}

function seconds(epochMs: number): string {
  return (epochMs / 1000).toFixed(3)
}
