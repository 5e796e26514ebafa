import type { Person, Scenario } from './world.ts'

/** Somebody who answers questions about the flags of `world.ts`, through its public call and with counting on. */
export interface Contestant {
  readonly isAsync: boolean
  /** What it can express. */
  readonly scenarios: readonly Scenario[]
  /** The crowd is put into the contestant's own form once: whether a flag is on for the person at an index. */
  readonly about: (crowd: readonly Person[]) => (key: string) => (index: number) => boolean | Promise<boolean>
  /** All flags for the person at an index in one call, where there is one that is quicker than asking one by one. */
  readonly all?: (crowd: readonly Person[]) => (index: number) => unknown
  readonly close: () => unknown
}

export const EVERY_SCENARIO: readonly Scenario[] = ['everyone', 'half', 'rules', 'versions', 'ids', 'unknown', 'all']
