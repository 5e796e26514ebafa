import type { Propagation } from '@rampart/contract/admin'
import type { Id, Revision } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { Asker, Commit, EnvironmentRef, RampRow, Store, StoredConfig, TickRow } from '../store/store.ts'
import { type Decision, decide, type Reach } from './decide.ts'
import { latchedHold } from './explain/holds.ts'
import { type Findings, judge } from './judge.ts'
import { recordPublish, republished } from './record.ts'
import { knownOf, respond } from './respond.ts'
import { serves } from './rollout.ts'
import type { StoredRamp } from './state.ts'
import { move, type RampEvent } from './transitions.ts'

/** What the driver asks of delivery: how far a revision has travelled. */
export interface Fleet {
  propagation(ref: EnvironmentRef, revision: Revision): Promise<Propagation>
  /** The figures of a ramp moved without a commit. */
  rampTicked(ramp: EnvironmentRef & { readonly flag: string; readonly ramp: Id }): void
}

export interface DriverOptions {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: Fleet
  /** Names this server in leases. */
  readonly owner: string
  readonly onError: (error: unknown, ramp: Id | null) => void
  /** Hears of each look at a ramp. */
  readonly onLook?: (ramp: Id, findings: Findings) => void
  readonly everyMs?: number
}

export interface RampDriver {
  start(): void
  /** Answers when the round under way is over; a ramp is left in a state that any server can go on from. */
  stop(): Promise<void>
  /** One round over every active ramp. */
  round(): Promise<void>
}

const EVERY_MS = 500
/** Leases only keep two servers from doing the same work: what keeps a ramp right is the version in every commit. */
const LEASE_MS = 5_000
/** A ramp whose judgement takes long is judged less often, so that it never takes more than a twentieth of the time. */
const REST = 20
const MOST_RAMPS = 10_000

/**
 * Drives every active ramp: reads its counts, decides, and commits what follows. It remembers nothing that matters; killed at any
 * moment, another round anywhere goes on from what is stored.
 */
export function createRampDriver(options: DriverOptions): RampDriver {
  const { store, clock, onError, everyMs = EVERY_MS } = options
  const resting = new Map<Id, number>()
  const told = new Map<Id, number>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = true

  async function round(): Promise<void> {
    const rows = await store.ramps({ active: true, limit: MOST_RAMPS })
    for (const { ramp } of rows) {
      if ((resting.get(ramp.id) ?? 0) > clock.now()) continue
      await driveOne(ramp.id).catch((error: unknown) => onError(error, ramp.id))
    }
    forget(new Set(rows.map((row) => row.ramp.id)))
  }

  async function driveOne(id: Id): Promise<void> {
    const began = clock.now()
    const claimed = await store.claimRamp(id, { owner: options.owner, now: began, forMs: LEASE_MS })
    if (claimed === undefined) return
    const counted = await drive(options, claimed.row, claimed.fence)
    resting.set(id, began + (clock.now() - began) * REST)
    if (told.get(id) === counted) return
    told.set(id, counted)
    const { project, environment, flag } = claimed.row.ramp
    options.fleet.rampTicked({ project, environment, flag, ramp: id })
  }

  function forget(active: ReadonlySet<Id>): void {
    for (const map of [resting, told]) for (const id of map.keys()) if (!active.has(id)) map.delete(id)
  }

  function again(): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = round()
        .catch((error: unknown) => onError(error, null))
        .finally(again)
    }, everyMs)
  }

  return {
    start() {
      stopped = false
      again()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
    round,
  }
}

/** As many moves as one look can ask for: say, begin to judge, go on. */
const MOST_MOVES = 4

/** Moves one ramp as far as one look allows, which is one step at most. Answers how many units have been counted. */
async function drive(options: DriverOptions, claimed: RampRow, fence: number): Promise<number> {
  const { store, clock } = options
  let row: RampRow | undefined = claimed
  let counted = 0
  for (let moves = 0; moves < MOST_MOVES && row !== undefined; moves += 1) {
    const config = await store.config(row.ramp, row.ramp.flag)
    if (config === undefined) return counted
    const rows: readonly TickRow[] = await store.ticks(row.ramp.id)
    counted = rows.reduce((n, tick) => n + tick.treatment + tick.control, 0)
    const now = clock.now()
    const findings = judge(row.ramp, rows)
    options.onLook?.(row.ramp.id, findings)
    const decision = decide(row.ramp, findings, await reachOf(options, row.ramp, config), now)
    const done = await act(options, { row, config, findings, decision, fence, now })
    if (done !== 'moved') return counted
    if (decision.kind === 'advance' || decision.kind === 'step_back') return counted
    row = await store.ramp(row.ramp.id)
    if (row?.ramp.end !== null) return counted
  }
  return counted
}

/** Asked for only while a publish is on its way. */
async function reachOf({ fleet }: DriverOptions, ramp: StoredRamp, config: StoredConfig): Promise<Reach> {
  if (ramp.judgingSince !== null) return { instances: 0, behind: 0 }
  const { instances, holding } = await fleet.propagation(ramp, config.revision)
  return { instances, behind: instances - holding }
}

interface Look {
  readonly row: RampRow
  readonly config: StoredConfig
  readonly findings: Findings
  readonly decision: Decision
  readonly fence: number
  readonly now: number
}

/** Commits what a look decided. When anything it read has changed meanwhile, nothing is written; the next round looks again. */
async function act({ store }: DriverOptions, look: Look): Promise<'moved' | 'nothing'> {
  const { row, config, now, fence } = look
  const event = respond(row.ramp, look.findings, look.decision)
  if (event === null) return 'nothing'
  const { transition, known } = carefully(look, event)
  if (transition.kind !== 'moved') return 'nothing'
  const parts = recordPublish(
    { before: row, after: transition.ramp, action: transition.action, known, at: now },
    config,
  )
  const commit: Commit = {
    scope: row.ramp.project,
    at: now,
    asker: asRamp(row.ramp),
    ...parts,
    expect: [...parts.expect, { kind: 'lease', id: row.ramp.id, fence }],
  }
  const { kind } = await store.commit(commit)
  return kind === 'done' ? 'moved' : 'nothing'
}

/** A rule that no longer serves what the ramp published is never written over by a step, only by taking the ramp back. */
function carefully({ row, config, findings, decision, now }: Look, event: RampEvent) {
  const transition = move(row.ramp, event, now)
  const known = knownOf(findings, decision)
  const raises = transition.kind === 'moved' && republished(row.ramp, transition.ramp) && event.kind !== 'roll_back'
  if (!raises || serves(config, row.ramp)) return { transition, known }
  const conflict = { kind: 'conflict', seq: row.ramp.seq } as const
  if (row.ramp.latches.some((latch) => latch.kind === 'conflict'))
    return { transition: { kind: 'same' } as const, known }
  return {
    transition: move(row.ramp, { kind: 'latch', latches: [...row.ramp.latches, conflict] }, now),
    known: { ...known, holds: [latchedHold(conflict, undefined)] },
  }
}

/** A ramp acts in its own name. */
function asRamp(ramp: StoredRamp): Asker {
  return {
    actor: { kind: 'ramp', id: ramp.id, name: `ramp ${ramp.id}`, ...(ramp.run === null ? {} : { run: ramp.run }) },
    comment: null,
    request: { id: `${ramp.id}/${ramp.seq}`, address: null },
  }
}
