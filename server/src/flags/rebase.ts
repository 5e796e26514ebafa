import type { AuditEntry, ConfigSettings, Serve } from '@rampart/contract/admin'
import { EVERYONE_ELSE, type Id } from '@rampart/core'
import type { IfMatch } from '../http/preconditions.ts'
import type { Store } from '../store/store.ts'
import type { Found } from './lookup.ts'
import { sameJson } from './rules.ts'

/**
 * A ramp's own percent makes revisions, but leaves the rest of the flag to people: an edit that was made from an earlier
 * revision of the same ramp is taken as if it was made from the present one, with the present share in the ramped rule.
 * Undefined when somebody else changed the configuration too, or the edit touches the ramped rule.
 */
export async function rebased(
  store: Pick<Store, 'audit'>,
  { config, ramp, environment, flag }: Found,
  ifMatch: IfMatch,
  settings: ConfigSettings,
): Promise<ConfigSettings | undefined> {
  if (ramp === undefined || typeof ifMatch !== 'number' || ifMatch >= config.revision) return undefined
  const scope = environment.project
  const edits = await store.audit({
    scope,
    subject: { kind: 'flag', key: flag.key, environment: environment.key },
    limit: 1,
  })
  const moves = await store.audit({ scope, subject: { kind: 'ramp', key: ramp.ramp.id }, limit: 1000 })
  const started = revisionIn(moves.at(-1), environment.key)
  if (started === undefined || ifMatch < Math.max(started, revisionIn(edits[0], environment.key) ?? 0)) return undefined
  return withServeOf(config, settings, ramp.ramp.rule)
}

function revisionIn(entry: AuditEntry | undefined, environment: string): number | undefined {
  return entry?.revisions.find((one) => one.environment === environment)?.revision
}

function withServeOf(now: ConfigSettings, settings: ConfigSettings, rule: Id): ConfigSettings | undefined {
  if (rule === EVERYONE_ELSE) {
    return sameButPercent(now.everyoneElse, settings.everyoneElse)
      ? { ...settings, everyoneElse: now.everyoneElse }
      : undefined
  }
  const held = now.rules.find(({ id }) => id === rule)
  const edited = settings.rules.find(({ id }) => id === rule)
  if (held === undefined || edited === undefined || !sameButPercent(held.serve, edited.serve)) return undefined
  return { ...settings, rules: settings.rules.map((one) => (one.id === rule ? { ...one, serve: held.serve } : one)) }
}

function sameButPercent(a: Serve, b: Serve): boolean {
  return sameJson(withoutPercent(a), withoutPercent(b))
}

function withoutPercent(serve: Serve): unknown {
  return { ...serve, rollout: serve.rollout && { ...serve.rollout, percent: 0 } }
}
