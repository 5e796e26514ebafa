import { z } from 'zod'
import { condition } from './conditions.ts'
import { duration } from './duration-input.ts'
import { actor, changed, instant, json, key, listQuery, page, percent, revision, ruleId, text } from './primitives.ts'

export const flagType = z.enum(['boolean', 'string', 'number', 'json'])
export const flagKind = z.enum(['release', 'experiment', 'operational', 'permanent'])
export const variation = z.strictObject({ key, name: text(200).nullable(), value: json })

export const flag = z.object({
  key,
  name: z.string(),
  description: z.string(),
  kind: flagKind,
  type: flagType,
  variations: z.array(variation),
  schema: json.nullable(),
  /** Whether pages may have its values. */
  clientSide: z.boolean(),
  /** Of a client-side flag: whether its rules stay on the server, which evaluates it for pages. */
  remoteOnly: z.boolean(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  seed: z.string().nullable(),
  hash: z.enum(['rampart-1', 'launchdarkly', 'unleash', 'growthbook-1', 'growthbook-2', 'flagd', 'flipt', 'flagsmith']),
  expectedLifetime: z.string().nullable(),
  archivedAt: instant.nullable(),
  createdAt: instant,
  version: z.int(),
})
export type Flag = z.infer<typeof flag>

/** A flag alone. `cohort`: the other flags with the same seed, whose units stand in the same order. */
export const flagView = flag.extend({ cohort: z.array(key) })
export type FlagView = z.infer<typeof flagView>

const metadata = {
  name: text(200),
  description: text(10_000),
  kind: flagKind,
  clientSide: z.boolean(),
  remoteOnly: z.boolean(),
  owner: text(200).nullable(),
  tags: z.array(text(64)).max(50),
  expectedLifetime: duration.nullable(),
}

const variations = z.array(variation).min(1).max(100)
/** A JSON Schema of draft 2020-12 that every value of the flag must fit. */
const schema = json.nullable()

/** A boolean flag needs no variations: it has `on` = true and `off` = false. */
export const createFlag = z.strictObject({
  key,
  type: flagType.default('boolean'),
  variations: variations.optional(),
  schema: schema.optional(),
  seed: text(128).min(1).nullable().optional(),
  name: metadata.name.optional(),
  description: metadata.description.optional(),
  kind: metadata.kind.optional(),
  clientSide: metadata.clientSide.optional(),
  remoteOnly: metadata.remoteOnly.optional(),
  owner: metadata.owner.optional(),
  tags: metadata.tags.optional(),
  expectedLifetime: metadata.expectedLifetime.optional(),
})

/**
 * JSON Merge Patch of what is the same in every environment. Absent leaves a member as it is; `archived` archives or brings
 * back. `variations` is all of them: those that are left out go, which is refused while something serves them.
 */
export const patchFlag = z.strictObject({ ...metadata, variations, schema, archived: z.boolean() }).partial()

export const rollout = z.strictObject({ percent, otherwise: key })
export const split = z.strictObject({ weights: z.record(key, z.int().min(0).max(100_000)) })

const shared = { rollout: rollout.optional(), by: z.string().min(1).max(256).optional() }
/** What a rule gives: one variation or a split, optionally behind a rollout. */
export const serve = z.union([z.strictObject({ variation: key, ...shared }), z.strictObject({ split, ...shared })])
export type Serve = z.infer<typeof serve>

export const rule = z.strictObject({
  id: ruleId.refine((id) => id !== 'everyone-else', 'is reserved'),
  name: text(200).nullable(),
  paused: z.boolean(),
  when: condition,
  serve,
})
export type Rule = z.infer<typeof rule>

const settings = {
  on: z.boolean(),
  off: key,
  prerequisites: z.array(z.strictObject({ flag: key, variations: z.array(key).min(1).max(100) })).max(20),
  layer: z.strictObject({ key, from: z.int().min(0).max(100_000), to: z.int().min(0).max(100_000) }).nullable(),
  rules: z.array(rule).max(200),
  everyoneElse: serve,
}

/** What PUT replaces: everything a person may write of one flag in one environment. */
export const configSettings = z.strictObject(settings)
export type ConfigSettings = z.infer<typeof configSettings>

export const killedMark = z.object({ at: instant, by: actor, reason: z.string().nullable() })

export const flagConfig = z.object({
  project: key,
  environment: key,
  flag: key,
  ...settings,
  killed: killedMark.nullable(),
  /** Last change of this configuration: its ETag. */
  revision,
  heldBy: z.union([z.object({ ramp: z.string(), rule: z.string() }), z.object({ git: z.string() })]).nullable(),
  /** The sentence that says what the configuration does. */
  summary: z.string(),
})
export type FlagConfig = z.infer<typeof flagConfig>

/** How far a revision has travelled: server-side SDK instances that are connected, and those that hold it. */
export const propagation = z.object({
  instances: z.int(),
  holding: z.int(),
  slowestMs: z.number().nullable(),
  behind: z.array(z.string()),
})
export type Propagation = z.infer<typeof propagation>

/**
 * One cell of the flags list: a flag in an environment. `share` is the percent of its rollout, when it has exactly one;
 * 100 or 0 when everyone gets one variation.
 */
export const flagState = z.object({
  environment: key,
  on: z.boolean(),
  killed: z.boolean(),
  rules: z.int(),
  share: percent.nullable(),
  ramp: z.object({ id: z.string(), percent, to: percent }).nullable(),
  summary: z.string(),
  revision,
})
export const flagListItem = flag.extend({ states: z.array(flagState), changedAt: instant })
export type FlagListItem = z.infer<typeof flagListItem>

export const flagsQuery = listQuery.extend({
  q: z.string().max(200).optional(),
  archived: z.enum(['true', 'false']).optional(),
})
export const flagPage = page(flagListItem)
export const flagChanged = changed(flag)
export const configChanged = changed(flagConfig)

export const switchBody = z.strictObject({ on: z.boolean() })
/** `variation` gets the share; default is the variation now served, or `on` of a boolean flag. `rule` defaults to everyone else. */
export const rolloutBody = z.strictObject({
  percent,
  variation: key.optional(),
  rule: z.string().max(40).optional(),
  /** Ends a ramp that holds this rollout instead of refusing. */
  endRamp: z.boolean().optional(),
})
export const killBody = z.strictObject({ reason: text(1000).nullable().optional() })
export const restoreBody = z.strictObject({ reason: text(1000).nullable().optional() })

/** `already`: it was killed before, and nothing changed. `propagation` only when a `wait` was asked for. */
export const killResult = z.object({
  item: flagConfig,
  revision,
  auditId: z.string().nullable(),
  already: z.boolean(),
  ramp: z.object({ id: z.string(), percent }).nullable(),
  propagation: propagation.nullable(),
})
export type KillResult = z.infer<typeof killResult>

/** What a kill URL answers. `ignored`: an alert body that says it is resolved kills nothing. */
export const killUrlResult = z.union([
  z.object({
    killed: z.array(z.object({ flag: key, environment: key, revision, already: z.boolean() })),
    propagation: propagation.optional(),
  }),
  z.object({ ignored: z.literal('resolved') }),
])
