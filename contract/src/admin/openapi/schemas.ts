import { z } from 'zod'
import * as access from '../access.ts'
import type { RouteName } from '../addresses.ts'
import { auditEntry, subject } from '../audit.ts'
import { conditionNode, shallowEnough } from '../conditions.ts'
import * as explain from '../explain.ts'
import * as flags from '../flags.ts'
import * as layers from '../layers.ts'
import * as metrics from '../metrics.ts'
import * as plans from '../plans.ts'
import { actor, json } from '../primitives.ts'
import * as projects from '../projects.ts'
import * as ramps from '../ramps.ts'
import type { Route } from '../routes.ts'
import * as sources from '../sources.ts'
import * as totals from '../totals.ts'

/** A JSON Schema of the 2020-12 dialect, which is OpenAPI 3.1's. */
export type JsonSchema = { readonly [keyword: string]: unknown }

export interface RouteSchemas {
  readonly params: JsonSchema
  readonly query: JsonSchema
  readonly body: JsonSchema | null
  readonly response: JsonSchema | null
}

export interface Schemas {
  readonly components: Readonly<Record<string, JsonSchema>>
  readonly routes: Readonly<Record<string, RouteSchemas>>
}

/** What is described once and referred to by name. */
const NAMED = {
  Actor: actor,
  ArmFigures: ramps.armFigures,
  AuditEntry: auditEntry,
  AuditSubject: subject,
  Cause: ramps.cause,
  Condition: conditionNode,
  Environment: projects.environment,
  Evaluations: totals.evaluations,
  Evidence: ramps.evidence,
  ExplainedCondition: explain.explainedCondition,
  ExplainedStep: explain.explainedStep,
  Explanation: explain.explanation,
  Flag: flags.flag,
  FlagConfig: flags.flagConfig,
  FlagListItem: flags.flagListItem,
  FlagState: flags.flagState,
  FlagView: flags.flagView,
  Guard: plans.guard,
  GuardSource: plans.guardSource,
  Hold: ramps.hold,
  Instance: projects.instance,
  KillResult: flags.killResult,
  KillUrlResult: flags.killUrlResult,
  Layer: layers.layer,
  Limit: plans.limit,
  Metric: projects.metric,
  MetricDefinition: metrics.metricDefinition,
  MetricSource: sources.metricSource,
  MetricTotals: totals.metricTotals,
  Person: access.person,
  Plan: plans.plan,
  Project: projects.project,
  Propagation: flags.propagation,
  Ramp: ramps.ramp,
  RampTicks: ramps.rampTicks,
  Rule: flags.rule,
  SdkKey: access.sdkKey,
  Segment: projects.segment,
  Serve: flags.serve,
  Session: access.session,
  SourceHealth: sources.sourceHealth,
  Step: plans.step,
  Token: access.token,
  UnknownFlag: projects.unknownFlag,
  Variation: flags.variation,
  Webhook: projects.webhook,
} satisfies Record<string, z.ZodType>

export type ComponentName = keyof typeof NAMED

export function refTo(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}

/** The schemas of every route, made by zod from those that validate, with what several of them share put apart. */
export function schemasOf(table: Readonly<Record<RouteName, Route>>): Schemas {
  const routes = Object.entries(table)
  const answers = convert(
    'output',
    routes.flatMap(([name, { response }]) => (response === null ? [] : [[name, response] as const])),
  )
  const asked = {
    params: convert(
      'input',
      routes.map(([name, { params }]) => [name, params] as const),
    ),
    query: convert(
      'input',
      routes.map(([name, { query }]) => [name, query] as const),
    ),
    body: convert(
      'input',
      routes.flatMap(([name, { body }]) => (body === null ? [] : [[name, body] as const])),
    ),
  }
  const of = (name: string): RouteSchemas => ({
    params: asked.params.inline[name] ?? {},
    query: asked.query.inline[name] ?? {},
    body: asked.body.inline[name] ?? null,
    response: answers.inline[name] ?? null,
  })
  return {
    components: answers.named,
    routes: Object.fromEntries(routes.map(([name]) => [name, of(name)])),
  }
}

interface Converted {
  readonly named: Readonly<Record<string, JsonSchema>>
  readonly inline: Readonly<Record<string, JsonSchema>>
}

/** Several schemas together, so that what they share refers to the same components. */
function convert(io: 'input' | 'output', inline: readonly (readonly [name: string, schema: z.ZodType])[]): Converted {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id })
  // A route may answer a named thing itself: then it only refers to it.
  const own = inline.filter(([, schema]) => registry.get(schema) === undefined)
  const unique = new Map(own.map(([name, schema]) => [schema, `inline.${name}`]))
  for (const [schema, id] of unique) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: ({ zodSchema }) => {
      if (isSame(zodSchema, json)) return { type: ['boolean', 'number', 'string', 'array', 'object'] }
      if (isSame(zodSchema, explain.snapshot)) return { ...refTo('Snapshot') }
      // it says only how deep a condition may nest
      if (isSame(zodSchema, shallowEnough)) return { $ref: refTo('Condition').$ref }
      return 'throw'
    },
    // Readers ignore members that they do not know, so that answers can gain some; writers are told of mistakes.
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined)
        delete jsonSchema.additionalProperties
    },
  })
  const bare = Object.entries(schemas).map(([id, schema]) => [id, withoutMarks(schema)] as const)
  const byId = new Map(bare)
  return {
    named: Object.fromEntries(bare.filter(([id]) => id in NAMED)),
    inline: Object.fromEntries(
      inline.map(([name, schema]) => {
        const id = registry.get(schema)?.id ?? ''
        return [name, id in NAMED ? refTo(id) : (byId.get(id) ?? {})]
      }),
    ),
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other
}

function withoutMarks(schema: z.core.JSONSchema.BaseSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== '$schema' && name !== '$id' && name !== 'id'),
  )
}
