import type { KillResult } from '@rampart/contract/admin'
import type { Percent } from '@rampart/core'
import { lastRecorded } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { endForKill } from '../ramp/hooks.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, Store } from '../store/store.ts'
import { type Change, type Changed, changeConfig } from './change.ts'
import { draftOf } from './configs.ts'
import { sayConfig } from './format.ts'
import { type ConfigPlace, type Found, viewOf } from './lookup.ts'

export interface EmergencyOrder {
  readonly place: ConfigPlace
  readonly asker: Asker
  readonly reason: string | null
}

export interface Waiting {
  /** How long to wait for the fleet; absent does not ask. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal
}

export interface Kill {
  /** Serves the off variation to everyone at once. Needs no revision, ends an active ramp and returns its share; doing it again changes nothing. */
  kill(order: EmergencyOrder, waiting?: Waiting): Promise<KillResult>
  /** Removes the mark and nothing else: what was configured before, or underneath, is served again. */
  restore(order: EmergencyOrder): Promise<Changed>
}

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly delivery: Pick<Delivery, 'waitForPropagation'>
}

export function createKill({ store, clock, delivery }: Parts): Kill {
  return {
    async kill({ place, asker, reason }, { waitMs, signal } = {}) {
      const result = await changeConfig(
        { store, clock },
        { place, asker, decide: (found, at) => killing(found, asker, reason, at) },
      )
      const told = result.changed !== undefined ? killedNow(result.change, result.changed) : killedBefore(result.found)
      const propagation =
        waitMs === undefined
          ? null
          : await delivery.waitForPropagation(place, told.revision, {
              timeoutMs: waitMs,
              ...(signal === undefined ? {} : { signal }),
            })
      return { ...told, propagation }
    },

    async restore({ place, asker, reason }) {
      const result = await changeConfig(
        { store, clock },
        { place, asker, decide: ({ config }) => restoring(config, reason) },
      )
      if (result.changed !== undefined) return result.changed
      const { config, ramp } = result.found
      const subject = { kind: 'flag', key: place.flag, environment: place.environment } as const
      return { item: viewOf(config, ramp?.ramp), ...(await lastRecorded(store, place.project, subject)) }
    },
  }
}

/** Null when it is killed already. */
export function killing(
  { config, ramp }: Pick<Found, 'config' | 'ramp'>,
  { actor }: Asker,
  reason: string | null,
  at: number,
): Change | null {
  if (config.killed !== null) return null
  const ended = ramp === undefined ? undefined : endForKill(ramp, config, { at, actor, reason })
  const draft = { ...(ended?.config ?? draftOf(config)), killed: { at: iso(at), by: actor, reason } }
  const words = `${config.flag} was killed in ${config.environment}. ${sayConfig(draft)}${sayReason(reason)}`
  return { draft, action: 'flag.killed', words, urgent: true, ...(ended === undefined ? {} : { ended }) }
}

function restoring(config: Found['config'], reason: string | null): Change | null {
  if (config.killed === null) return null
  const draft = { ...draftOf(config), killed: null }
  const words = `${config.flag} was restored in ${config.environment}. ${sayConfig(draft)}${sayReason(reason)}`
  return { draft, action: 'flag.restored', words }
}

function sayReason(reason: string | null): string {
  return reason === null || reason === '' ? '' : ` Reason: ${reason}`
}

interface Told extends Omit<KillResult, 'propagation' | 'ramp'> {
  readonly ramp: { id: string; percent: Percent } | null
}

function killedNow({ ended }: Change, { item, auditId }: Changed): Told {
  return {
    item,
    revision: item.revision,
    auditId,
    already: false,
    ramp: ended === undefined ? null : { ...ended.ramp },
  }
}

function killedBefore({ config, ramp }: Found): Told {
  return { item: viewOf(config, ramp?.ramp), revision: config.revision, auditId: null, already: true, ramp: null }
}
