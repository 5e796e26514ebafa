import { unitText } from './bucket.ts'
import type { Context, Path } from './model.ts'

/** Who is asked about: a context, or a bare targeting key. */
export type Subject = Context | string

/** A path with its parts at hand, and what it led to last: conditions of one question ask for few attributes, many times. */
export interface AttributePath {
  readonly name: Path
  /** `account.id` → `['account', 'id']`; undefined when the name has no dot. */
  readonly parts: readonly string[] | undefined
  readonly isTargetingKey: boolean
  /** Of the question that `found` belongs to. */
  turn: number
  found: unknown
}

/** The path of nearly all units. */
export const TARGETING_KEY: AttributePath = /* @__PURE__ */ attributePath('targetingKey')

export function attributePath(name: Path): AttributePath {
  return {
    name,
    parts: name.includes('.') ? name.split('.') : undefined,
    isTargetingKey: name === 'targetingKey',
    turn: 0,
    found: undefined,
  }
}

/** The value at a path, remembered for the question whose turn it is. */
export function attribute(subject: Subject, path: AttributePath, turn: number): unknown {
  const found = lookUp(subject, path)
  path.turn = turn
  path.found = found
  return found
}

/**
 * The value at a path. An own property of that very name wins over the nested one; only own properties of plain
 * objects are looked at, so `__proto__`, `constructor` and array indexes find nothing. Undefined when missing.
 */
export function lookUp(subject: Subject, { name, parts, isTargetingKey }: AttributePath): unknown {
  if (typeof subject === 'string') return isTargetingKey ? subject : undefined
  if (isTargetingKey) return targetingKeyOf(subject)
  if (Object.hasOwn(subject, name)) return subject[name]
  if (parts === undefined) return undefined
  let value: unknown = subject
  for (const part of parts) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

/** The text by which a subject is bucketed; undefined when it has no unit. */
export function unitOf(subject: Subject, by: AttributePath): string | undefined {
  // Short, so that an engine can put it where it is used: nearly every unit is found here.
  return unitText(
    by.isTargetingKey ? (typeof subject === 'string' ? subject : targetingKeyOf(subject)) : lookUp(subject, by),
  )
}

/** As `unitOf`, for a subject that may throw. */
export function readUnit(subject: Subject, by: AttributePath): string | undefined {
  try {
    return unitOf(subject, by)
  } catch {
    // A getter of the application's context threw: there is no unit to be had.
    return undefined
  }
}

function targetingKeyOf(subject: Context): unknown {
  const { targetingKey } = subject
  return targetingKey === undefined || isOwn(subject) ? targetingKey : undefined
}

/** For objects of one shape an engine knows the first answer beforehand. */
function isOwn(subject: Context): boolean {
  const isPlain = Object.getPrototypeOf(subject) === Object.prototype && !('targetingKey' in Object.prototype)
  return isPlain || Object.hasOwn(subject, 'targetingKey')
}

/** An object with named members: not null, not an array. */
export function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
