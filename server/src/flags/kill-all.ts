import { untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import type { Asker, ChangeDraft, Commit, RampRow, Store, StoredConfig } from '../store/store.ts'
import { type Change, settingsOf } from './change.ts'
import { killing } from './kill.ts'
import type { ConfigPlace } from './lookup.ts'

export interface KillOrder {
  readonly project: string
  /** Every place is in the project, and there once. */
  readonly places: readonly ConfigPlace[]
  readonly asker: Asker
  readonly reason: string | null
}

export interface KilledFlag {
  readonly flag: string
  readonly environment: string
  readonly revision: number
  readonly already: boolean
}

/** More ramps than flags can have. */
const EVERY_RAMP = 1_000_000

/**
 * Kills many flags of a project in one commit: one revision in each environment, one audit entry for each flag. An
 * environment of five hundred flags is dark as soon as one is, and not flag by flag. What is killed already stays as it is.
 */
export function killAll(
  { store, clock }: { readonly store: Pick<Store, 'configs' | 'ramps' | 'commit'>; readonly clock: Clock },
  { project, places, asker, reason }: KillOrder,
): Promise<readonly KilledFlag[]> {
  const wanted = new Set(places.map(nameOf))
  return untilCommitted<readonly KilledFlag[]>(async () => {
    const configs = (await store.configs(project)).filter((config) => wanted.has(nameOf(config)))
    const ramps = await store.ramps({ project, active: true, limit: EVERY_RAMP })
    const at = clock.now()
    const kills = configs.flatMap((config) => {
      const change = killing({ config, ramp: rampOf(config, ramps) }, asker, reason, at)
      return change === null ? [] : [{ config, change }]
    })
    const committed =
      kills.length === 0 ? undefined : await store.commit({ scope: project, at, asker, ...together(kills) })
    if (committed !== undefined && committed.kind !== 'done') return { kind: 'conflict' }
    const made = new Map(committed?.revisions.map(({ environment, revision }) => [environment, revision]))
    const fresh = new Set(kills.map(({ config }) => config))
    const answer = configs.map((config) => {
      const { flag, environment, revision } = config
      const already = !fresh.has(config)
      return { flag, environment, revision: already ? revision : (made.get(environment) ?? revision), already }
    })
    return { kind: 'answer', answer }
  })
}

function nameOf({ environment, flag }: Pick<ConfigPlace, 'environment' | 'flag'>): string {
  return `${environment}/${flag}`
}

function rampOf({ environment, flag }: StoredConfig, ramps: readonly RampRow[]): RampRow | undefined {
  return ramps.find(({ ramp }) => ramp.environment === environment && ramp.flag === flag)
}

interface OneKill {
  readonly config: StoredConfig
  readonly change: Change
}

function together(kills: readonly OneKill[]): Pick<Commit, 'expect' | 'writes' | 'changes' | 'audit'> {
  return {
    expect: kills.flatMap(({ config: { environment, flag, revision }, change: { ended } }) => [
      { kind: 'config' as const, environment, flag, revision },
      ...(ended?.expect ?? []),
    ]),
    writes: kills.flatMap(({ change: { draft, ended } }) => [
      { put: 'config' as const, config: draft },
      ...(ended?.writes ?? []),
    ]),
    changes: changesOf(kills),
    audit: kills.flatMap(({ config, change: { action, draft, words, ended } }) => [
      {
        action,
        subject: { kind: 'flag' as const, key: config.flag, environment: config.environment },
        before: settingsOf(config),
        after: settingsOf(draft),
        words,
      },
      ...(ended?.audit ?? []),
    ]),
  }
}

function changesOf(kills: readonly OneKill[]): readonly ChangeDraft[] {
  const environments = new Set(kills.map(({ config }) => config.environment))
  return [...environments].map((environment) => {
    const here = kills.filter(({ config }) => config.environment === environment)
    return {
      environment,
      flags: here.map(({ config }) => config.flag),
      watches: here.flatMap(({ change }) => change.ended?.watches ?? []),
      urgent: true,
    }
  })
}
