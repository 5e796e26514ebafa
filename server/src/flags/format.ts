import type { ConfigSettings, FlagConfig, Serve } from '@rampart/contract/admin'
import type { Condition, Json } from '@rampart/core'
import { sayPart } from '../layers/rules.ts'
import { sayList, sayPercent, sayUnits } from '../ramp/explain/numbers.ts'

/** Conditions and rules beyond these are counted, not told: the sentence is to be read at a glance. */
const MOST_RULES = 3
const MOST_VALUES = 3

/** The sentence that says what a configuration does: "10% of users get on, everyone else gets off." */
export function sayConfig(config: ConfigSettings & Pick<FlagConfig, 'killed'>): string {
  if (config.killed !== null) return `Killed: everyone gets ${config.off}.`
  if (!config.on) return `Off: everyone gets ${config.off}.`
  const rules = config.rules.filter((rule) => !rule.paused)
  const told = rules.slice(0, MOST_RULES).map((rule) => `If ${sayCondition(rule.when)}, ${saySome(rule.serve)}.`)
  const untold = rules.length - told.length
  return [
    ...config.prerequisites.map(
      ({ flag, variations }) => `Unless ${flag} gives ${sayOr(variations)}, everyone gets ${config.off}.`,
    ),
    ...(config.layer === null
      ? []
      : [`Outside ${sayPart(config.layer)} of layer ${config.layer.key}, everyone gets ${config.off}.`]),
    ...told,
    ...(untold > 0 ? [`${untold} more ${untold === 1 ? 'rule' : 'rules'}.`] : []),
    rules.length === 0 ? `${capital(saySome(config.everyoneElse))}.` : sayRest(config.everyoneElse),
  ].join(' ')
}

/** A condition in words: "country is DE or AT and in segment beta". */
export function sayCondition(condition: Condition): string {
  if ('all' in condition) return sayGroup(condition.all, 'and', 'always')
  if ('any' in condition) return sayGroup(condition.any, 'or', 'never')
  if ('not' in condition) return `not (${sayCondition(condition.not)})`
  if ('segment' in condition) return `in segment ${condition.segment}`
  const { attribute, operator, operand } = condition
  if (operator === 'exists') return `${attribute} is known`
  if (operator === 'is one of') return `${attribute} is ${sayOperand(operand)}`
  return `${attribute} ${operator.replace(/^(?:number|version|time) /, '')} ${sayOperand(operand)}`
}

/**
 * The share of the only rollout of a configuration; null when there is more than one, or only rules or a split to tell. A plain
 * variation for everyone is 100, or 0 when it is the off variation.
 */
export function shareOf({
  rules,
  everyoneElse,
  off,
}: Pick<ConfigSettings, 'rules' | 'everyoneElse' | 'off'>): number | null {
  const active = rules.filter((rule) => !rule.paused)
  const plain = active.length === 0 && everyoneElse.rollout === undefined && 'variation' in everyoneElse
  if (plain) return everyoneElse.variation === off ? 0 : 100
  const serves = [...active.map((rule) => rule.serve), everyoneElse]
  const rollouts = serves.flatMap(({ rollout }) => (rollout === undefined ? [] : [rollout.percent]))
  return rollouts.length === 1 ? (rollouts[0] ?? null) : null
}

/** "everyone gets on", "10% of users get on, everyone else gets off", "50% of users get red, 50% blue". */
function saySome(serve: Serve): string {
  const { rollout } = serve
  const units = sayUnits(serve.by ?? 'targetingKey')
  if (rollout === undefined) return 'split' in serve ? sayWeights(serve, units) : `everyone gets ${serve.variation}`
  const given = 'split' in serve ? `a split (${sayWeights(serve, units)})` : serve.variation
  return `${sayPercent(rollout.percent)} of ${units} get ${given}, everyone else gets ${rollout.otherwise}`
}

function sayRest(serve: Serve): string {
  if (serve.rollout === undefined && 'variation' in serve) return `Everyone else gets ${serve.variation}.`
  return `Of everyone else, ${saySome(serve).replace('everyone else gets', 'the rest gets')}.`
}

function sayWeights(serve: Extract<Serve, { split: unknown }>, units: string): string {
  const [first, ...others] = Object.entries(serve.split.weights).filter(([, weight]) => weight > 0)
  if (first === undefined) return 'nobody gets anything'
  return sayList([
    `${sayPercent(first[1] / 1000)} of ${units} get ${first[0]}`,
    ...others.map(([key, weight]) => `${sayPercent(weight / 1000)} ${key}`),
  ])
}

function sayGroup(conditions: readonly Condition[], word: 'and' | 'or', empty: string): string {
  if (conditions.length === 0) return empty
  const parts = conditions.map((one) => ('all' in one || 'any' in one ? `(${sayCondition(one)})` : sayCondition(one)))
  return parts.length === 1 ? parts.join('').replace(/^\((.*)\)$/, '$1') : parts.join(` ${word} `)
}

function sayOperand(operand: Json | undefined): string {
  if (!Array.isArray(operand)) return sayValue(operand)
  const told = operand.slice(0, MOST_VALUES).map(sayValue)
  return operand.length > MOST_VALUES ? `${told.join(', ')} or ${operand.length - MOST_VALUES} more` : sayOr(told)
}

function sayValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function sayOr(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
