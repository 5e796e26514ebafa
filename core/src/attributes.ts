import { unitText } from './bucket.ts'
import type { Context, Path } from './model.ts'

/** Who is asked about: a context, or a bare targeting key. */
export type Subject = Context | string

/** A path with its parts at hand, and what it led to last: conditions of one question ask for few attributes, many times. */
export interface AttributePath {
  readonly name: Path
  /** `account.id` → `['account', 'id']`; undefined when the name has no dot. */
  readonly parts: readonly string[] | undefined
  /** Of the question that `found` belongs to. */
  turn: number
  found: unknown
}

/** The path of nearly all units. It is quick without a memory. */
export const TARGETING_KEY: AttributePath = attributePath('targetingKey')

export function attributePath(name: Path): AttributePath {
  return { name, parts: name.includes('.') ? name.split('.') : undefined, turn: 0, found: undefined }
}

/** The path of what is bucketed. */
export function unitPathOf(by: Path | undefined): AttributePath {
  return by === undefined || by === TARGETING_KEY.name ? TARGETING_KEY : attributePath(by)
}

/** The value at a path, looked up once in the question whose turn it is. */
export function attribute(subject: Subject, path: AttributePath, turn: number): unknown {
  if (path.turn === turn) return path.found
  const found = lookUp(subject, path)
  path.turn = turn
  path.found = found
  return found
}

/**
 * The value at a path. An own property of that very name wins over the nested one; only own properties of plain
 * objects are looked at, so `__proto__`, `constructor` and array indexes find nothing. Undefined when missing.
 */
export function lookUp(subject: Subject, { name, parts }: AttributePath): unknown {
  if (typeof subject === 'string') return name === 'targetingKey' ? subject : undefined
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
  return unitText(by === TARGETING_KEY ? targetingKeyOf(subject) : lookUp(subject, by))
}

function targetingKeyOf(subject: Subject): unknown {
  if (typeof subject === 'string') return subject
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
