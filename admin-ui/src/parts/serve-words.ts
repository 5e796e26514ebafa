import type { FlagConfig, Serve } from '@rampart/contract/admin'
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

/** What is served once a flag is on and not killed: `Everyone gets on`, `3 rules, then 10% get on, the rest get off`. */
export function sayServed({ rules, everyoneElse }: Pick<FlagConfig, 'rules' | 'everyoneElse'>): string {
  const active = rules.filter((rule) => !rule.paused).length
  const rest = sayRest(everyoneElse, active > 0 ? 'everyone else' : 'everyone')
  const text = active === 0 ? rest : `${active} ${active === 1 ? 'rule' : 'rules'}, then ${rest}`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function sayRest(serve: Serve, who: string): string {
  if (serve.rollout !== undefined) {
    const what = 'split' in serve ? `a split (${sayWeights(serve.split.weights)})` : serve.variation
    return `${sayPercent(serve.rollout.percent)} get ${what}, the rest get ${serve.rollout.otherwise}`
  }
  return 'split' in serve ? sayWeights(serve.split.weights) : `${who} gets ${serve.variation}`
}
