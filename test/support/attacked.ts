import { type Route, routes } from '@rampart/contract/admin'
import { bodyExamples } from '@rampart/contract/openapi'
import { type Demo, ENVIRONMENT, FLAG, inEnvironment, inProject, ofFlag, PROJECT, startDemo } from './demo.ts'
import { inParallel, type RawAnswer, type RawRequest, sendRaw } from './hostile.ts'

export const JSON_TYPE = { 'content-type': 'application/json' }

export type Name = keyof typeof routes

/** A route of the table, with its name. */
export interface Named extends Route {
  readonly name: Name
}

export const table: readonly Named[] = Object.entries(routes).map(([name, route]) => ({ ...route, name: name as Name }))

/** A good body of a route, so that only what a test makes wrong is wrong. */
export function goodBody(name: Name): unknown {
  return Object.entries(bodyExamples).find(([one]) => one === name)?.[1]
}

/** A server with one of everything, to be asked wrongly. */
export interface Attacked extends Demo {
  /** Keys and tokens that exist, or did. */
  readonly keys: Readonly<Record<'client' | 'kill' | 'revoked' | 'expired' | 'read', string>>
  /** The address of a route at what is there; `over` names what is not. */
  pathOf(route: Pick<Route, 'path'>, over?: Readonly<Record<string, string>>): string
  /** Asks as the administrator, or with another token; null is none. */
  send(request: RawRequest, token?: string | null): Promise<RawAnswer>
  /** What people made, with the revision and the length of the audit. When credentials were used last is no change. */
  everything(): Promise<unknown>
}

const METRIC = 'checkout_error'

export async function startAttacked(): Promise<Attacked> {
  const demo = await startDemo()
  const { api } = demo
  await api.putSegment({ params: { project: PROJECT, segment: 'beta-testers' }, body: { when: null } })
  await api.putPlan({ params: { project: PROJECT, plan: 'careful' }, body: { steps: '1%:10m,100%', guards: [] } })
  await api.putLayer({ params: { project: PROJECT, layer: 'prices' }, body: {} })
  await api.putMetricSource({ params: { project: PROJECT, source: 'main' }, body: bodyExamples.putMetricSource })
  await api.putMetricDefinition({
    params: { project: PROJECT, metric: METRIC },
    body: bodyExamples.putMetricDefinition,
  })
  const token = async (kind: 'machine' | 'kill-url', scope: string, expiresAt: string | null = null) =>
    (await api.createToken({ body: { kind, name: scope, scopes: [scope], expiresAt } })).body
  const revoked = await token('machine', 'admin@*')
  await api.revokeToken({ params: { id: revoked.item.id } })
  const client = await api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'page' } })
  const { body } = await api.startRamp({ ...ofFlag, body: { steps: '1%:60m,100%', guards: [], run: 'first' } })
  const ramp = { params: { project: PROJECT, id: body.item.id } }
  // so that it does not move by itself
  await api.pauseRamp({ ...ramp, body: {} })
  const places: Readonly<Record<string, string>> = {
    project: PROJECT,
    environment: ENVIRONMENT,
    flag: FLAG,
    segment: 'beta-testers',
    plan: 'careful',
    layer: 'prices',
    source: 'main',
    metric: METRIC,
    id: body.item.id,
  }

  return {
    ...demo,
    keys: {
      client: client.body.secret,
      kill: (await token('kill-url', `kill@${PROJECT}/${ENVIRONMENT}`)).secret,
      revoked: revoked.secret,
      expired: (await token('machine', 'admin@*', '2020-01-01T00:00:00.000Z')).secret,
      read: (await token('machine', 'read@*')).secret,
    },
    pathOf: ({ path }, over = {}) =>
      path.replaceAll(/:([a-z]+)/gi, (_, name: string) => over[name] ?? places[name] ?? 'x'),
    send(request, token = demo.adminToken) {
      const credential = token === null ? {} : { authorization: `Bearer ${token}` }
      return sendRaw(demo.url, { ...request, headers: { ...credential, ...request.headers } })
    },
    everything: async () => {
      const entries = (await api.listAudit({ ...inProject, query: { limit: 1 } })).body.items
      return {
        audit: entries.map(({ n, hash }) => ({ n, hash })),
        projects: (await api.listProjects({})).body.items,
        environments: (await api.listEnvironments(inProject)).body.items,
        flags: (await api.listFlags({ ...inProject, query: { limit: 200 } })).body.items,
        config: (await api.getConfig(ofFlag)).body,
        segments: (await api.listSegments(inProject)).body.items,
        plans: (await api.listPlans(inProject)).body.items,
        layers: (await api.listLayers(inProject)).body.items,
        metrics: (await api.listMetricDefinitions(inProject)).body.items,
        sources: (await api.listMetricSources(inProject)).body.items,
        ramps: (await api.listRamps(inProject)).body.items.map(({ id, state, version }) => ({ id, state, version })),
        webhooks: (await api.listWebhooks(inProject)).body.items.map(({ id }) => id),
        sdkKeys: unused((await api.listSdkKeys(inEnvironment)).body.items),
        tokens: unused((await api.listTokens({})).body.items),
        people: unused((await api.listPeople({})).body.items),
      }
    },
  }
}

function unused(items: readonly object[]): readonly object[] {
  const USE = ['lastUsedAt', 'lastSeenAt']
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => !USE.includes(name))))
}

/** The status and code of a problem; whatever else it is, in words. */
export function problemOf({ status, type, body }: RawAnswer): string {
  if (type !== 'application/problem+json') return `${status} and no problem: ${JSON.stringify(body)?.slice(0, 200)}`
  const { code, status: own, detail, requestId } = body as Readonly<Record<string, unknown>>
  const complete = own === status && typeof detail === 'string' && detail.length > 10 && typeof requestId === 'string'
  return complete ? `${status} ${String(code)}` : `an incomplete problem: ${JSON.stringify(body)}`
}

export interface Asked {
  readonly what: string
  readonly answer: RawAnswer
  readonly expected: readonly string[]
}

/** Asks all of them and gathers those that are not answered as they should be. */
export async function unlike<T>(cases: Iterable<T>, ask: (one: T) => Promise<Asked>): Promise<readonly string[]> {
  const wrong: string[] = []
  await inParallel(cases, async (one) => {
    const { what, answer, expected } = await ask(one)
    const problem = problemOf(answer)
    if (!expected.includes(problem)) wrong.push(`${what}: ${problem}`)
  })
  return wrong
}
