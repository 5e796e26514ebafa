import { isRecord } from '../attributes.ts'
import type { Context, Path } from '../model.ts'

/** Who is asked about: a context, or a bare targeting key. */
export type Subject = Context | string

export const TARGETING_KEY: Path = 'targetingKey'

/** The value at a path, by the rules of `attributes.ts`: an own property of that very name, else nested own properties. */
export function lookUp(subject: Subject, path: Path): unknown {
  if (typeof subject === 'string') return path === TARGETING_KEY ? subject : undefined
  if (Object.hasOwn(subject, path)) return subject[path]
  let value: unknown = subject
  for (const part of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}
