import type { Condition } from '@rampart/core'
import { z } from 'zod'
import { json, key } from './primitives.ts'

/** The operators that people write. `hashed in` is not among them: the server makes it for browsers. */
export const operators = [
  'exists',
  'is',
  'is one of',
  'contains',
  'starts with',
  'ends with',
  'matches',
  'number =',
  'number !=',
  'number <',
  'number <=',
  'number >',
  'number >=',
  'version =',
  'version !=',
  'version <',
  'version <=',
  'version >',
  'version >=',
  'time <',
  'time <=',
  'time >',
  'time >=',
  'ip in',
  'has any',
  'has all',
] as const

/** Conditions nest at most this deep. */
export const MAX_CONDITION_DEPTH = 16

/** A condition, as it nests. */
export const conditionNode: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(conditionNode).max(200) }),
    z.strictObject({ any: z.array(conditionNode).max(200) }),
    z.strictObject({ not: conditionNode }),
    z.strictObject({ segment: key }),
    z.strictObject({
      attribute: z.string().min(1).max(256),
      operator: z.enum(operators),
      operand: json.optional(),
      ignoreCase: z.literal(true).optional(),
    }),
  ]),
) as z.ZodType<Condition>

/** True when `value` nests deeper than `limit` objects or arrays. Checked before the schema, which recurses. */
function deeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  return Object.values(value).some((member) => deeperThan(member, limit - 1))
}

/** What is asked of a condition before it is read. */
export const shallowEnough = z.custom<unknown>((value) => !deeperThan(value, MAX_CONDITION_DEPTH * 2), {
  message: `must not nest deeper than ${MAX_CONDITION_DEPTH} conditions`,
})

export const condition: z.ZodType<Condition> = shallowEnough.pipe(conditionNode) as z.ZodType<Condition>
