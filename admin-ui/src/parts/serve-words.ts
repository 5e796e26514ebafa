import type { Serve } from '@rampart/contract/admin'
import { sayPercent } from './percent.ts'

/** What a rule gives, in few words: `on`, `on for 10%, else off`, `red 50%, blue 50%`. */
export function sayServe(serve: Serve): string {
  const what = 'split' in serve ? sayWeights(serve.split.weights) : serve.variation
  return serve.rollout === undefined
    ? what
    : `${what} for ${sayPercent(serve.rollout.percent)}, else ${serve.rollout.otherwise}`
}

/** Weights are hundred-thousandths. */
export function sayWeights(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([variation, weight]) => `${variation} ${sayPercent(weight / 1000)}`)
    .join(', ')
}
