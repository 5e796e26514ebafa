import type { ConfigSettings, Serve } from '@rampart/contract/admin'
import { type Friction, frictionOf, frictionOfRelease } from './friction.ts'

/**
 * How much a change of a whole configuration asks for. Rules are reviewed; switching on, and a rise of everyone else by much,
 * ask in a protected environment as they do by themselves.
 */
export function frictionOfSettings(
  before: ConfigSettings,
  after: ConfigSettings,
  isProtected: boolean,
): Exclude<Friction, 'direct' | 'confirm'> {
  if (after.on && !before.on) return frictionOfRelease(isProtected)
  const shares = sharesOf(after.everyoneElse)
  const rises = [...shares.keys()]
    .filter((variation) => variation !== after.off)
    .map((variation) =>
      frictionOf(sharesOf(before.everyoneElse).get(variation) ?? 0, shares.get(variation) ?? 0, isProtected),
    )
  return rises.includes('typed') ? 'typed' : 'review'
}

/** The percent of everyone that each variation gets. */
function sharesOf(serve: Serve): ReadonlyMap<string, number> {
  const { rollout } = serve
  const given = rollout === undefined ? 100 : rollout.percent
  const weights: readonly (readonly [string, number])[] =
    'split' in serve ? Object.entries(serve.split.weights) : [[serve.variation, 100_000]]
  const shares = new Map<string, number>()
  const add = (variation: string, percent: number) => shares.set(variation, (shares.get(variation) ?? 0) + percent)
  for (const [variation, weight] of weights) add(variation, (given * weight) / 100_000)
  if (rollout !== undefined) add(rollout.otherwise, 100 - given)
  return shares
}
