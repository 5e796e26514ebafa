import type { ProblemDetail } from '@rampart/contract/errors'
import { z } from 'zod'
import { nearest } from './nearest.ts'

/** Every mistake that a schema finds in a value, by JSON pointer; members that are not known name the nearest that is. */
export function mistakes(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): readonly ProblemDetail[] {
  return issues.flatMap((issue) => tell(schema, value, issue, []))
}

function tell(
  schema: z.ZodType,
  value: unknown,
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
): readonly ProblemDetail[] {
  const path = [...above, ...issue.path]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) =>
        withNearest(pointer([...path, name]), 'is not known here', name, namesAt(schema, path)),
      )
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      const message = allowed.length === 1 ? `must be ${allowed[0]}` : `must be one of: ${allowed.join(', ')}`
      return [withNearest(pointer(path), message, String(valueAt(value, path)), allowed)]
    }
    case 'invalid_union': {
      const likeliest = likeliestBranch(issue.errors)
      return likeliest === undefined
        ? [{ pointer: pointer(path), message: issue.message }]
        : likeliest.flatMap((inner) => tell(schema, value, inner, path))
    }
    case 'invalid_type': {
      const message =
        valueAt(value, path) === undefined ? 'is needed' : `must be ${TYPES[issue.expected] ?? issue.expected}`
      return [{ pointer: pointer(path), message }]
    }
    case 'too_big':
    case 'too_small':
    case 'not_multiple_of':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return [{ pointer: pointer(path), message: issue.message }]
  }
}

/** JSON's types as people call them. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  record: 'an object',
}

/** The alternative that fits best is the one that was meant: the fewest mistakes, then those that lie deepest. */
function likeliestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const count = (issues: readonly z.core.$ZodIssue[]) =>
    issues.reduce((n, issue) => n + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((issue) => issue.path.length))
  return branches
    .filter((issues) => issues.length > 0)
    .toSorted((a, b) => count(a) - count(b) || depth(b) - depth(a))[0]
}

function withNearest(at: string, message: string, name: string, known: Iterable<string>): ProblemDetail {
  const near = nearest(name, known)
  return near === undefined ? { pointer: at, message } : { pointer: at, message, nearest: near }
}

/** RFC 6901. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    value,
  )
}

/** Every member that a schema knows at a path, over all its alternatives. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): ReadonlySet<string> {
  let level: readonly z.core.$ZodType[] = alternatives(schema)
  for (const part of path) level = level.flatMap((one) => below(one, part)).flatMap(alternatives)
  return new Set(level.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))
}

function below(schema: z.core.$ZodType, part: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  if (!(schema instanceof z.ZodObject)) return []
  const member: unknown = schema.shape[String(part)]
  return member instanceof z.ZodType ? [member] : []
}

/** Looks through the wrappers of a schema to the objects and arrays that it may be. */
function alternatives(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return alternatives(schema.unwrap())
  }
  if (schema instanceof z.ZodLazy) return alternatives(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives)
  if (schema instanceof z.ZodPipe) return [...alternatives(schema.in), ...alternatives(schema.out)]
  return [schema]
}
