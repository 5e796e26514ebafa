import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { problems } from '../../errors.ts'
import { parseAck, parseEventsBatch, parseOutcomes, parseSnapshot, SDK_PATHS } from '../../wire/index.ts'
import type { RouteName } from '../addresses.ts'
import { type Route, routes } from '../routes.ts'
import { openApiDocument } from './document.ts'
import { bodyExamples } from './examples.ts'
import { operations } from './operations.ts'
import { sdkExamples } from './sdk.ts'

const document = openApiDocument({ version: '1.2.3' })

type Node = { readonly [member: string]: unknown }

interface Operation {
  readonly where: string
  readonly path: string
  readonly method: string
  readonly node: Node
}

const all: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, node]) => ({ where: `${method} ${path}`, path, method, node })),
)

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nodeAt(value: unknown, ...way: readonly string[]): Node {
  const end = way.reduce<unknown>((at, name) => (isNode(at) ? at[name] : undefined), value)
  return isNode(end) ? end : {}
}

/** Every value in the document, with the way to it. */
function* walk(
  value: unknown,
  way: readonly string[] = [],
): Generator<readonly [way: readonly string[], value: unknown]> {
  yield [way, value]
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* walk(one, [...way, String(i)])
  else if (isNode(value)) for (const [name, one] of Object.entries(value)) yield* walk(one, [...way, name])
}

const table = Object.entries(routes).map(([name, route]): Route & { readonly name: RouteName } => ({
  ...route,
  name: name as RouteName,
}))
const operationOf = (name: RouteName): Operation => {
  const found = all.find(({ node }) => node['operationId'] === name)
  if (found === undefined) throw new Error(`${name} is not described`)
  return found
}

