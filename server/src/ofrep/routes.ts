import { createHash } from 'node:crypto'
import type { SdkKey } from '@rampart/contract/admin'
import { type Audience, type Configuration, type Context, evaluate } from '@rampart/core'
import { AppError } from '../app-error.ts'
import { compiledOf } from '../compiled.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import { type Evaluation, evaluationOf, type Failure, isFailure } from './evaluation.ts'

const ADDRESS = '/ofrep/v1/evaluate/flags'

/** 256 KiB of context. */
const CONTEXT_LIMIT = 1 << 18

/**
 * The OpenFeature Remote Evaluation Protocol 0.3: any language with an OFREP provider, or with nothing but HTTP, can ask
 * for flags. The credential is an SDK key, as bearer token or as `X-API-Key`; a client key sees client-side flags.
 */
export function mountOfrep(app: App, delivery: Pick<Delivery, 'snapshot'>): void {
  async function configurationFor(key: SdkKey): Promise<Configuration> {
    return compiledOf(await delivery.snapshot(key, key.kind satisfies Audience))
  }

  app.post(`${ADDRESS}/:flag`, async (c) => {
    const key = await c.var.auth.sdkKey(c, { fromApiKey: true })
    const flag = c.req.param('flag')
    const context = await contextOf(c, flag)
    if (isFailure(context)) return c.json(context, 400)
    const item = evaluated(await configurationFor(key), flag, context.context)
    if (!isFailure(item)) return c.json(item)
    return c.json(item, item.errorCode === 'FLAG_NOT_FOUND' ? 404 : 400)
  })

  app.post(ADDRESS, async (c) => {
    const key = await c.var.auth.sdkKey(c, { fromApiKey: true })
    const context = await contextOf(c, '')
    if (isFailure(context)) return c.json({ errorCode: context.errorCode, errorDetails: context.errorDetails }, 400)
    const configuration = await configurationFor(key)
    const flags = [...configuration.flags.keys()].sort().map((flag) => evaluated(configuration, flag, context.context))
    const body = JSON.stringify({
      flags,
      metadata: { flagSetId: flagSetOf(configuration), version: configuration.revision },
    })
    // over what this caller receives: the same configuration gives another context other values
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
    c.header('etag', etag)
    if (tagsIn(c.req.header('if-none-match')).includes(etag)) return c.body(null, 304)
    return c.body(body, 200, { 'content-type': 'application/json' })
  })
}

function evaluated(configuration: Configuration, key: string, context: Context): Evaluation | Failure {
  const answer = evaluate(configuration, key, context)
  const wire = configuration.flags.get(key)?.wire
  if (wire === undefined) {
    return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag "${key}" in this environment.` }
  }
  return evaluationOf(wire, answer, { flagSetId: flagSetOf(configuration), revision: configuration.revision })
}

function flagSetOf({ envelope }: Configuration): string {
  return `${envelope.project}/${envelope.environment}`
}

/** The context of the body. Nothing, `{}` and a null context are an empty one: real clients send all three. */
async function contextOf(c: AppContext, key: string): Promise<{ readonly context: Context } | Failure> {
  const wrong = (errorCode: Failure['errorCode'], errorDetails: string): Failure => ({ key, errorCode, errorDetails })
  let body: unknown
  try {
    body = await readJson(c, { limit: CONTEXT_LIMIT })
  } catch (error) {
    if (error instanceof AppError && error.code === 'malformed') return wrong('PARSE_ERROR', error.message)
    throw error
  }
  const context = isObject(body) ? (body['context'] ?? {}) : undefined
  if (!isObject(context)) return wrong('INVALID_CONTEXT', 'The body must be an object with the member "context".')
  const { targetingKey } = context
  if (targetingKey !== undefined && typeof targetingKey !== 'string') {
    return wrong('INVALID_CONTEXT', 'The targeting key must be a text.')
  }
  return { context: context as Context }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tagsIn(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}
