import { unitText } from './bucket.ts'
import type { Context, Path } from './model.ts'

/** Who is asked about: a context, or a bare targeting key. */
export type Subject = Context | string

/** A path with its parts at hand. */
export interface AttributePath {
  readonly name: Path
  /** `account.id` → `['account', 'id']`; undefined when the name has no dot. */
  readonly parts: readonly string[] | undefined
}

export const TARGETING_KEY: AttributePath = { name: 'targetingKey', parts: undefined }

export function attributePath(name: Path): AttributePath {
  return { name, parts: name.includes('.') ? name.split('.') : undefined }
}

/**
 * The value at a path. An own property of that very name wins over the nested one; only own properties of plain
 * objects are looked at, so `__proto__`, `constructor` and array indexes find nothing. Undefined when missing.
 */
export function attribute(subject: Subject, path: AttributePath): unknown {
  if (typeof subject === 'string') return path.name === 'targetingKey' ? subject : undefined
  if (Object.hasOwn(subject, path.name)) return subject[path.name]
  if (path.parts === undefined) return undefined
  let value: unknown = subject
  for (const part of path.parts) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

/** The text by which a subject is bucketed; undefined when it has no unit. */
export function unitOf(subject: Subject, by: AttributePath): string | undefined {
  return unitText(attribute(subject, by))
}

/** An object with named members: not null, not an array. */
export function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
