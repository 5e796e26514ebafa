import { randomBytes } from 'node:crypto'
import type { Evidence, Ramp, RampTicks } from '@rampart/contract/admin'
import type { Id, Key, Percent } from '@rampart/core'
import { AppError } from '../app-error.ts'
import { type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import { auditId } from '../audit/format.ts'
import { requireProject } from '../environments/access.ts'
import type { ConfigPlace } from '../flags/lookup.ts'
import { randomText } from '../keys/secrets.ts'
import type { Asker, EnvironmentRef, RampRow, Store } from '../store/store.ts'
import type { StartBody, StartOptions } from './admission.ts'
import { type Check, checkGuard } from './check.ts'
import { figuresOf } from './figures.ts'
import { type Present, type PresentOptions, presentOf } from './present.ts'
import { recordPublish } from './record.ts'
import { knownOf } from './respond.ts'
import { start } from './start.ts'
import type { StoredRamp } from './state.ts'
import { ticksOf } from './ticks.ts'
import { move, type RampEvent } from './transitions.ts'

export interface RampChange extends Recorded {
  readonly item: Ramp
}

/** What a person asks of a ramp. */
export type Wish =
  | { readonly verb: 'pause' | 'resume' | 'rollback' | 'approve' | 'reject'; readonly reason: string | null }
  /** `to` is a percent of the plan; null is the next step. */
  | {
      readonly verb: 'advance'
      readonly to: Percent | null
      readonly reason: string | null
      readonly mayApprove: boolean
    }

export interface RampPlace {
  readonly project: Key
  readonly id: Id
}

export interface LongPoll {
  /** The version the caller has; null is the present one. */
  readonly version: number | null
  readonly forMs: number
  readonly signal: AbortSignal
}

export interface RampService {
  /** `created` false: this run was started before, and this is what became of it. */
  start(place: ConfigPlace, body: StartBody, asker: Asker): Promise<RampChange & { readonly created: boolean }>
  get(place: RampPlace): Promise<Ramp>
  /** Answers when the ramp changes, when it has ended, or when the time is over. */
  wait(place: RampPlace, poll: LongPoll): Promise<Ramp>
  /** What was counted, tick by tick. */
  ticks(place: RampPlace): Promise<RampTicks>
  /** What a guard would say now. */
  check(place: RampPlace, check: Check): Promise<Evidence>
  list(query: RampsQuery): Promise<{ readonly items: readonly Ramp[]; readonly next: string | null }>
  steer(place: RampPlace, wish: Wish, asker: Asker): Promise<RampChange>
  /** Where a ramp is, for asking whether somebody may see or steer it. */
  placeOf(place: RampPlace): Promise<ConfigPlace | undefined>
}

export interface RampsQuery extends Partial<EnvironmentRef> {
  readonly project: Key
  readonly flag?: Key
  readonly active?: boolean
  readonly before?: Id
  readonly limit: number
}

export type RampServiceOptions = Omit<StartOptions, 'ids'> &
  PresentOptions & { readonly store: Store; readonly ids?: StartOptions['ids'] }

const RANDOM_IDS: StartOptions['ids'] = {
  ramp: () => `r_${randomText(12, randomBytes)}`,
  salt: () => randomText(26, randomBytes),
}

/** Starts, shows and steers ramps. Everything that advances or takes one back by itself is the driver's. */
export function createRampService(options: RampServiceOptions): RampService {
  const { store, clock } = options
  const ids = options.ids ?? RANDOM_IDS

  async function require({ project, id }: RampPlace): Promise<RampRow> {
    const row = await store.ramp(id)
    if (row !== undefined && row.ramp.project === project) return row
    throw new AppError('not_found', `Project ${project} has no ramp ${id}.`)
  }

  async function show(row: RampRow): Promise<Ramp> {
    return (await presentOf(options, row)).ramp
  }

  return {
    start: (place, body, asker) =>
      untilCommitted<RampChange & { readonly created: boolean }>(async () => {
        const started = await start({ ...options, ids }, { place, body, asker })
        switch (started.kind) {
          case 'conflict':
            return { kind: 'conflict' }
          case 'known': {
            const item = await show(started.row)
            return { kind: 'answer', answer: { created: false, item, ...(await lastEntry(store, started.row.ramp)) } }
          }
          case 'started': {
            const item = await show(await require({ project: place.project, id: started.ramp.id }))
            return {
              kind: 'answer',
              answer: { created: true, item, ...recorded(started.committed, place.environment) },
            }
          }
        }
      }),

    get: async (place) => show(await require(place)),

    async wait(place, poll) {
      const change = await changeOf(store, () => require(place), { ...poll, id: place.id })
      return show(change)
    },

    async ticks(place) {
      const { ramp } = await require(place)
      return ticksOf(ramp, await store.ticks(ramp.id))
    },

    async check(place, check) {
      const { ramp } = await require(place)
      const now = clock.now()
      const [rows, figures] = await Promise.all([store.ticks(ramp.id), figuresOf(store, ramp)])
      return checkGuard(ramp, check, { rows, figures, now })
    },

    async list({ limit, ...query }) {
      await requireProject(store, query.project)
      const rows = await store.ramps({ ...query, limit: limit + 1 })
      const items = await Promise.all(rows.slice(0, limit).map(show))
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },

    steer: (place, wish, asker) =>
      untilCommitted(async () => {
        const row = await require(place)
        const present = await presentOf(options, row)
        requireAllowed(row.ramp, present, wish)
        const now = clock.now()
        const transition = move(row.ramp, eventOf(wish, asker), now)
        if (transition.kind === 'refused') throw refused(row.ramp, transition)
        if (transition.kind === 'same') {
          return { kind: 'answer', answer: { item: present.ramp, ...(await lastEntry(store, row.ramp)) } }
        }
        const config = await store.config(row.ramp, row.ramp.flag)
        if (config === undefined) throw new AppError('not_found', `${row.ramp.flag} is gone.`)
        const known = knownOf(present.findings, present.decision)
        const moved = { before: row, after: transition.ramp, action: transition.action, known, at: now }
        const committed = await store.commit({
          scope: row.ramp.project,
          at: now,
          asker: { ...asker, comment: wish.reason ?? asker.comment },
          ...recordPublish(moved, config),
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        const item = await show(await require(place))
        return { kind: 'answer', answer: { item, ...recorded(committed, row.ramp.environment) } }
      }),

    async placeOf({ project, id }) {
      const row = await store.ramp(id)
      return row?.ramp.project === project ? row.ramp : undefined
    },
  }
}

function eventOf(wish: Wish, { actor }: Asker): RampEvent {
  const { reason } = wish
  switch (wish.verb) {
    case 'pause':
    case 'resume':
    case 'approve':
      return { kind: wish.verb }
    case 'advance':
      return { kind: 'advance', to: wish.to }
    case 'rollback':
      return { kind: 'take_back', actor, reason }
    case 'reject':
      return { kind: 'reject', actor, reason }
  }
}

/** An approval is asked for last, when every other gate is open; and whoever may only steer cannot jump over one. */
function requireAllowed(ramp: StoredRamp, { ramp: view }: Present, wish: Wish): void {
  if (ramp.end !== null) return
  if (wish.verb === 'approve' && !view.holds.some((hold) => hold.kind === 'approval')) {
    throw new AppError('invalid', `The ramp does not wait for an approval: ${view.sentence} Nothing was changed.`)
  }
  if (wish.verb !== 'advance' || wish.mayApprove || !jumpsApproval(ramp, wish.to)) return
  const permission = `approve@${ramp.project}/${ramp.environment}/${ramp.flag}`
  throw new AppError('forbidden', `This step waits for an approval, which needs ${permission}; nothing was changed.`, {
    permission,
  })
}

function jumpsApproval(ramp: StoredRamp, to: Percent | null): boolean {
  const beyond = ramp.plan.steps.slice(ramp.step)
  const reached = to === null ? beyond.slice(0, 1) : beyond.filter((step) => step.percent <= to)
  return reached.some((step, i) => step.approval && !(i === 0 && ramp.approvedSeq === ramp.seq))
}

function refused(
  ramp: StoredRamp,
  { code, words }: { readonly code: 'ramp_ended' | 'invalid'; readonly words: string },
): AppError {
  return new AppError(code, `${words} Nothing was changed.`, {
    current: { id: ramp.id, state: ramp.state, end: ramp.end },
  })
}

/** The entry that made a ramp what it is: the answer to a wish that changes nothing. */
async function lastEntry(store: Pick<Store, 'audit'>, { project, id }: StoredRamp): Promise<Recorded> {
  const [entry] = await store.audit({ scope: project, subject: { kind: 'ramp', key: id }, limit: 1 })
  return { revision: null, auditId: entry === undefined ? `${project}/0` : auditId(entry) }
}

/** Waits for the row of a ramp to change. Listens before it reads, so that no change falls in between. */
async function changeOf(
  store: Store,
  read: () => Promise<RampRow>,
  poll: LongPoll & { readonly id: Id },
): Promise<RampRow> {
  let unsubscribe = () => {}
  let timer: NodeJS.Timeout | undefined
  const changed = new Promise<void>((resolve) => {
    unsubscribe = store.subscribe((notice) => {
      if (notice.kind === 'ramp' && notice.ramp === poll.id) resolve()
    })
    timer = setTimeout(resolve, poll.forMs)
    poll.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    const row = await read()
    if (row.ramp.end !== null || row.version !== (poll.version ?? row.version)) return row
    await changed
    return await read()
  } finally {
    clearTimeout(timer)
    unsubscribe()
  }
}
