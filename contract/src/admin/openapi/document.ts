import type { RouteName } from '../addresses.ts'
import { type Route, routes } from '../routes.ts'
import { bodyExamples, examples } from './examples.ts'
import { ofrepComponents, ofrepPaths } from './ofrep-paths.ts'
import { operations } from './operations.ts'
import { otherPaths } from './other-paths.ts'
import { problemResponses, problemSchema } from './problem.ts'
import { problemsOf } from './problems-of.ts'
import { sampleOf } from './sample.ts'
import { type JsonSchema, type RouteSchemas, schemasOf } from './schemas.ts'
import { sdkComponents, sdkExamples } from './sdk.ts'

export { bodyExamples } from './examples.ts'
export { operations } from './operations.ts'
export { problemsOf } from './problems-of.ts'
export { sdkExamples } from './sdk.ts'
export { type Answer, undescribed } from './undescribed.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>
  }
}

/**
 * The description of everything that answers on the port, as OpenAPI 3.1. Made from the route table and the schemas that
 * validate, so that it cannot say anything else than what the server does.
 */
export function openApiDocument({ version }: { readonly version: string }): OpenApiDocument {
  const schemas = schemasOf(routes)
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const name of namesOf(routes)) {
    const path = routes[name].path.replaceAll(/:([a-z]+)/gi, '{$1}')
    paths[path] = { ...paths[path], [routes[name].method.toLowerCase()]: operationOf(name, schemas.routes[name]) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rampart',
      version,
      description:
        'Feature flags whose ramps take themselves back. Errors are `application/problem+json` (RFC 9457); each `type` is a page that says what to do.',
    },
    servers: [{ url: '/' }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    paths: { ...paths, ...otherPaths, ...ofrepPaths },
    components: {
      schemas: { ...schemas.components, ...sdkComponents, ...ofrepComponents, Problem: problemSchema },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A person’s or machine’s token, `rmp_pat_…` or `rmp_svc_…`.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'rampart_session',
          description: 'Set by signing in. `__Host-rampart` where the server is reached by https.',
        },
        sdkKeyHeader: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'An SDK key, as OFREP sends it.',
        },
        sdkKey: { type: 'http', scheme: 'bearer', description: 'An SDK key, `rmp_srv_…` or `rmp_pub_…`.' },
      },
    },
  }
}

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Flags', 'Flags, and their configuration in each environment.'],
  ['Ramps', 'Supervised runs that raise the share of a variation, and take it back.'],
  ['Insights', 'What was served and what happened, over time.'],
  ['Metrics', 'Where the figures of guards come from when no SDK reports them, and what each metric means.'],
  ['Segments', 'Named groups of units that rules refer to.'],
  ['Layers', 'Traffic that flags share out among themselves, so that no unit meets two of them.'],
  ['Projects', 'Projects, environments, and who is connected.'],
  ['Alerts', 'Where the alerts of a project go.'],
  ['History', 'What changed, by whom, and whether the record is whole.'],
  ['Access', 'People, tokens, SDK keys and kill URLs.'],
  ['Session', 'Signing in and out.'],
  ['SDK', 'What SDKs read and send.'],
  ['OFREP', 'OpenFeature’s protocol for evaluation on the server, for any language.'],
  ['Kill URLs', 'An address that kills, for alerting systems and bare hands.'],
  ['Health', 'For balancers, monitoring, and readers of this document.'],
]

function namesOf<N extends string>(table: Readonly<Record<N, unknown>>): readonly N[] {
  return Object.keys(table).filter((name): name is N => name in table)
}

function operationOf(name: RouteName, schemas: RouteSchemas | undefined): JsonSchema {
  const route: Route = routes[name]
  const { tag, description } = operations[name]
  const { params = {}, query = {}, body = null, response = null } = schemas ?? {}
  return {
    operationId: name,
    tags: [tag],
    summary: route.summary,
    ...(description === undefined ? {} : { description }),
    security: route.needs === 'anyone' ? [] : [{ token: [] }, { session: [] }],
    'x-rampart-needs': route.needs,
    parameters: [...parametersIn('path', params), ...parametersIn('query', query), ...headersOf(name, route)],
    ...(body === null ? {} : { requestBody: bodyOf(name, route, body) }),
    responses: { ...successOf(name, route, response), ...problemResponses(problemsOf(name)) },
  }
}

function parametersIn(place: 'path' | 'query', schema: JsonSchema): readonly JsonSchema[] {
  const required: unknown = schema['required']
  return Object.entries(schema['properties'] ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: Array.isArray(required) && required.includes(name),
    schema: member,
  }))
}

function headersOf(name: RouteName, { method }: Route): readonly JsonSchema[] {
  const { takesIfMatch, hasEtag } = operations[name]
  return [
    ...(takesIfMatch === true
      ? [header('If-Match', 'The revision the change was made from, such as `"41"`; 412 when it is another one now.')]
      : []),
    ...(hasEtag === true && method === 'GET'
      ? [header('If-None-Match', 'The ETag that is held: 304 when it is still the latest.')]
      : []),
    ...(method === 'GET'
      ? []
      : [header('X-Rampart-Comment', 'Kept in the audit; URI-encoded, at most 1000 characters.')]),
  ]
}

function header(name: string, description: string): JsonSchema {
  return { name, in: 'header', description, schema: { type: 'string' } }
}

function bodyOf(name: RouteName, { method }: Route, schema: JsonSchema): JsonSchema {
  const example: unknown = Object.entries(bodyExamples).find(([route]) => route === name)?.[1]
  const media = { schema, example }
  return {
    // an empty body is `{}`
    required: Array.isArray(schema['required']) && schema['required'].length > 0,
    content: {
      'application/json': media,
      ...(method === 'PATCH' ? { 'application/merge-patch+json': media } : {}),
    },
  }
}

function successOf(
  name: RouteName,
  { status, method }: Route,
  schema: JsonSchema | null,
): Readonly<Record<string, JsonSchema>> {
  const { hasEtag, also } = operations[name]
  const etag = {
    headers: { ETag: { description: 'The revision or version of what is answered.', schema: { type: 'string' } } },
  }
  const content =
    schema === null
      ? {}
      : { content: { 'application/json': { schema, example: sampleOf(schema, { ...examples, ...sdkExamples }) } } }
  const rest = { ...(hasEtag === true ? etag : {}), ...content }
  return {
    ...(also === undefined ? {} : { [also.status]: { description: also.description, ...rest } }),
    [status]: { description: status === 204 ? 'Done.' : status === 201 ? 'Made.' : 'As asked.', ...rest },
    ...(hasEtag === true && method === 'GET' ? { 304: { description: 'What is held is the latest.' } } : {}),
  }
}
