import type { ConfigSettings, Flag, Serve } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Key } from '@rampart/core'
import { AppError } from '../app-error.ts'
import { checkCondition, type Known } from '../conditions/check.ts'
import type { Secrets } from '../conditions/telling.ts'
import { nearest } from '../http/nearest.ts'
import { checkPart } from '../layers/rules.ts'
import { wrongWay } from '../segments/rules.ts'
import type { StoredConfig } from '../store/store.ts'
import { tellsRules, untoldOf } from './client-side.ts'
import { invalid } from './rules.ts'

/** All hundred-thousandths of a split. */
const WHOLE = 100_000

/** What a configuration may refer to, in its environment. */
export interface Surroundings extends Known {
  readonly flags: readonly Flag[]
  /** Of the environment, as far as the settings refer to others. */
  readonly configs: readonly StoredConfig[]
  readonly layers: readonly Key[]
  /** What browsers are not told in this environment. */
  readonly secrets: Secrets
}

/** Throws `invalid` or `cycle` when a configuration that has the right shape makes no sense for its flag. */
export function checkSettings(flag: Flag, settings: ConfigSettings, around: Surroundings): void {
  const variations = flag.variations.map(({ key }) => key)
  const mistakes = [
    ...checkVariation(settings.off, '/off', variations),
    ...settings.rules.flatMap((rule, i) => [
      ...checkRuleId(settings, i),
      ...checkCondition(rule.when, `/rules/${i}/when`, around),
      ...checkServe(rule.serve, `/rules/${i}/serve`, variations),
    ]),
    ...checkServe(settings.everyoneElse, '/everyoneElse', variations),
    ...checkPrerequisites(settings, around.flags),
    ...checkPart(settings.layer, {
      layers: around.layers,
      others: around.configs.filter((one) => one.flag !== flag.key),
    }),
  ]
  if (mistakes.length > 0) throw invalid(mistakes)
  const untold = tellsRules(flag) ? untoldOf(settings, around) : []
  if (untold.length > 0) throw invalid(untold)
  refuseCircle(flag, settings, around)
}

function checkVariation(key: Key, pointer: string, variations: readonly Key[]): readonly ProblemDetail[] {
  if (variations.includes(key)) return []
  const near = nearest(key, variations)
  const mistake = { pointer, message: `names no variation of this flag: ${key}` }
  return [near === undefined ? mistake : { ...mistake, nearest: near }]
}

function checkRuleId({ rules }: ConfigSettings, i: number): readonly ProblemDetail[] {
  const id = rules[i]?.id
  if (rules.findIndex((rule) => rule.id === id) === i) return []
  return [{ pointer: `/rules/${i}/id`, message: `is there twice: ${id}` }]
}

function checkServe(serve: Serve, at: string, variations: readonly Key[]): readonly ProblemDetail[] {
  const rollout = serve.rollout
  return [
    ...('split' in serve
      ? checkWeights(serve.split.weights, `${at}/split/weights`, variations)
      : checkVariation(serve.variation, `${at}/variation`, variations)),
    ...(rollout === undefined ? [] : checkVariation(rollout.otherwise, `${at}/rollout/otherwise`, variations)),
  ]
}

function checkWeights(
  weights: Readonly<Record<Key, number>>,
  at: string,
  variations: readonly Key[],
): readonly ProblemDetail[] {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0)
  return [
    ...Object.keys(weights).flatMap((key) => checkVariation(key, `${at}/${key}`, variations)),
    ...(sum === WHOLE ? [] : [{ pointer: at, message: `must sum to ${WHOLE}; they sum to ${sum}` }]),
  ]
}

function checkPrerequisites({ prerequisites }: ConfigSettings, flags: readonly Flag[]): readonly ProblemDetail[] {
  return prerequisites.flatMap(({ flag: key, variations }, i) => {
    const asked = flags.find((flag) => flag.key === key)
    if (asked !== undefined && asked.archivedAt !== null) {
      return [{ pointer: `/prerequisites/${i}/flag`, message: `is archived: ${key}` }]
    }
    if (asked !== undefined) {
      const known = asked.variations.map((variation) => variation.key)
      return variations.flatMap((variation, j) =>
        checkVariation(variation, `/prerequisites/${i}/variations/${j}`, known).map((mistake) => ({
          ...mistake,
          message: `names no variation of ${key}: ${variation}`,
        })),
      )
    }
    const near = nearest(
      key,
      flags.map((flag) => flag.key),
    )
    const mistake = { pointer: `/prerequisites/${i}/flag`, message: `names no flag of this project: ${key}` }
    return [near === undefined ? mistake : { ...mistake, nearest: near }]
  })
}

function refuseCircle(flag: Flag, settings: ConfigSettings, { configs }: Surroundings): void {
  const asked = new Map(configs.map((config) => [config.flag, config.prerequisites.map((one) => one.flag)]))
  asked.set(
    flag.key,
    settings.prerequisites.map((one) => one.flag),
  )
  const way = wrongWay(asked.keys(), (key) => asked.get(key) ?? [])
  if (way === undefined) return
  throw new AppError(
    'cycle',
    `The prerequisites would lead in a circle or too deep: ${way.join(' → ')}. Nothing was changed.`,
  )
}
