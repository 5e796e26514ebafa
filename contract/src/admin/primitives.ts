import type { Json } from '@rampart/core'
import { z } from 'zod'

/** `^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$`: no `/`, `%` or `:`, so that paths decode once. */
export const key = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$/,
    'must be 1 to 128 letters, digits or . _ ~ -, not beginning with . ~ -',
  )

export const ruleId = z.string().regex(/^[a-z0-9_-]{1,40}$/, 'must be 1 to 40 lower-case letters, digits, _ or -')

/** 0 to 100 with at most three decimals. */
export const percent = z
  .number()
  .min(0)
  .max(100)
  .refine((p) => Math.abs(p * 1000 - Math.round(p * 1000)) < 1e-6, 'must have at most three decimals')

export const rate = z.number().min(0).max(1)
export const instant = z.iso.datetime({ precision: 3 })
export const revision = z.int().min(0)

const jsonMember: z.ZodType<Json | null> = z.lazy(() =>
  z.union([z.boolean(), z.number(), z.string(), z.null(), z.array(jsonMember), z.record(z.string(), jsonMember)]),
) as z.ZodType<Json | null>

/** A value a variation can have: any JSON but null at the top. */
export const json: z.ZodType<Json> = z.custom<Json>(
  (v) => v !== undefined && v !== null && jsonMember.safeParse(v).success,
  {
    message: 'must be JSON and not null',
  },
)

export const text = (max: number): z.ZodString => z.string().max(max)

/** A page of a list. `next` is the cursor of the following page, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })

/** What a mutation answers: the thing as it is now, the revision it made and where the audit has it. */
export const changed = <T extends z.ZodType>(item: T) =>
  z.object({ item, revision: revision.nullable(), auditId: z.string() })

export const actor = z.object({
  kind: z.enum(['person', 'token', 'sdk-key', 'ramp', 'schedule', 'system']),
  id: z.string(),
  name: z.string(),
  via: z.enum(['ui', 'api', 'cli', 'git', 'kill-url']).optional(),
  run: z.string().optional(),
})
export type Actor = z.infer<typeof actor>

/** A number in a query, in decimal digits and nothing else: `0x10` and an empty text are no numbers there. */
export const wholeNumber = <T extends z.ZodType<number>>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value), schema)

export const listQuery = z.object({
  limit: wholeNumber(z.int().min(1).max(200)).optional(),
  cursor: z.string().max(512).optional(),
})
