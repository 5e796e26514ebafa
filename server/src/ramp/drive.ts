import type { Propagation } from '@rampart/contract/admin'
import type { Id, Revision } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { FigureReader } from '../sources/figure-reader.ts'
import type { Asker, Commit, EnvironmentRef, RampRow, Store, StoredConfig } from '../store/store.ts'
import { lookBack } from './aftercare.ts'
import { type Decision, decide, type Reach } from './decide.ts'
import { latchedHold } from './explain/holds.ts'
import { nothingKnown } from './explain/moves.ts'
import type { FoldedRow } from './fold.ts'
import { type Gates, gateOf } from './gates.ts'
import { type Findings, judge } from './judge.ts'
import { recordPublish, republished } from './record.ts'
import { knownOf, respond } from './respond.ts'
import { serves } from './rollout.ts'
import type { Reached, StoredRamp } from './state.ts'
import type { TickReader } from './tick-reader.ts'
import { move, type RampEvent, type Transition } from './transitions.ts'
import { upkeep } from './upkeep.ts'

/** What the driver asks of delivery: how far a revision has travelled. */
export interface Fleet {
  propagation(ref: EnvironmentRef, revision: Revision): Promise<Propagation>
  /** The figures of a ramp moved without a commit. */
  rampTicked(ramp: EnvironmentRef & { readonly flag: string; readonly ramp: Id }): void
}

export interface DriveOptions {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: Fleet
  readonly gates: Gates
  readonly ticks: TickReader
  readonly figures: FigureReader
  /** Hears of each look at a ramp. */
  readonly onLook?: ((ramp: Id, findings: Findings) => void) | undefined
}

/** A ramp that is ours to move while nobody else has taken it. */
export interface Claimed {
  readonly row: RampRow
  readonly fence: number
}

/** As many moves as one look can ask for: say, begin to judge, go on. */
const MOST_MOVES = 5

/** Moves one ramp as far as one look allows, which is one step at most. Answers a number that grows with what is known of it. */
export async function drive(options: DriveOptions, claimed: Claimed): Promise<number> {
  const { store } = options
  let row: RampRow | undefined = claimed.row
  let counted = 0
  for (let moves = 0; moves < MOST_MOVES && row !== undefined; moves += 1) {
    const config = await store.config(row.ramp, row.ramp.flag)
    if (config === undefined) return counted
    const look = await (row.ramp.end === null ? lookAt : lookAfter)(options, { row, config, fence: claimed.fence })
    counted = look.counted
    if (look.event === null || !(await act(options, look))) return counted
    if (look.isLast) return counted
    row = await store.ramp(row.ramp.id)
  }
  return counted
}

interface Read {
  readonly row: RampRow
  readonly config: StoredConfig
  readonly fence: number
}

interface Look extends Read {
  readonly now: number
  readonly counted: number
  /** What follows from the look; null is nothing. */
  readonly event: RampEvent | null
  readonly known: Parameters<typeof recordPublish>[0]['known']
  /** Nothing else is decided after it: the next step is judged by what comes in then. */
  readonly isLast: boolean
}

async function lookAt(options: DriveOptions, read: Read): Promise<Look> {
  const { clock, gates } = options
  const { ramp } = read.row
  const kept = await upkeep(options, ramp)
  if (kept !== null) return { ...read, now: clock.now(), counted: 0, event: kept, known: nothingKnown, isLast: false }
  const rows = await options.ticks.read(ramp)
  const figures = await options.figures.read(ramp)
  const { reach, reached } = await reachOf(options, ramp, read.config)
  const now = clock.now()
  const findings = judge(ramp, rows, { figures, now })
  options.onLook?.(ramp.id, findings)
  const decision = decide(ramp, findings, reach, now)
  const gate = gateOf(ramp)
  if (gate !== null && waitsForGate(decision)) gates.ask(gate)
  const event = respond(ramp, findings, decision, reached)
  const units = unitsIn(rows)
  const counted = figures.states.reduce((n, { version }) => n + version, units)
  const isLast = decision.kind === 'advance' || decision.kind === 'step_back' || decision.kind === 'rollback'
  return { ...read, now, counted, event, known: knownOf(findings, decision), isLast }
}

/** After the end nothing is moved any more: what is found is said. */
async function lookAfter({ clock, ticks }: DriveOptions, read: Read): Promise<Look> {
  const rows = await ticks.read(read.row.ramp)
  const now = clock.now()
  const { ramp } = read.row
  // Somebody edited the rule since: what comes in no longer tells of this release.
  const isServed = ramp.state !== 'completed' || serves(read.config, ramp)
  const { event, evidence } = isServed ? lookBack(ramp, rows, now) : { event: FORGET, evidence: [] }
  return { ...read, now, counted: unitsIn(rows), event, known: { evidence, holds: [] }, isLast: false }
}

function unitsIn(rows: readonly FoldedRow[]): number {
  return rows.reduce((n, { treatment, control }) => n + treatment + control, 0)
}

const FORGET: RampEvent = { kind: 'forget' }

function waitsForGate(decision: Decision): boolean {
  return decision.kind === 'hold' && decision.because.some(({ kind }) => kind === 'gate' || kind === 'approval')
}

/** The fleet is asked for only while a publish is on its way. */
async function reachOf(
  { fleet, gates, clock }: DriveOptions,
  ramp: StoredRamp,
  config: StoredConfig,
): Promise<{ readonly reach: Reach; readonly reached: Reached | null }> {
  const gate = gateOf(ramp)
  const answer = gate === null ? undefined : gates.answer(gate)
  const along = answer === undefined ? {} : { gate: answer }
  if (ramp.judgingSince !== null) return { reach: { instances: 0, behind: 0, ...along }, reached: null }
  const { instances, holding, slowestMs, behind } = await fleet.propagation(ramp, config.revision)
  return {
    reach: { instances, behind: instances - holding, names: behind, ...along },
    reached: { at: clock.now(), instances, holding, slowestMs, behind },
  }
}

/** Commits what a look asks for. When anything it read has changed meanwhile, nothing is written; the next round looks again. */
async function act({ store }: DriveOptions, look: Look): Promise<boolean> {
  const { row, config, now, fence, event } = look
  if (event === null) return false
  const { transition, known } = carefully(look, event)
  if (transition.kind !== 'moved') return false
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
  return (await store.commit(commit)).kind === 'done'
}

/** A rule that no longer serves what the ramp published is never written over by a step, only by taking the ramp back. */
function carefully(
  { row, config, known, now }: Look,
  event: RampEvent,
): { readonly transition: Transition; readonly known: Look['known'] } {
  const transition = move(row.ramp, event, now)
  const raises = transition.kind === 'moved' && republished(row.ramp, transition.ramp) && event.kind !== 'roll_back'
  if (!raises || serves(config, row.ramp)) return { transition, known }
  const conflict = { kind: 'conflict', seq: row.ramp.seq } as const
  if (row.ramp.latches.some((latch) => latch.kind === 'conflict')) return { transition: { kind: 'same' }, known }
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
