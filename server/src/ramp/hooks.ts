import { isDeepStrictEqual } from 'node:util'
import type { Actor, ConfigSettings, FlagConfig } from '@rampart/contract/admin'
import type { Id, Percent } from '@rampart/core'
import { AppError } from '../app-error.ts'
import type { AuditDraft, Expectation, RampRow, StoredConfig, Write } from '../store/store.ts'
import { nothingKnown } from './explain/moves.ts'
import { recordMove } from './record.ts'
import { type Draft, serveOf, withPercent } from './rollout.ts'
import type { StoredRamp } from './state.ts'
import { move, type RampEvent } from './transitions.ts'

/** Who ends a ramp by writing to its flag, and why. */
export interface Ending {
  readonly at: number
  readonly actor: Actor
  readonly reason: string | null
}

/** What a commit that changes a ramped flag has to carry, so that flag and ramp change together or not at all. */
export interface RampEnded {
  /** The ramp, and the percent its rule has now. */
  readonly ramp: { readonly id: Id; readonly percent: Percent }
  /** The configuration to go on from: after a kill with the share the rule had before the ramp. */
  readonly config: Draft
  /** The ramp and its alert. */
  readonly writes: readonly Write[]
  readonly expect: readonly Expectation[]
  /** Ids for the commit's change. */
  readonly watches: readonly Id[]
  readonly audit: readonly AuditDraft[]
}

/** A kill ends the ramp as `killed` and returns the share, so that `restore` gives nobody more than before the ramp. */
export function endForKill(row: RampRow, config: StoredConfig, ending: Ending): RampEnded {
  const { actor, reason } = ending
  return end(row, config, { kind: 'kill', actor, reason }, ending.at)
}

/** A share set by hand with `endRamp` ends the ramp where it is; the caller writes the new share. */
export function endForEdit(row: RampRow, config: StoredConfig, ending: Ending): RampEnded {
  const { actor, reason } = ending
  return end(row, config, { kind: 'give_way', to: 'edited', actor, reason }, ending.at)
}

function end(row: RampRow, config: StoredConfig, event: RampEvent, at: number): RampEnded {
  const transition = move(row.ramp, event, at)
  const after = transition.kind === 'moved' ? transition.ramp : row.ramp
  const action = transition.kind === 'moved' ? transition.action : null
  const { expect, writes, audit } = recordMove({ before: row, after, action, known: nothingKnown, at })
  return {
    ramp: { id: after.id, percent: after.percent.now },
    config: withPercent(config, after),
    expect,
    writes,
    watches: [after.id],
    audit,
  }
}

/** The one rule that an active ramp owns. */
export function heldBy(ramp: StoredRamp | undefined): FlagConfig['heldBy'] {
  return ramp === undefined || ramp.end !== null ? null : { ramp: ramp.id, rule: ramp.rule }
}

/**
 * Refuses an edit of the rule that a ramp owns: what it serves, whom it matches, whether it is there. Everything else of the flag stays
 * editable. Throws `ramp_active` with the ramp and the verbs that end or steer it.
 */
export function requireUnheld(
  ramp: StoredRamp | undefined,
  before: Pick<ConfigSettings, 'rules' | 'everyoneElse'>,
  after: Pick<ConfigSettings, 'rules' | 'everyoneElse'>,
): void {
  if (ramp === undefined || ramp.end !== null) return
  if (isDeepStrictEqual(ruleIn(before, ramp.rule), ruleIn(after, ramp.rule))) return
  throw new AppError(
    'ramp_active',
    `Ramp ${ramp.id} owns this rule of ${ramp.flag} in ${ramp.environment} (now at ${ramp.percent.now}%); nothing was changed.`,
    {
      hint: 'Advance, pause or roll back the ramp, kill the flag, or set the share with endRamp.',
      current: { id: ramp.id },
    },
  )
}

function ruleIn(config: Pick<ConfigSettings, 'rules' | 'everyoneElse'>, rule: Id): unknown {
  const found = config.rules.find((r) => r.id === rule)
  return found === undefined ? serveOf(config, rule) : [found.when, found.serve, found.paused]
}
