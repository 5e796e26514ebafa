import type { MetricSource, SourceTested } from '@rampart/contract/admin'
import { formatDuration, type putMetricSource } from '@rampart/contract/admin'
import type { z } from 'zod'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import { requireMatch } from '../flags/preconditions.ts'
import { invalid, sameJson } from '../flags/rules.ts'
import { nearest } from '../http/nearest.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { ms } from '../ramp/plan.ts'
import type { Asker, Store, StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import { exchange } from './exchange.ts'
import { isRead, type ReadSource } from './guard-source.ts'
import { HTTP_EVERY_MS, PROMETHEUS_EVERY_MS } from './open.ts'
import { prometheus } from './prometheus.ts'
import { authorizationOf } from './secret.ts'
import { type Trial, tryGuard } from './trial.ts'

export interface SourcePlace {
  readonly project: string
  readonly source: string
}

export type SourceInput = z.output<typeof putMetricSource>

export interface ChangedSource extends Recorded {
  readonly item: MetricSource
}

export interface MetricSources {
  list(project: string): Promise<readonly MetricSource[]>
  get(place: SourcePlace): Promise<MetricSource>
  put(order: {
    readonly place: SourcePlace
    readonly input: SourceInput
    readonly ifMatch: IfMatch
    readonly asker: Asker
  }): Promise<ChangedSource>
  /** Throws `in_use` while a ramp reads from it. */
  remove(place: SourcePlace, order: { readonly ifMatch: IfMatch; readonly asker: Asker }): Promise<ChangedSource>
  /** Asks it, for a guard or only whether it answers. */
  test(
    place: SourcePlace,
    trial: Omit<Trial, 'source'> & { readonly source: ReadSource | undefined },
  ): Promise<SourceTested>
}

export interface MetricSourcesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly policy: AddressPolicy
}

const LONGEST_TIMEOUT_MS = 60_000
const DEFAULT_TIMEOUT_MS = 10_000
const SHORTEST_EVERY_MS = 1_000
const MOST_RAMPS = 10_000

