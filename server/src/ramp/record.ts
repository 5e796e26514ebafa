import type { Evidence } from '@rampart/contract/admin'
import type { AuditDraft, ChangeDraft, Expectation, RampRow, StoredAlert, StoredConfig, Write } from '../store/store.ts'
import { explainMove, type Known } from './explain/moves.ts'
import { withPercent } from './rollout.ts'
import type { StoredRamp } from './state.ts'
import type { RampAction } from './transitions.ts'
import { watchOf } from './watch.ts'

/** A move of a ramp, and what was known when it was made. */
export interface Move {
  readonly before: RampRow
  readonly after: StoredRamp
  readonly action: RampAction | null
  readonly known: Known
  readonly at: number
}

/** The parts of the one commit in which a ramp, its flag, its audit entry and its alert change together or not at all. */
export interface Parts {
  readonly expect: readonly Expectation[]
  readonly writes: readonly Write[]
  readonly changes: readonly ChangeDraft[]
  readonly audit: readonly AuditDraft[]
}

/** Everything a move writes except the flag's configuration, which a kill writes itself. */
export function recordMove(move: Move): Parts {
  const { before, after, action } = move
  const words = action === null ? '' : explainMove(before.ramp, after, action, move.known, move.at)
  const alert = action === null ? null : alertOf(move, action, words)
  return {
    expect: [{ kind: 'ramp', id: after.id, version: before.version }],
    writes: [{ put: 'ramp', ramp: after }, ...(alert === null ? [] : [{ put: 'alert', alert } as const])],
    changes: changesOf(before.ramp, after),
    audit: action === null ? [] : [auditOf(move, action, words)],
  }
}

/** The same with the flag's rule, which is written only over what was read: nothing that others wrote is overwritten. */
export function recordPublish(move: Move, config: StoredConfig): Parts {
  const parts = recordMove(move)
  if (!republished(move.before.ramp, move.after)) return parts
  const { environment, flag, revision } = config
  return {
    ...parts,
    expect: [...parts.expect, { kind: 'config', environment, flag, revision }],
    writes: [...parts.writes, { put: 'config', config: withPercent(config, move.after) }],
  }
}

/** Whether the flag itself serves something else after the move. */
export function republished(before: StoredRamp, after: StoredRamp): boolean {
  return after.seq !== before.seq
}

function changesOf(before: StoredRamp, after: StoredRamp): readonly ChangeDraft[] {
  const publishes = republished(before, after)
  if (!publishes && JSON.stringify(watchOf(before)) === JSON.stringify(watchOf(after))) return []
  const urgent = after.state === 'rolled_back' || after.state === 'killed' || after.percent.now < before.percent.now
  return [{ environment: after.environment, flags: publishes ? [after.flag] : [], watches: [after.id], urgent }]
}

/** The audit entry of a move: where the ramp was, where it is. */
function auditOf({ before, after, known }: Move, action: RampAction, words: string): AuditDraft {
  return {
    action,
    subject: { kind: 'ramp', key: after.id, environment: after.environment },
    before: summary(before.ramp),
    after: summary(after),
    words: `${after.flag}: ${words}`,
    ...(EVIDENCED.has(action) ? { evidence: evidenceOf(after, known.evidence) } : {}),
  }
}

const EVIDENCED: ReadonlySet<RampAction> = new Set([
  'ramp.advanced',
  'ramp.baking',
  'ramp.completed',
  'ramp.stepped_back',
  'ramp.rolled_back',
  'ramp.held',
  'ramp.warned',
])

/** What ended a ramp, else what was known. */
function evidenceOf(after: StoredRamp, known: readonly Evidence[]): readonly Evidence[] {
  return after.end?.cause?.kind === 'guard' ? after.end.cause.evidence : known
}

function summary({ state, step, percent }: StoredRamp) {
  return { state, step, percent: percent.now }
}

/** Every end, every hold that waits for a person and every start is told; each once, since its id names it. */
function alertOf({ after, known, at }: Move, action: RampAction, words: string): StoredAlert | null {
  const kind = action === 'ramp.warned' ? lastSaid(after) : ALERTS[action]
  if (kind === undefined) return null
  const evidence = evidenceOf(after, known.evidence)
  return {
    id: `a_${after.id}_${after.seq}_${kind}`,
    project: after.project,
    environment: after.environment,
    flag: after.flag,
    ramp: after.id,
    seq: after.seq,
    kind,
    words: `${after.flag} in ${after.environment}: ${words}`,
    url: `/p/${after.project}/ramps/${after.id}`,
    at,
    ...(evidence.length === 0 ? {} : { evidence }),
  }
}

function lastSaid(ramp: StoredRamp): StoredAlert['kind'] {
  return ramp.alerted.at(-1)?.kind ?? 'warned'
}

const ALERTS: { readonly [action in RampAction]?: StoredAlert['kind'] } = {
  'ramp.started': 'started',
  'ramp.held': 'held',
  'ramp.stepped_back': 'stepped_back',
  'ramp.rolled_back': 'rolled_back',
  'ramp.killed': 'killed',
  'ramp.completed': 'completed',
}
