import type { Serve } from '@rampart/contract/admin'
import { EVERYONE_ELSE, type Id, type Key, type Path, type Percent } from '@rampart/core'
import type { StoredConfig } from '../store/store.ts'
import type { StoredRamp } from './state.ts'

export type Draft = Omit<StoredConfig, 'revision'>

/** What a ramp takes over of a rule. */
export interface Ramped {
  readonly to: Key
  readonly otherwise: Key
  readonly unit: Path
  readonly percent: Percent
}

export type Rampable = { readonly ok: true; readonly value: Ramped } | { readonly ok: false; readonly problem: string }

/** The serve of a rule, or of everyone else; undefined when there is no such rule. */
export function serveOf(config: Pick<Draft, 'rules' | 'everyoneElse'>, rule: Id): Serve | undefined {
  return rule === EVERYONE_ELSE ? config.everyoneElse : config.rules.find((r) => r.id === rule)?.serve
}

/**
 * How a rule's serve becomes the start of a ramp to `to`: what everybody else keeps, and the share that has `to` already.
 * A rule that splits, or rolls out another variation, is refused: raising a share would move people between variations.
 */
export function rampable(serve: Serve, to: Key): Rampable {
  const unit = serve.by ?? 'targetingKey'
  if ('split' in serve) return { ok: false, problem: 'the rule splits; a ramp raises the share of one variation' }
  if (serve.variation !== to) {
    if (serve.rollout !== undefined)
      return { ok: false, problem: `the rule rolls out ${serve.variation}; end that rollout before ramping ${to}` }
    return { ok: true, value: { to, otherwise: serve.variation, unit, percent: 0 } }
  }
  if (serve.rollout === undefined) return { ok: false, problem: `everybody under the rule has ${to} already` }
  return { ok: true, value: { to, otherwise: serve.rollout.otherwise, unit, percent: serve.rollout.percent } }
}

/** The configuration with the ramp's percent in its rule. Nothing else of the flag changes. */
export function withPercent(config: StoredConfig, ramp: StoredRamp): Draft {
  const { revision: _, ...draft } = config
  const serve = rampedServe(ramp)
  if (ramp.rule === EVERYONE_ELSE) return { ...draft, everyoneElse: serve }
  return { ...draft, rules: draft.rules.map((rule) => (rule.id === ramp.rule ? { ...rule, serve } : rule)) }
}

/** Whether the rule still serves what the ramp published last; if not, somebody edited it under the ramp. */
export function serves(config: StoredConfig, ramp: StoredRamp): boolean {
  const serve = serveOf(config, ramp.rule)
  if (serve === undefined || 'split' in serve) return false
  const { rollout } = serve
  return (
    serve.variation === ramp.to &&
    (serve.by ?? 'targetingKey') === ramp.unit &&
    rollout?.percent === ramp.percent.now &&
    rollout.otherwise === ramp.otherwise
  )
}

function rampedServe(ramp: StoredRamp): Serve {
  return {
    variation: ramp.to,
    rollout: { percent: ramp.percent.now, otherwise: ramp.otherwise },
    ...(ramp.unit === 'targetingKey' ? {} : { by: ramp.unit }),
  }
}
