import type { Serve } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import type { StoredRamp } from '../ramp/state.ts'
import type { StoredConfig } from '../store/store.ts'

/** Everything in a project that can rely on a variation. */
export interface Users {
  readonly configs: readonly StoredConfig[]
  /** Those that have not ended. */
  readonly ramps: readonly StoredRamp[]
}

/** Who relies on a variation, in words such as `rule beta in production`; none when nobody does. */
export function usersOf(flag: Key, variation: Key, { configs, ramps }: Users): readonly string[] {
  return [
    ...configs.flatMap((config) =>
      config.flag === flag ? ownUses(config, variation) : asks(config, flag, variation) ? [sayAsker(config, flag)] : [],
    ),
    ...ramps
      .filter((ramp) => ramp.flag === flag && (ramp.to === variation || ramp.otherwise === variation))
      .map((ramp) => `ramp ${ramp.id} in ${ramp.environment}`),
  ]
}

/** The configurations that have a flag as a prerequisite, in words. */
export function askersOf(flag: Key, configs: readonly StoredConfig[]): readonly string[] {
  return configs
    .filter(({ prerequisites }) => prerequisites.some((one) => one.flag === flag))
    .map((config) => `${config.flag} in ${config.environment}`)
}

function ownUses({ environment, off, rules, everyoneElse }: StoredConfig, variation: Key): readonly string[] {
  return [
    ...(off === variation ? [`the off variation in ${environment}`] : []),
    ...rules.filter(({ serve }) => gives(serve, variation)).map(({ id }) => `rule ${id} in ${environment}`),
    ...(gives(everyoneElse, variation) ? [`everyone else in ${environment}`] : []),
  ]
}

/** A weight of nought counts too: the variation is named there. */
function gives(serve: Serve, variation: Key): boolean {
  if (serve.rollout?.otherwise === variation) return true
  return 'split' in serve ? Object.hasOwn(serve.split.weights, variation) : serve.variation === variation
}

function asks({ prerequisites }: StoredConfig, flag: Key, variation: Key): boolean {
  return prerequisites.some((one) => one.flag === flag && one.variations.includes(variation))
}

function sayAsker(config: StoredConfig, flag: Key): string {
  return `${config.flag} in ${config.environment}, which has ${flag} as a prerequisite`
}
