import { ms } from '../ramp/plan.ts'
import type { StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import { exchange } from './exchange.ts'
import { ARM, comparesArms, countsByWindow, type HttpGuard } from './guard-source.ts'
import { valueAt } from './pointer.ts'
import type { Arm, Ask, Counter, Reading, Source } from './reading.ts'
import { authorizationOf } from './secret.ts'

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Reads counts from a JSON document. Where its address names a time (`{from}`, `{to}`) they are those of that time; otherwise they
 * are counters that grow for ever.
 *
 * @param stored the source that the guard names, whose address the guard's continues and whose credential is sent
 */
export function httpJson(stored: StoredSource | undefined, policy: AddressPolicy): Source {
  return {
    async read(ask, signal) {
      const guard = ask.guard.source
      if (guard.kind !== 'http') throw new Error(`a guard of ${guard.kind} does not read JSON`)
      const url = addressOf(guard, stored, ask.window)
      if (typeof url === 'string') return failed('rejected', url)
      const answered = await exchange(
        {
          url,
          authorization: stored === undefined ? null : authorizationOf(stored),
          ca: stored?.source.ca ?? null,
          timeoutMs: stored === undefined ? DEFAULT_TIMEOUT_MS : ms(stored.source.timeout),
          signal,
        },
        policy,
      )
      if (!answered.ok) return failed(answered.failure, answered.words)
      if (answered.status === 204) return { kind: 'no_data', words: `${url.host} answered that there is nothing (204)` }
      if (answered.status === 401 || answered.status === 403)
        return failed('refused', `${url.host} answered ${answered.status}: the credential is missing or not allowed`)
      if (answered.status !== 200) return failed('unreadable', `${url.host} answered ${answered.status}`)
      const document = readJson(answered.text)
      if (document === undefined) return failed('unreadable', `${url.host} answered with something that is not JSON`)
      return figuresIn(document, guard, ask)
    },
  }
}

/** The address to ask, or why there is none. A credential is only ever sent to where it was made for. */
export function addressOf(guard: HttpGuard, stored: StoredSource | undefined, window: Ask['window']): URL | string {
  const from = iso(window?.from ?? 0)
  const to = iso(window?.to ?? 0)
  const text = guard.url.replaceAll('{from}', from).replaceAll('{to}', to)
  const base = stored?.source.url.replace(/\/*$/, '/')
  if (!URL.canParse(text, base)) return `${text} is no address`
  const url = new URL(text, base)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${text} is no address of http or https`
  if (url.username !== '' || url.password !== '')
    return 'a credential belongs into a metric source, not into an address'
  if (base !== undefined && url.origin !== new URL(base).origin)
    return `${url.origin} is not the address of ${stored?.source.key ?? 'the source'}, whose credential would be sent there`
  return url
}

function iso(at: number): string {
  return encodeURIComponent(new Date(at).toISOString())
}

function figuresIn(document: unknown, guard: HttpGuard, { guard: { take }, arms, window }: Ask): Reading {
  if (take === 'gauge') {
    const value = numberAt(document, guard.events)
    return typeof value === 'number' ? { kind: 'gauge', value } : { kind: 'no_data', words: value.words }
  }
  const read: Counter[] = []
  for (const arm of comparesArms(guard) ? (['treatment', 'control'] as const) : (['treatment'] as const)) {
    for (const counts of ['events', 'total'] as const) {
      const pointer = guard[counts].replaceAll(ARM, escaped(arms[arm]))
      const value = numberAt(document, pointer)
      if (typeof value !== 'number') return { kind: 'no_data', words: value.words }
      if (value < 0) return { kind: 'no_data', words: `${pointer} is ${value}` }
      read.push({ id: `${counts} ${arm}`, counts, bound: null, arm, instance: '', value })
    }
  }
  if (window === null || !countsByWindow(guard)) return { kind: 'counters', counters: read }
  const stratum = { instance: '', treatment: countOf(read, 'treatment'), control: controlOf(read) }
  return { kind: 'window', ...window, strata: [stratum] }
}

function controlOf(read: readonly Counter[]) {
  return read.some(({ arm }) => arm === 'control') ? countOf(read, 'control') : null
}

function countOf(read: readonly Counter[], of: Arm) {
  const value = (counts: Counter['counts']) => read.find((one) => one.arm === of && one.counts === counts)?.value ?? 0
  return { events: value('events'), total: value('total') }
}

function numberAt(document: unknown, pointer: string): number | { readonly words: string } {
  const value = valueAt(document, pointer)
  if (typeof value === 'number') return value
  return {
    words: value === undefined ? `there is no ${pointer}` : `${pointer} is ${JSON.stringify(value)}, not a number`,
  }
}

/** A name as part of a JSON pointer. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function failed(failure: Extract<Reading, { kind: 'error' }>['failure'], words: string): Reading {
  return { kind: 'error', failure, words }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // the caller says that it is no JSON
    return undefined
  }
}
