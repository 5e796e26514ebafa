import { isRecord } from './attributes.ts'
import { WHOLE } from './bucket.ts'

/** What a flag should be, of which nothing is known yet. */
type Flag = { readonly [member: string]: unknown }

type Check = (value: unknown) => boolean

/**
 * Whether a flag can be answered while it is off or killed: its values and its off variation are in order. Nothing else
 * is looked at then, so that a kill works even when the rest of the flag is broken or too new for this core.
 */
export function canServeOff(flag: unknown): boolean {
  if (!isRecord(flag)) return false
  const { on, killed, type, variations, values, off } = flag
  const isValue: Check = (value) => (type === 'json' ? value !== null && value !== undefined : typeof value === type)
  return (
    typeof on === 'boolean' &&
    isOptional(killed, (value) => typeof value === 'boolean') &&
    TYPES.includes(type) &&
    isListOf(variations, isText) &&
    isListOf(values, isValue) &&
    variations.length === values.length &&
    isVariation(off, flag)
  )
}

/** Whether the rest of a flag is in order: `canServeOff` is known to hold. Conditions are judged, not checked. */
export function canBeEvaluated(flag: unknown): boolean {
  return (
    isRecord(flag) &&
    flag['hash'] === 'rampart-1' &&
    isOptional(flag['seed'], isText) &&
    isOptional(flag['prerequisites'], (list) => isListOf(list, isPrerequisite)) &&
    isOptional(flag['layer'], isLayerSlice) &&
    isListOf(flag['rules'], (rule) => isRecord(rule) && isText(rule['id']) && isServe(rule['serve'], flag)) &&
    isServe(flag['serve'], flag)
  )
}

const TYPES: readonly unknown[] = ['boolean', 'string', 'number', 'json']

function isServe(serve: unknown, flag: Flag): boolean {
  if (!isRecord(serve)) return false
  const { by, to, rollout } = serve
  return (
    isOptional(by, isText) &&
    (Array.isArray(to) ? areSlices(to, flag) : isVariation(to, flag)) &&
    isOptional(rollout, (value) => Array.isArray(value) && isWithin(value[0], 100) && isVariation(value[1], flag))
  )
}

/** Slices rise and cover the whole: no position is left without a variation. */
function areSlices(slices: readonly unknown[], flag: Flag): boolean {
  let reached = 0
  for (const slice of slices) {
    if (!Array.isArray(slice) || !isPlace(slice[0]) || slice[0] < reached || !isVariation(slice[1], flag)) return false
    reached = slice[0]
  }
  return reached === WHOLE
}

function isPrerequisite(one: unknown): boolean {
  return isRecord(one) && isText(one['flag']) && isListOf(one['variations'], Number.isSafeInteger)
}

function isLayerSlice(layer: unknown): boolean {
  return isRecord(layer) && isText(layer['key']) && isPlace(layer['from']) && isPlace(layer['to'])
}

function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && isWithin(value, WHOLE)
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most
}

function isVariation(index: unknown, { values }: Flag): boolean {
  return Array.isArray(values) && Number.isInteger(index) && Object.hasOwn(values, Number(index))
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isListOf(value: unknown, isMember: Check): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isMember)
}

function isOptional(value: unknown, isGood: Check): boolean {
  return value === undefined || isGood(value)
}
