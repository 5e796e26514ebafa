import type { Plan } from '@rampart/contract/admin'
import { EVERYONE_ELSE } from '@rampart/core'
import { type ConfigPlace, type Found, requireConfig } from '../flags/lookup.ts'
import type { Asker, Commit, Committed, RampRow, Store } from '../store/store.ts'
import {
  invalid,
  planFor,
  rampedBy,
  requireFree,
  requireKnownMetrics,
  requireOwnSeed,
  requireServing,
  requireToldToBrowsers,
  type StartBody,
  type StartOptions,
  type StartRequest,
} from './admission.ts'
import { begin } from './begin.ts'
import { seedOf } from './cohort.ts'
import { nothingKnown } from './explain/moves.ts'
import type { Frozen } from './frozen.ts'
import { knownBefore } from './known-before.ts'
import { type Parts, recordMove } from './record.ts'
import { type Ramped, withPercent } from './rollout.ts'
import type { StoredRamp } from './state.ts'
import { move } from './transitions.ts'

export type Started =
  | { readonly kind: 'started'; readonly ramp: StoredRamp; readonly committed: Extract<Committed, { kind: 'done' }> }
  /** The ramp of this run, whatever became of it. */
  | { readonly kind: 'known'; readonly row: RampRow }
  /** Others wrote in between: look again. */
  | { readonly kind: 'conflict' }

/** Units counted under a salt are not counted again by a new run while they are kept: 30 days after the last one ended. */
const SALT_MS = 30 * 24 * 3_600_000

/** One attempt to start a ramp: everything is read and checked, then written in one commit that holds only if all of it still is so. */
export async function start(options: StartOptions, request: StartRequest): Promise<Started> {
  const { store } = options
  const { place, body } = request
  const found = await requireConfig(store, place)
  const to = body.to ?? (found.flag.type === 'boolean' ? 'on' : undefined)
  if (to === undefined) throw invalid('/to', 'say which variation the ramp gives: the flag is not boolean')
  const known = body.run === undefined ? undefined : await store.rampByRun(place, place.flag, to, body.run)
  if (known !== undefined) return { kind: 'known', row: known }
  requireServing(found)
  await requireFree(options, request, found)
  const plan = await planFor(options, request)
  await requireKnownMetrics(options, request, plan)
  requireToldToBrowsers(found, plan)
  await requireOwnSeed(options, found, plan)
  const ramped = rampedBy(found, body, to)
  const { guards, frozen } = await options.checkSources({
    project: place.project,
    guards: plan.guards,
    to: ramped.to,
    otherwise: ramped.otherwise,
    allowNew: body.allowNewMetric === true,
  })
  return commitStart(options, request, { found, plan: { ...plan, guards: [...guards] }, ramped, frozen })
}

interface Checked {
  readonly found: Found
  readonly plan: Plan
  readonly ramped: Ramped
  /** What guards whose sources are read compare with. */
  readonly frozen: readonly Frozen[]
}

async function commitStart(
  options: StartOptions,
  request: StartRequest,
  { found, plan, ramped, frozen }: Checked,
): Promise<Started> {
  const { store, clock } = options
  const { place, body, asker } = request
  const now = clock.now()
  const before = await knownBefore(store, place, plan, now)
  const begun = begin({
    id: options.ids.ramp(),
    project: place.project,
    environment: place.environment,
    flag: place.flag,
    rule: body.rule ?? EVERYONE_ELSE,
    ramped,
    plan,
    from: body.from ?? null,
    ...before,
    frozen: [...before.frozen, ...frozen],
    ...(await saltOf(options, found, now)),
    run: body.run ?? null,
    source: sourceOf(body),
    startedBy: { ...asker.actor, ...(body.run === undefined ? {} : { run: body.run }) },
    now,
  })
  if (!begun.ok) throw invalid('/from', begun.problem)
  const ramp = begun.value
  const watched = await watchedOn(store, place, now)
  const committed = await store.commit(startCommit(request, { found, ramp, watched, now }))
  if (committed.kind === 'done') return { kind: 'started', ramp, committed }
  return { kind: 'conflict' }
}

function startCommit(
  { place, asker, body }: StartRequest,
  begun: { found: Found; ramp: StoredRamp; watched: readonly Parts[]; now: number },
): Commit {
  const { found, ramp, watched, now } = begun
  const { environment, flag } = place
  const started = recordMove({
    before: { ramp, version: 0 },
    after: ramp,
    action: 'ramp.started',
    known: nothingKnown,
    at: now,
  })
  const replaced = found.ramp === undefined ? null : replace(found.ramp, asker, now)
  return {
    scope: place.project,
    at: now,
    asker: { ...asker, comment: body.reason ?? asker.comment },
    expect: [
      { kind: 'config', environment, flag, revision: found.config.revision },
      { kind: 'flag', flag, version: found.flag.version },
      ...(replaced?.expect ?? [{ kind: 'no_active_ramp', environment, flag } as const]),
      ...watched.flatMap(({ expect }) => expect),
    ],
    writes: [
      ...(replaced?.writes ?? []),
      ...watched.flatMap(({ writes }) => writes),
      ...started.writes,
      { put: 'config', config: withPercent(found.config, ramp) },
    ],
    changes: [
      {
        environment,
        flags: [flag],
        watches: [
          ...(found.ramp === undefined ? [] : [found.ramp.ramp.id]),
          ...watched.flatMap(({ changes }) => changes.flatMap(({ watches = [] }) => watches)),
          ramp.id,
        ],
      },
    ],
    audit: [...started.audit, ...(replaced?.audit ?? [])],
  }
}

/** A flag has one watch: ramps that ended, and were still looked back at, give way to the one that begins. */
async function watchedOn(store: Pick<Store, 'ramps'>, place: ConfigPlace, now: number): Promise<readonly Parts[]> {
  const rows = await store.ramps({ ...place, driven: true, limit: 100 })
  return rows.flatMap((row) => {
    const transition = row.ramp.end === null ? null : move(row.ramp, { kind: 'forget' }, now)
    if (transition?.kind !== 'moved') return []
    return [recordMove({ before: row, after: transition.ramp, action: null, known: nothingKnown, at: now })]
  })
}

function replace(row: RampRow, asker: Asker, now: number) {
  const transition = move(row.ramp, { kind: 'give_way', to: 'replaced', actor: asker.actor, reason: null }, now)
  if (transition.kind !== 'moved') return null
  return recordMove({ before: row, after: transition.ramp, action: transition.action, known: nothingKnown, at: now })
}

/** A new run on the same seed recognises the units that earlier ones have counted. */
async function saltOf({ store, ids }: StartOptions, { flag, config }: Found, now: number) {
  const seedScope = `${config.project}/${config.environment}/${flag.key}/${seedOf(flag)}`
  const earlier = await store.ramps({
    project: config.project,
    environment: config.environment,
    flag: flag.key,
    limit: 1,
  })
  const last = earlier.find(({ ramp }) => ramp.seedScope.startsWith(`${seedScope}@`))?.ramp
  const fresh = last !== undefined && (last.end === null || Date.parse(last.end.at) > now - SALT_MS)
  if (last !== undefined && fresh) return { seedScope: last.seedScope, salt: last.salt }
  const salt = ids.salt()
  return { seedScope: `${seedScope}@${salt.slice(0, 8)}`, salt }
}

function sourceOf({ source }: StartBody): StoredRamp['source'] {
  if (source === undefined) return null
  const { url, commit, image } = source
  return {
    ...(url === undefined ? {} : { url }),
    ...(commit === undefined ? {} : { commit }),
    ...(image === undefined ? {} : { image }),
  }
}