describe('the document', () => {
  test('is OpenAPI 3.1, and JSON', () => {
    expect(Object.keys(document)).toEqual(['openapi', 'info', 'servers', 'tags', 'paths', 'components'])
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Rampart', version: '1.2.3' } })
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  test('has every route of the table, at its address and with its method', () => {
    const described = table.map(({ name }) => [name, operationOf(name).where])
    expect(described).toEqual(
      table.map(({ name, method, path }) => [name, `${method.toLowerCase()} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`]),
    )
  })

  test('has what is not in the table: the SDK’s wire, kill URLs, health', () => {
    const inTable = new Set<string>(table.map(({ name }) => name))
    const others = all.filter(({ node }) => !inTable.has(String(node['operationId']))).map(({ where }) => where)
    expect(others).toEqual([
      'get /sdk/v1/snapshot',
      'get /sdk/v1/stream',
      'post /sdk/v1/evaluate',
      'post /sdk/v1/events',
      'post /sdk/v1/outcomes',
      'post /sdk/v1/acks',
      'get /k/{secret}',
      'post /k/{secret}',
      'get /api/v1/projects/{project}/stream',
      'get /healthz',
      'get /startupz',
      'get /readyz',
      'get /version',
      'get /metrics',
      'get /api/v1/openapi.json',
      'get /problems/{code}',
      'post /ofrep/v1/evaluate/flags/{flag}',
      'get /ofrep/v1/stream',
      'post /ofrep/v1/evaluate/flags',
    ])
    for (const path of Object.values(SDK_PATHS)) expect(document.paths).toHaveProperty([path])
  })

  test('refers to nothing that is not in it', () => {
    const references = [...walk(document)].filter(([way]) => way.at(-1) === '$ref').map(([, to]) => String(to))
    expect(references.length).toBeGreaterThan(50)
    const dangling = references.filter((to) => {
      if (!to.startsWith('#/')) return true
      const at = to
        .slice(2)
        .split('/')
        .reduce<unknown>((node, name) => (isNode(node) ? node[name] : undefined), document)
      return at === undefined
    })
    expect(dangling).toEqual([])
  })

  test('uses every component that it has', () => {
    const text = JSON.stringify(document)
    const unused = Object.keys(document.components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    )
    expect(unused).toEqual([])
  })

  test('has schemas of the 2020-12 dialect', () => {
    const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'])
    const schemas = [...walk(document)].filter(([way]) => way.at(-1) === 'schema' || way.at(-2) === 'schemas')
    const wrong = schemas.flatMap(([way, schema]) =>
      [...walk(schema)]
        .filter(([below]) => below.at(-1) === 'type' && below.at(-2) !== 'properties' && !below.includes('default'))
        .filter(([, type]) => ![type].flat().every((one) => TYPES.has(String(one))))
        .map(([below, type]) => [...way, ...below, type].join('/')),
    )
    expect(schemas.length).toBeGreaterThan(300)
    expect(wrong).toEqual([])
    // words of OpenAPI 3.0 and of older drafts
    expect(JSON.stringify(document.components.schemas)).not.toMatch(/"(?:nullable|definitions|\$schema|\$id)":/)
  })
})

describe('every operation', () => {
  test('has an id of its own, a summary, and a tag that is explained', () => {
    expect(new Set(all.map(({ node }) => node['operationId'])).size).toBe(all.length)
    const tags = document.tags.map(({ name }) => name)
    const incomplete = all.filter(({ node }) => {
      const [tag] = Array.isArray(node['tags']) ? node['tags'] : []
      return typeof node['summary'] !== 'string' || node['summary'].endsWith('.') || !tags.includes(String(tag))
    })
    expect(incomplete.map(({ where }) => where)).toEqual([])
    expect(tags.filter((tag) => !all.some(({ node }) => JSON.stringify(node['tags']) === `["${tag}"]`))).toEqual([])
  })

  test('names each parameter of its path, and no other, as required', () => {
    for (const { where, path, node } of all) {
      const inPath = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name)
      const parameters = (Array.isArray(node['parameters']) ? node['parameters'] : []).filter(isNode)
      const described = parameters.filter((parameter) => parameter['in'] === 'path')
      expect([where, described.map(({ name }) => name)]).toEqual([where, inPath])
      expect(described.every(({ required }) => required === true)).toBe(true)
      const keys = parameters.map((parameter) => `${String(parameter['in'])} ${String(parameter['name'])}`)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  test('says which credential it takes', () => {
    const schemes = new Set(Object.keys(document.components.securitySchemes))
    for (const { where, node } of all) {
      const security = Array.isArray(node['security']) ? node['security'].filter(isNode) : undefined
      expect([where, security !== undefined]).toEqual([where, true])
      expect(security?.flatMap((one) => Object.keys(one)).filter((scheme) => !schemes.has(scheme))).toEqual([])
    }
    expect(
      table.filter(({ needs }) => needs === 'anyone').map(({ name }) => operationOf(name).node['security']),
    ).toEqual([[]])
  })

  test('that replaces, edits or deletes what has an ETag takes it back', () => {
    const readable = new Set(table.filter(({ name }) => operations[name].hasEtag === true).map(({ path }) => path))
    const blind = table
      .filter(
        ({ method, path }) => (method === 'PUT' || method === 'PATCH' || method === 'DELETE') && readable.has(path),
      )
      .filter(({ name }) => operations[name].takesIfMatch !== true)
    expect(blind.map(({ name }) => name)).toEqual([])
  })

  test('describes each answer, and has problems by their codes', () => {
    const codes = new Set(Object.keys(problems))
    for (const { where, path, node } of all) {
      const responses = nodeAt(node, 'responses')
      expect([where, Object.keys(responses).some((status) => /^[23]/.test(status))]).toEqual([where, true])
      for (const [status, response] of Object.entries(responses)) {
        expect([where, status, typeof nodeAt(response)['description']]).toEqual([where, status, 'string'])
        const examples = nodeAt(response, 'content', 'application/problem+json', 'examples')
        for (const [code, example] of Object.entries(examples)) {
          expect(codes.has(code)).toBe(true)
          expect(nodeAt(example, 'value')).toMatchObject({ code, status: Number(status) })
        }
        // OpenFeature has failures of its own, which are no problems
        const isFailure = path.startsWith('/ofrep/') && (status === '400' || status === '404')
        if (Number(status) >= 400 && !isFailure) expect(Object.keys(examples).length).toBeGreaterThan(0)
      }
    }
  })

  test('of the table has a body where it takes one, and an example that is valid', () => {
    for (const route of table) {
      const { node } = operationOf(route.name)
      const media = nodeAt(node, 'requestBody', 'content', 'application/json')
      expect([route.name, 'schema' in media]).toEqual([route.name, route.body !== null])
      if (route.body === null) continue
      const result = route.body.safeParse(media['example'])
      expect([route.name, result.error?.message]).toEqual([route.name, undefined])
    }
    expect(Object.keys(bodyExamples).length).toBe(table.filter(({ body }) => body !== null).length)
  })

  test('of the table answers with an example that its schema takes, member for member', () => {
    for (const route of table) {
      const { node } = operationOf(route.name)
      const media = nodeAt(node, 'responses', String(route.status), 'content', 'application/json')
      expect([route.name, 'example' in media]).toEqual([route.name, route.response !== null])
      if (route.response === null) continue
      expect([route.name, readAs(route.response, media['example'])]).toEqual([route.name, media['example']])
    }
  })
})

/** What a schema makes of a value: members that it does not know are gone. */
function readAs(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  return result.success ? result.data : result.error.message
}

describe('bodies and answers', () => {
  test('share the shapes that both have, whichever way they go', () => {
    const bodies = all.flatMap(({ node }) => [...walk(nodeAt(node, 'requestBody'))])
    const shared = new Set(
      bodies.filter(([way]) => way.at(-1) === '$ref').map(([, to]) => String(to).split('/').at(-1)),
    )
    expect([...shared].toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'Ack',
      'Condition',
      'EvaluateRequest',
      'EventsBatch',
      'GuardSource',
      'Limit',
      'OutcomesReport',
      'Rule',
      'Serve',
      'Variation',
    ])
    // none of them changes what it reads, so that there is one schema for both ways
    for (const name of ['Condition', 'Limit', 'Rule', 'Serve', 'Variation']) {
      expect(JSON.stringify(document.components.schemas[name])).not.toContain('"default"')
    }
  })

  test('are open for new members where they are answers, and closed where they are asked for', () => {
    expect(document.components.schemas['Flag']).not.toHaveProperty('additionalProperties')
    const body = nodeAt(operationOf('createFlag').node, 'requestBody', 'content', 'application/json', 'schema')
    expect(body).toMatchObject({ additionalProperties: false, required: ['key'] })
  })

  test('of the SDK’s wire are what the wire reads', () => {
    expect(parseSnapshot(sdkExamples.Snapshot)).toEqual({ ok: true, value: sdkExamples.Snapshot })
    expect(parseEventsBatch(sdkExamples.EventsBatch)).toEqual({ ok: true, value: sdkExamples.EventsBatch })
    expect(parseOutcomes(sdkExamples.OutcomesReport)).toEqual({ ok: true, value: sdkExamples.OutcomesReport })
    expect(parseAck(sdkExamples.Ack)).toEqual({ ok: true, value: sdkExamples.Ack })
  })
})
