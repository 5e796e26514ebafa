import type { Guard, SourceTested } from '@rampart/contract/admin'
import { sayCount } from '../ramp/explain/numbers.ts'
import type { StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import type { PrometheusGuard, ReadSource } from './guard-source.ts'
import { httpJson } from './http-json.ts'
import { storedFor } from './open.ts'
import { type Prometheus, prometheus, type Queried } from './prometheus.ts'
import { sayNumber } from './prometheus-counters.ts'
import type { Sample } from './prometheus-format.ts'
import type { ArmNames, Counter, Failure, Reading } from './reading.ts'

/** What came back when a guard's source was asked once, before anything depends on it. */
export type Tried = Pick<SourceTested, 'ok' | 'words' | 'asked'> & {
  /** Why nothing came back; null when something did, or when nothing is there yet. */
  readonly failure: Failure | null
}

export interface Trial {
  readonly source: ReadSource
  readonly take: Guard['take']
  readonly arms: ArmNames
}

/** Asks a source for a guard once. The source must be one that the project has. */
export async function tryGuard(
  { source, take, arms }: Trial,
  stored: readonly StoredSource[],
  policy: AddressPolicy,
): Promise<Tried> {
  const named = storedFor(source, stored)
  const signal = new AbortController().signal
  const ask = { guard: { take, source }, arms, bounds: [], window: null }
  if (source.kind === 'http') {
    const reading = await httpJson(named, policy).read(ask, signal)
    return { ...judged(reading), asked: [{ query: source.url, words: wordsOf(reading) }] }
  }
  if (named === undefined) return failed('rejected', `there is no source ${source.name}`)
  const opened = prometheus(named, policy)
  if (take === 'gauge') {
    const reading = await opened.read(ask, signal)
    return { ...judged(reading), asked: [{ query: source.events, words: wordsOf(reading) }] }
  }
  return tryCounters(opened, source, { take, reading: () => opened.read(ask, signal), signal })
}

/** Each query by itself, so that it is plain which of them brought what; then both as they will be read. */
async function tryCounters(
  opened: Prometheus,
  { events, total }: PrometheusGuard,
  { take, reading, signal }: { take: Guard['take']; reading: () => Promise<Reading>; signal: AbortSignal },
): Promise<Tried> {
  const ofEvents = await opened.query(events, signal)
  const ofTotal = await opened.query(total, signal)
  const asked = [
    { query: events, words: saySamples(ofEvents) },
    { query: total, words: saySamples(ofTotal) },
  ]
  for (const one of [ofEvents, ofTotal]) if (!one.ok) return { ...failed(one.failure, one.words), asked }
  if (ofEvents.ok && ofEvents.value.length === 0)
    return { ok: false, failure: null, words: `the query for the events brought nothing back: ${events}`, asked }
  if (take === 'slow' && ofEvents.ok && !ofEvents.value.some(({ labels }) => 'le' in labels))
    return {
      ...failed(
        'rejected',
        `a latency is read from the buckets of a histogram, and nothing here has the label le: ${events}`,
      ),
      asked,
    }
  return { ...judged(await reading()), asked }
}

function judged(reading: Reading): Omit<Tried, 'asked'> {
  const failure = reading.kind === 'error' ? reading.failure : null
  const ok = reading.kind === 'counters' || reading.kind === 'window' || reading.kind === 'gauge'
  return { ok, failure, words: wordsOf(reading) }
}

function failed(failure: Failure, words: string): Tried {
  return { ok: false, failure, words, asked: [] }
}

function wordsOf(reading: Reading): string {
  switch (reading.kind) {
    case 'counters':
      return `${sayArm(reading.counters, 'treatment')}; ${sayArm(reading.counters, 'control')}`
    case 'window': {
      const [stratum] = reading.strata
      const say = (arm: 'treatment' | 'control') => {
        const count = stratum?.[arm]
        return count ? `${arm} ${sayCount(count.events)} of ${sayCount(count.total)}` : `no ${arm}`
      }
      return `${say('treatment')}; ${say('control')}`
    }
    case 'gauge':
      return sayNumber(reading.value)
    case 'no_data':
    case 'error':
      return reading.words
  }
}

function sayArm(counters: readonly Counter[], arm: Counter['arm']): string {
  const sum = (counts: Counter['counts']) =>
    counters.reduce((n, one) => (one.arm === arm && one.counts === counts ? n + one.value : n), 0)
  if (!counters.some((one) => one.arm === arm)) return `no ${arm} yet`
  const share = `${arm} ${sayCount(sum('events'))} of ${sayCount(sum('total'))}`
  const processes = new Set(counters.map((one) => (one.arm === arm ? one.instance : '')))
  processes.delete('')
  if (processes.size === 0) return share
  return `${share} in ${sayCount(processes.size)} ${processes.size === 1 ? 'process' : 'processes'}`
}

function saySamples(queried: Queried<readonly Sample[]>): string {
  if (!queried.ok) return queried.words
  const n = queried.value.length
  if (n === 0) return 'nothing'
  const sum = queried.value.reduce((total, { value }) => total + value, 0)
  return `${sayCount(n)} series, ${sayNumber(sum)} in all`
}
