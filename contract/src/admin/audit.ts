import { z } from 'zod'
import { actor, instant, key, listQuery, page, revision } from './primitives.ts'
import { evidence } from './ramps.ts'

/** Every action the audit knows. */
export const auditActions = [
  'project.created',
  'environment.created',
  'environment.edited',
  'environment.restored',
  'flag.created',
  'flag.edited',
  'flag.archived',
  'flag.unarchived',
  'flag.configured',
  'flag.switched',
  'flag.rollout_set',
  'flag.killed',
  'flag.restored',
  'segment.created',
  'segment.edited',
  'segment.deleted',
  'layer.created',
  'layer.edited',
  'layer.deleted',
  'plan.created',
  'plan.edited',
  'metric.defined',
  'metric.edited',
  'metric.deleted',
  'metric_source.created',
  'metric_source.edited',
  'metric_source.deleted',
  'webhook.created',
  'webhook.deleted',
  'sdk_key.created',
  'sdk_key.revoked',
  'token.created',
  'token.revoked',
  'person.created',
  'person.link_created',
  'person.signed_in',
  'ramp.started',
  'ramp.advanced',
  'ramp.approved',
  'ramp.stepped_back',
  'ramp.paused',
  'ramp.resumed',
  'ramp.held',
  'ramp.warned',
  'ramp.baking',
  'ramp.completed',
  'ramp.rolled_back',
  'ramp.killed',
  'ramp.superseded',
  'ramp.cancelled',
] as const
export type AuditAction = (typeof auditActions)[number]

export const subject = z.object({
  kind: z.enum([
    'flag',
    'segment',
    'layer',
    'environment',
    'ramp',
    'plan',
    'metric',
    'metric-source',
    'token',
    'person',
    'project',
    'webhook',
    'sdk-key',
  ]),
  key: z.string(),
  environment: key.optional(),
})
export type Subject = z.infer<typeof subject>

export const auditEntry = z.object({
  /** A project's key, or `instance`. */
  scope: z.string(),
  n: z.int(),
  at: instant,
  actor,
  action: z.enum(auditActions),
  subject,
  before: z.unknown(),
  after: z.unknown(),
  revisions: z.array(z.object({ environment: key, revision })),
  comment: z.string().nullable(),
  request: z.object({ id: z.string(), address: z.string().nullable() }),
  evidence: z.array(evidence).optional(),
  words: z.string(),
  previous: z.string(),
  /** SHA-256 of the RFC 8785 text of the entry without `hash`, chained by `previous`. */
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditQuery = listQuery.extend({
  subject: subject.shape.kind.optional(),
  key: z.string().max(200).optional(),
  environment: key.optional(),
})
export const auditPage = page(auditEntry)
/** Whether the whole chain holds; `brokenAt` is the first entry that does not follow from the one before. */
export const auditVerified = z.object({ entries: z.int(), ok: z.boolean(), brokenAt: z.int().nullable() })
