import type { Instance } from '@rampart/contract/admin'
import type { Clock } from '../clock.ts'
import type { Delivery, StreamCounts } from '../delivery/delivery.ts'
import type { Store } from '../store/store.ts'
import type { LastEvidence } from './last-evidence.ts'

/** What the gauges show, as it is at one moment. */
export interface Observed {
  readonly streams: StreamCounts
  /** Since the latest backup, in seconds. Undefined when none is known of. */
  readonly backupAge?: number | undefined
  readonly environments: readonly ObservedEnvironment[]
  /** Those that have not ended. */
  readonly ramps: readonly ObservedRamp[]
}

export interface ObservedEnvironment {
  readonly project: string
  readonly environment: string
  readonly revision: number
  readonly instances: { readonly current: number; readonly behind: number; readonly gone: number }
}

export interface ObservedRamp {
  readonly project: string
  readonly environment: string
  readonly flag: string
  readonly state: string
  readonly percent: number
  readonly guards: readonly {
    readonly guard: string
    readonly verdict: string
    readonly treatment: number | null
    readonly control: number | null
  }[]
}

export interface ObservedFrom {
  readonly store: Pick<Store, 'projects' | 'environments' | 'ramps'>
  readonly delivery: Pick<Delivery, 'streams' | 'instances'>
  readonly evidence: Pick<LastEvidence, 'of'>
  readonly clock: Clock
  /** In epoch milliseconds. */
  readonly lastBackupAt: () => number | undefined
}

/** More ramps at once than this are not told of. */
export const MOST_RAMPS = 1_000

export async function observe({ store, delivery, evidence, clock, lastBackupAt }: ObservedFrom): Promise<Observed> {
  const projects = await store.projects()
  const environments = await Promise.all(projects.map(({ key }) => store.environments(key)))
  const rows = await store.ramps({ active: true, limit: MOST_RAMPS })
  const backedUpAt = lastBackupAt()
  return {
    streams: delivery.streams(),
    backupAge: backedUpAt === undefined ? undefined : Math.max(0, (clock.now() - backedUpAt) / 1_000),
    environments: environments.flat().map(({ project, key: environment, revision }) => ({
      project,
      environment,
      revision,
      instances: statesOf(delivery.instances({ project, environment }), revision),
    })),
    ramps: rows.map(({ ramp: { id, project, environment, flag, state, percent } }) => ({
      project,
      environment,
      flag,
      state,
      percent: percent.now,
      guards: evidence.of(id).map(({ guard, verdict, treatment, control }) => ({
        guard,
        verdict,
        treatment: treatment.rate,
        control: control.rate,
      })),
    })),
  }
}

/** A revision that changed nothing for an instance is not sent to it, so that who is behind may have everything. */
function statesOf(instances: readonly Instance[], revision: number): ObservedEnvironment['instances'] {
  const there = instances.filter(({ connected }) => connected)
  const current = there.filter((instance) => (instance.revision ?? -1) >= revision).length
  return { current, behind: there.length - current, gone: instances.length - there.length }
}
