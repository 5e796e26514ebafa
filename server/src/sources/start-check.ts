import type { Guard } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import { nearest } from '../http/nearest.ts'
import type { Frozen } from '../ramp/frozen.ts'
import { gaugeLimit } from '../ramp/stats/gauge.ts'
import type { Store, StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import { bucketsOf, thresholdsIn } from './buckets.ts'
import { armNames, isRead, type PrometheusGuard, type ReadSource } from './guard-source.ts'
import { storedFor } from './open.ts'
import { type Prometheus, prometheus } from './prometheus.ts'
import { dayOfBuckets } from './prometheus-query.ts'
import { type Tried, tryGuard } from './trial.ts'

/** A ramp that is about to begin. */
export interface Beginning {
  readonly project: string
  readonly guards: readonly Guard[]
  /** The variations of its arms. */
  readonly to: string
  readonly otherwise: string
  /** The caller says that figures are still to come. */
  readonly allowNew: boolean
}

/** What is known of the guards of a ramp that read from elsewhere: their limits, and what they compare with. */
export interface KnownSources {
  readonly guards: readonly Guard[]
  readonly frozen: readonly Frozen[]
}

/**
 * Asks every source once before a ramp begins. A query that is wrong would watch nothing, and nobody would know. Throws `invalid`
 * for a source that the project does not have, `unknown_metric` with what came back for one that has no figures.
 */
export type StartCheck = (beginning: Beginning) => Promise<KnownSources>

export interface StartCheckOptions {
  readonly store: Pick<Store, 'metricSources'>
  readonly clock: Clock
  readonly policy: AddressPolicy
}

export function createStartCheck({ store, clock, policy }: StartCheckOptions): StartCheck {
  return async (beginning) => {
    const { guards, project } = beginning
    if (!guards.some(({ source }) => isRead(source))) return { guards, frozen: [] }
    const stored = await store.metricSources(project)
    requireNamed(guards, stored)
    await requireFigures(beginning, stored, policy)
    const known = await Promise.all(guards.map((guard) => learn(guard, { stored, policy, now: clock.now() })))
    refuse(
      known.flatMap(({ problem }, i) => (problem === undefined ? [] : [{ pointer: `/guards/${i}`, message: problem }])),
    )
    return { guards: known.map(({ guard }) => guard), frozen: known.flatMap(({ frozen }) => frozen ?? []) }
  }
}

function requireNamed(guards: readonly Guard[], stored: readonly StoredSource[]): void {
  const errors = guards.flatMap(({ source }, i): ProblemDetail[] => {
    if (!isRead(source) || source.name === undefined || storedFor(source, stored) !== undefined) return []
    const names = stored.filter((one) => one.source.kind === source.kind).map((one) => one.source.key)
    const near = nearest(source.name, names)
    const message = `there is no metric source ${source.name} of kind ${source.kind}`
    return [{ pointer: `/guards/${i}/source/name`, message, ...(near === undefined ? {} : { nearest: near }) }]
  })
  const [first] = errors
  if (first === undefined) return
  const meant = first.nearest === undefined ? '' : ` (did you mean ${first.nearest}?)`
  throw new AppError('invalid', `${capital(first.message)}${meant}; no ramp was started.`, { errors })
}

async function requireFigures(
  { guards, allowNew, ...arms }: Beginning,
  stored: readonly StoredSource[],
  policy: AddressPolicy,
): Promise<void> {
  const tries = guards.map(async ({ source, take }) =>
    isRead(source) ? tryGuard({ source, take, arms: armNames(source, arms) }, stored, policy) : undefined,
  )
  const tried = await Promise.all(tries)
  const errors = tried.flatMap((one, i): ProblemDetail[] =>
    one === undefined || one.ok || (allowNew && mayStillCome(one))
      ? []
      : [{ pointer: `/guards/${i}`, message: sayTried(one) }],
  )
  const [first] = errors
  if (first === undefined) return
  throw new AppError('unknown_metric', `${capital(first.message)}. No ramp was started.`, {
    errors,
    hint: 'Try the source with its test, or start with allowNewMetric: true when figures will only come with the ramp.',
  })
}

/** A query that is wrong, or a credential that is refused, is so with new figures too. */
function mayStillCome({ failure }: Tried): boolean {
  return failure !== 'rejected' && failure !== 'refused'
}

/** The query, and what came back. */
function sayTried({ words, asked }: Tried): string {
  const each = asked.map(({ query, words: came }) => `${query} → ${came}`)
  return each.length === 0 ? words : `${words} (${each.join('; ')})`
}

interface Past {
  readonly stored: readonly StoredSource[]
  readonly policy: AddressPolicy
  readonly now: number
}

interface Learnt {
  readonly guard: Guard
  readonly frozen?: Frozen
  readonly problem?: string
}

/** What a guard compares with, from the time before the ramp. */
async function learn(guard: Guard, past: Past): Promise<Learnt> {
  const { source, take } = guard
  if (!isRead(source)) return { guard }
  if (take === 'slow') return learnLatency(guard, source, past)
  return take === 'gauge' ? { guard: await learnGauge(guard, source, past) } : { guard }
}

async function learnLatency(guard: Guard, source: ReadSource, { stored, policy, now }: Past): Promise<Learnt> {
  const named = storedFor(source, stored)
  if (source.kind !== 'prometheus' || named === undefined) return { guard }
  const past = await prometheus(named, policy).query(dayOfBuckets(source), new AbortController().signal)
  if (!past.ok) return { guard, problem: `its last day could not be read: ${past.words}` }
  const buckets = bucketsOf(past.value)
  const thresholds = thresholdsIn(buckets, guard.limit)
  if (!thresholds.ok) return { guard, problem: thresholds.problem }
  const values = Math.round(buckets.at(-1)?.[1] ?? 0)
  return { guard, frozen: { guard: guard.key, at: now, values, from: 'before', thresholds: thresholds.value } }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAYS = 7

/** The limit of a gauge may be passed by what is usual at this hour of the day. Where nobody knows that, the limit stands. */
async function learnGauge(guard: Guard, source: ReadSource, { stored, policy, now }: Past): Promise<Guard> {
  const named = storedFor(source, stored)
  if (source.kind !== 'prometheus' || named === undefined || guard.limit.kind !== 'gauge') return guard
  const usual = await sameHour(prometheus(named, policy), source, now)
  return { ...guard, limit: { ...guard.limit, bound: gaugeLimit(guard.limit.max, usual) } }
}

/** What a gauge showed at this hour of each of the last seven days, minute by minute. */
async function sameHour(from: Prometheus, { events }: PrometheusGuard, now: number): Promise<readonly number[]> {
  const days = Array.from({ length: DAYS }, (_, i) => now - (i + 1) * DAY)
  const signal = new AbortController().signal
  const past = await Promise.all(
    days.map((at) => from.past(events, { from: at - HOUR / 2, to: at + HOUR / 2, stepMs: 60_000 }, signal)),
  )
  return past.flatMap((one) => (one.ok ? one.value : []))
}

function refuse(errors: readonly ProblemDetail[]): void {
  const [first] = errors
  if (first !== undefined) throw new AppError('invalid', `${capital(first.message)}. No ramp was started.`, { errors })
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}
