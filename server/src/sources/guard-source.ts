import type { Guard, GuardSource } from '@rampart/contract/admin'
import type { ArmNames } from './reading.ts'

export type PrometheusGuard = Extract<GuardSource, { kind: 'prometheus' }>
export type HttpGuard = Extract<GuardSource, { kind: 'http' }>

/** A source that the server itself reads; what is pushed, and what SDKs report, comes by itself. */
export type ReadSource = PrometheusGuard | HttpGuard

export function isRead(source: GuardSource): source is ReadSource {
  return source.kind === 'prometheus' || source.kind === 'http'
}

/** Whether a guard's figures come from elsewhere than an SDK. */
export function isElsewhere({ source }: Pick<Guard, 'source'>): boolean {
  return source.kind !== 'sdk'
}

/** What stands for the name of an arm in the pointers of a JSON document. */
export const ARM = '{arm}'

/** Whether a source tells the arms apart. Otherwise its figures are of the whole service. */
export function comparesArms(source: GuardSource): boolean {
  if (source.kind === 'prometheus') return source.armLabel !== null
  return source.kind === 'http' ? source.events.includes(ARM) && source.total.includes(ARM) : true
}

/** Whether figures are those of a time that they name. Counters that are read lag behind by up to one scrape. */
export function countsByWindow(source: GuardSource): boolean {
  return (
    source.kind === 'pushed' || (source.kind === 'http' && source.url.includes('{from}') && source.url.includes('{to}'))
  )
}

/** What a source calls the arms of a ramp: as the guard says, or by the variations that are given. */
export function armNames(
  source: ReadSource,
  { to, otherwise }: { readonly to: string; readonly otherwise: string },
): ArmNames {
  return source.arms ?? { treatment: to, control: otherwise }
}