/** Places that guards read figures from. What they are asked with goes in and is never told again, to nobody. */
export function createMetricSources(options: MetricSourcesOptions): MetricSources {
  const { store, clock, policy } = options

  async function require({ project, source: key }: SourcePlace): Promise<StoredSource> {
    await requireProject(store, project)
    const sources = await store.metricSources(project)
    const found = sources.find(({ source }) => source.key === key)
    if (found !== undefined) return found
    const near = nearest(
      key,
      sources.map(({ source }) => source.key),
    )
    const hint = near === undefined ? {} : { hint: `Did you mean ${near}?` }
    throw new AppError('not_found', `Project ${project} has no metric source ${key}.`, hint)
  }

  /** A ramp would take what another place shows for what has happened since it last looked. */
  async function requireUnused({ project, source: key }: SourcePlace): Promise<void> {
    const ramps = await store.ramps({ project, active: true, limit: MOST_RAMPS })
    const users = ramps
      .filter(({ ramp }) => ramp.plan.guards.some(({ source }) => isRead(source) && source.name === key))
      .map(({ ramp }) => ramp.id)
    if (users.length === 0) return
    throw new AppError(
      'in_use',
      `Ramps that have not ended read from ${key}: ${users.join(', ')}; nothing was changed.`,
      {
        current: users,
      },
    )
  }

  return {
    async list(project) {
      await requireProject(store, project)
      return (await store.metricSources(project)).map(({ source }) => source)
    },

    get: async (place) => (await require(place)).source,

    put: ({ place, input, ifMatch, asker }) =>
      untilCommitted(async () => {
        const { project, source: key } = place
        await requireProject(store, project)
        const before = (await store.metricSources(project)).find(({ source }) => source.key === key)
        requireMatch(ifMatch, { revision: before?.source.version ?? 0, view: before?.source ?? null })
        const after = replaced(key, input, before)
        const subject = { kind: 'metric-source', key } as const
        if (
          before !== undefined &&
          sameJson(after, { ...before, source: { ...before.source, version: after.source.version } })
        )
          return { kind: 'answer', answer: { item: before.source, ...(await lastRecorded(store, project, subject)) } }
        if (
          before !== undefined &&
          (after.source.url !== before.source.url || after.source.kind !== before.source.kind)
        )
          await requireUnused(place)
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'metric_source', source: key, version: before?.source.version ?? null }],
          writes: [{ put: 'metric_source', project, ...after }],
          audit: [
            {
              action: before === undefined ? 'metric_source.created' : 'metric_source.edited',
              subject,
              before: before?.source ?? null,
              after: after.source,
              words: wordsOf(after, before),
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: after.source, ...recorded(committed) } }
      }),

    remove: (place, { ifMatch, asker }) =>
      untilCommitted(async () => {
        const { project, source: key } = place
        const { source } = await require(place)
        requireMatch(ifMatch, { revision: source.version, view: source })
        await requireUnused(place)
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'metric_source', source: key, version: source.version }],
          writes: [{ remove: 'metric_source', project, key }],
          audit: [
            {
              action: 'metric_source.deleted',
              subject: { kind: 'metric-source', key },
              before: source,
              after: null,
              words: `Metric source ${key} was removed.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: source, ...recorded(committed) } }
      }),

    async test(place, { source, ...trial }) {
      const stored = await require(place)
      if (source !== undefined && source.name !== place.source)
        throw invalid([{ pointer: '/source/name', message: `must be ${place.source}, the source that is tested` }])
      const began = clock.now()
      const tried =
        source === undefined ? await greet(stored, policy) : await tryGuard({ source, ...trial }, [stored], policy)
      const { ok, words, asked } = tried
      return { ok, words, asked: [...asked], tookMs: clock.now() - began }
    },
  }
}

/** Asks a source whether it answers at all. */
async function greet(
  stored: StoredSource,
  policy: AddressPolicy,
): Promise<Pick<SourceTested, 'ok' | 'words' | 'asked'>> {
  const { source } = stored
  const signal = new AbortController().signal
  if (source.kind === 'prometheus') {
    const query = 'vector(1)'
    const answered = await prometheus(stored, policy).query(query, signal)
    const words = answered.ok ? 'it answers' : answered.words
    return { ok: answered.ok, words, asked: [{ query, words }] }
  }
  const asked = {
    url: new URL(source.url),
    authorization: authorizationOf(stored),
    ca: source.ca,
    timeoutMs: ms(source.timeout),
    signal,
  }
  const answered = await exchange(asked, policy)
  const ok = answered.ok && answered.status < 300
  const words = answered.ok ? `it answered ${answered.status}` : answered.words
  return { ok, words, asked: [{ query: source.url, words }] }
}

function replaced(key: string, input: SourceInput, before: StoredSource | undefined): StoredSource {
  const { kind, ca = null } = input
  const url = addressOf(input.url)
  const every = input.every ?? formatDuration(kind === 'prometheus' ? PROMETHEUS_EVERY_MS : HTTP_EVERY_MS)
  const timeout = input.timeout ?? formatDuration(DEFAULT_TIMEOUT_MS)
  if (ms(every) < SHORTEST_EVERY_MS) throw invalid([{ pointer: '/every', message: 'must be at least 1s' }])
  if (ms(timeout) < 1 || ms(timeout) > LONGEST_TIMEOUT_MS)
    throw invalid([{ pointer: '/timeout', message: 'must be above 0 and at most 60s' }])
  const { auth, secret } = credentialOf(input, url, before)
  const version = (before?.source.version ?? 0) + 1
  return { source: { key, kind, url, auth, ca, every, timeout, version }, secret }
}

function addressOf(text: string): string {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    throw invalid([{ pointer: '/url', message: 'must carry no credential: put it into auth, where nobody is told it' }])
  return text
}

/**
 * A secret that is left out stays, unless it would then be sent elsewhere: whoever may edit a source may not learn its secret
 * by pointing it at a place of their own.
 */
function credentialOf(
  { auth = { kind: 'none' } }: SourceInput,
  url: string,
  before: StoredSource | undefined,
): Pick<StoredSource, 'secret'> & Pick<MetricSource, 'auth'> {
  if (auth.kind === 'none') return { auth: { kind: 'none' }, secret: null }
  const given = auth.kind === 'basic' ? auth.password : auth.token
  const told: MetricSource['auth'] = auth.kind === 'basic' ? { kind: 'basic', user: auth.user } : { kind: 'bearer' }
  if (given !== undefined) return { auth: told, secret: given }
  const stays = before !== undefined && before.source.auth.kind === auth.kind && isSameOrigin(url, before.source.url)
  if (stays && before.secret !== null) return { auth: told, secret: before.secret }
  const pointer = auth.kind === 'basic' ? '/auth/password' : '/auth/token'
  const message =
    before === undefined ? 'is needed' : 'is needed again, since the address or the kind of credential is another'
  throw invalid([{ pointer, message }])
}

function isSameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin
}

function wordsOf(after: StoredSource, before: StoredSource | undefined): string {
  const { key, kind, url } = after.source
  if (before === undefined) return `Metric source ${key} was created: ${kind} at ${new URL(url).host}.`
  const credential = after.secret === before.secret ? '' : ' Its credential is another.'
  return `Metric source ${key} was edited: ${kind} at ${new URL(url).host}.${credential}`
}
