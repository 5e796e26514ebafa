import { isRecord } from './attributes.ts'
import { WHOLE } from './bucket.ts'

/**
 * Whether a flag can be answered while it is off or killed: its values and its off variation are in order. Nothing else
 * is looked at then, so that a kill works even when the rest of the flag is broken or too new for this core.
 */
export function canServeOff(flag: unknown): boolean {
  return (
    isRecord(flag) &&
    typeof flag['on'] === 'boolean' &&
    isOptional(flag['killed'], isBoolean) &&
    hasValues(flag) &&
    isVariation(flag['off'], flag)
  )
}

/** Whether the rest of a flag is in order: `canServeOff` is known to hold. Conditions are judged, not checked. */
export function canBeEvaluated(flag: unknown): boolean {
  return (
    isRecord(flag) &&
    flag['hash'] === 'rampart-1' &&
    isOptional(flag['seed'], isText) &&
    isOptional(flag['prerequisites'], arePrerequisites) &&
    isOptional(flag['layer'], isLayerSlice) &&
    areRules(flag['rules'], flag) &&
    isServe(flag['serve'], flag)
  )
}

type Members = { readonly [member: string]: unknown }

function hasValues(flag: Members): boolean {
  const { variations, values, type } = flag
  return (
    isList(variations, isText) &&
    areValues(values, type) &&
    Array.isArray(variations) &&
    Array.isArray(values) &&
    variations.length === values.length
  )
}

function areValues(values: unknown, type: unknown): boolean {
  const isValue = typeof type === 'string' ? VALUES.get(type) : undefined
  return isValue !== undefined && isList(values, isValue)
}

/** By the type of a flag. */
const VALUES = new Map<string, (value: unknown) => boolean>([
  ['boolean', isBoolean],
  ['string', (value) => typeof value === 'string'],
  ['number', (value) => typeof value === 'number'],
  ['json', (value) => value !== null && value !== undefined],
])

function areRules(rules: unknown, flag: Members): boolean {
  if (!Array.isArray(rules)) return false
  for (const rule of rules) {
    if (!isRecord(rule) || !isText(rule['id']) || !isServe(rule['serve'], flag)) return false
  }
  return true
}

function isServe(serve: unknown, flag: Members): boolean {
  return (
    isRecord(serve) &&
    isOptional(serve['by'], isText) &&
    (Array.isArray(serve['to']) ? areSlices(serve['to'], flag) : isVariation(serve['to'], flag)) &&
    (serve['rollout'] === undefined || isRollout(serve['rollout'], flag))
  )
}

function isRollout(rollout: unknown, flag: Members): boolean {
  if (!Array.isArray(rollout)) return false
  const percent: unknown = rollout[0]
  return typeof percent === 'number' && percent >= 0 && percent <= 100 && isVariation(rollout[1], flag)
}

/** Slices rise and cover the whole: no position is left without a variation. */
function areSlices(slices: readonly unknown[], flag: Members): boolean {
  let reached = 0
  for (const slice of slices) {
    if (!Array.isArray(slice)) return false
    const end: unknown = slice[0]
    if (!isPlace(end) || end < reached || !isVariation(slice[1], flag)) return false
    reached = end
  }
  return reached === WHOLE
}

function arePrerequisites(list: unknown): boolean {
  return isList(list, isPrerequisite)
}

function isPrerequisite(one: unknown): boolean {
  return isRecord(one) && isText(one['flag']) && isList(one['variations'], Number.isSafeInteger)
}

function isLayerSlice(layer: unknown): boolean {
  return isRecord(layer) && isText(layer['key']) && isPlace(layer['from']) && isPlace(layer['to'])
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= WHOLE
}

function isVariation(index: unknown, flag: Members): boolean {
  return Array.isArray(flag['values']) && Number.isInteger(index) && Object.hasOwn(flag['values'], Number(index))
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isList(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember)
}

function isOptional(value: unknown, isGood: (value: unknown) => boolean): boolean {
  return value === undefined || isGood(value)
}
