import { z } from 'zod'
import { condition } from './conditions.ts'
import { changed, instant, key, page, revision, text } from './primitives.ts'

export const project = z.object({ key, name: z.string(), version: z.int() })
export type Project = z.infer<typeof project>
export const createProject = z.strictObject({ key, name: text(200).optional() })

export const environmentClass = z.enum(['development', 'staging', 'production'])
export const environment = z.object({
  project: key,
  key,
  class: environmentClass,
  protected: z.boolean(),
  revision,
  origins: z.array(z.string()),
  privateAttributes: z.array(z.string()),
  requiredPlan: key.nullable(),
})
export type Environment = z.infer<typeof environment>
/** `protected` defaults to true for production and false otherwise. */
export const createEnvironment = z.strictObject({ key, class: environmentClass, protected: z.boolean().optional() })

/** An origin as browsers name it: `https://shop.example`, with a port when it is not the usual one, and nothing more. */
const origin = z
  .string()
  .max(300)
  .refine(
    (one) => /^https?:[^*]+$/.test(one) && URL.canParse(one) && new URL(one).origin === one,
    'must be an origin such as https://shop.example',
  )

/**
 * `origins`: the pages that may use client keys of this environment; none named, all may. `privateAttributes`: what
 * browsers are told no values of.
 */
export const patchEnvironment = z
  .strictObject({
    protected: z.boolean(),
    origins: z.array(origin).max(100),
    privateAttributes: z.array(z.string().min(1).max(256)).max(100),
  })
  .partial()

export const segment = z.object({
  key,
  name: z.string(),
  description: z.string(),
  when: condition.nullable(),
  included: z.array(z.string()),
  excluded: z.array(z.string()),
  by: z.string(),
  version: z.int(),
})
export type Segment = z.infer<typeof segment>
export const putSegment = z.strictObject({
  name: text(200).optional(),
  description: text(10_000).optional(),
  when: condition.nullable(),
  included: z.array(text(512)).max(100_000).default([]),
  excluded: z.array(text(512)).max(100_000).default([]),
  by: z.string().min(1).max(256).default('targetingKey'),
})

/** A webhook that receives the alerts of a project: our own JSON, or a body that Slack's incoming webhooks take. */
export const webhook = z.object({
  id: z.string(),
  url: z.string(),
  format: z.enum(['generic', 'slack']),
  createdAt: instant,
  lastDelivery: z
    .object({ at: instant, ok: z.boolean(), status: z.int().nullable(), error: z.string().nullable() })
    .nullable(),
})
export type Webhook = z.infer<typeof webhook>
export const createWebhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  format: z.enum(['generic', 'slack']).default('generic'),
})

/** An SDK instance and the revision it holds. */
export const instance = z.object({
  instance: z.string(),
  app: z.object({ name: z.string(), version: z.string().optional() }).nullable(),
  sdk: z.object({ name: z.string(), version: z.string() }).nullable(),
  connected: z.boolean(),
  revision: revision.nullable(),
  seenAt: instant,
})
export type Instance = z.infer<typeof instance>

/** A metric that SDKs have reported, and when it was last seen. */
export const metric = z.object({ name: z.string(), lastSeenAt: instant })
export type Metric = z.infer<typeof metric>

/** A key that SDKs asked for and no flag has: a typing mistake, or a flag that was deleted before its code. */
export const unknownFlag = z.object({
  /** As the application wrote it: any text. */
  flag: z.string(),
  n: z.number(),
  firstSeenAt: instant,
  lastSeenAt: instant,
})
export type UnknownFlag = z.infer<typeof unknownFlag>

export const unknownFlagPage = page(unknownFlag)
export const projectPage = page(project)
export const environmentPage = page(environment)
export const segmentPage = page(segment)
export const webhookPage = page(webhook)
export const instancePage = page(instance)
export const metricPage = page(metric)
export const projectChanged = changed(project)
export const environmentChanged = changed(environment)
export const segmentChanged = changed(segment)
export const webhookChanged = changed(webhook)
