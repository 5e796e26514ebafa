import type { Answer, Context, ExplainedCondition, Snapshot, Step } from '@rampart/core'
import { z } from 'zod'
import { conditionNode } from './conditions.ts'
import { json, key, revision, wholeNumber } from './primitives.ts'

/** A snapshot as SDKs read it: `docs/protocol.md` says what is in it. */
export const snapshot = z.custom<Snapshot>((value) => typeof value === 'object' && value !== null)

/** OpenFeature's context: a targeting key and attributes, of any JSON. */
export const context = z.record(z.string().min(1).max(256), json.nullable()) as unknown as z.ZodType<Context>

/** One flag, or several for the same context. */
export const explainBody = z.union([
  z.strictObject({ flag: key, context }),
  z.strictObject({ flags: z.array(key).min(1).max(100), context }),
])

/** As it was served at an earlier revision; absent is the latest. */
export const revisionQuery = z.object({ revision: wholeNumber(revision).optional() })

export const answer = z.object({
  value: json.optional(),
  variation: key.optional(),
  reason: z.enum([
    'killed',
    'off',
    'prerequisite',
    'layer',
    'rule',
    'rollout',
    'split',
    'default',
    'override',
    'error',
  ]),
  rule: z.string().optional(),
  /** Where the unit stands, 0 to 2^32 − 1. */
  position: z.number().optional(),
  error: z.enum(['flag_not_found', 'type_mismatch', 'invalid_flag', 'invalid_context', 'not_ready']).optional(),
}) as unknown as z.ZodType<Answer>

const verdict = z.enum(['true', 'false', 'cannot be judged', 'not looked at'])

/** A condition with what it came to, part by part. */
export const explainedCondition: z.ZodType<ExplainedCondition> = z.lazy(() =>
  z.union([
    z.object({ kind: z.enum(['all', 'any', 'not']), verdict, parts: z.array(explainedCondition) }),
    z.object({
      kind: z.literal('segment'),
      segment: key,
      verdict,
      way: z
        .enum(['excluded', 'included', 'condition', 'nothing', 'unknown segment', 'circle', 'unreadable'])
        .optional(),
      when: explainedCondition.optional(),
    }),
    z.object({
      kind: z.literal('attribute'),
      attribute: z.string(),
      operator: z.string(),
      operand: json.optional(),
      ignoreCase: z.literal(true).optional(),
      verdict,
      found: z.unknown().optional(),
    }),
    z.object({ kind: z.literal('unknown'), verdict, condition: conditionNode }),
  ]),
) as unknown as z.ZodType<ExplainedCondition>

const place = z.number()

/** One step of an evaluation. Positions and `below` are of 2^32, parts of a layer in hundred-thousandths. */
export const explainedStep: z.ZodType<Step> = z.lazy(() =>
  z.union([
    z.object({ step: z.literal('switch'), state: z.enum(['on', 'off', 'killed']) }),
    z.object({
      step: z.literal('prerequisite'),
      flag: key,
      variations: z.array(key),
      given: key.optional(),
      met: z.boolean(),
      steps: z.array(explainedStep),
    }),
    z.object({
      step: z.literal('layer'),
      layer: key,
      from: z.number(),
      to: z.number(),
      unit: z.string().optional(),
      position: place.optional(),
      inside: z.boolean(),
    }),
    z.object({ step: z.literal('rule'), rule: z.string(), verdict, when: explainedCondition }),
    z.object({
      step: z.literal('serve'),
      rule: z.string(),
      by: z.string().optional(),
      unit: z.string().optional(),
      rollout: z
        .object({
          percent: z.number(),
          below: place,
          position: place.optional(),
          inside: z.boolean(),
          otherwise: key,
        })
        .optional(),
      split: z
        .object({ position: place.optional(), slices: z.array(z.object({ below: place, variation: key })) })
        .optional(),
      variation: key,
    }),
  ]),
) as unknown as z.ZodType<Step>

/** What a flag gives to a context, and how it came to that. */
export const explanation = z.object({
  flag: key,
  answer,
  steps: z.array(explainedStep),
  /** The rules in their order. Those that are paused are not in the steps: SDKs are not told of them. */
  rules: z.array(z.object({ id: z.string(), name: z.string().nullable(), paused: z.boolean() })),
})
export type FlagExplanation = z.infer<typeof explanation>

/** `masked`: the private attributes, whose values and units are left out of the steps, with what they are compared to. */
export const explained = z.object({
  environment: key,
  revision,
  masked: z.array(z.string()),
  items: z.array(explanation),
})
export type Explained = z.infer<typeof explained>
