import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { SdkKey } from '@rampart/contract/admin'
import { type Configuration, type Context, evaluate } from '@rampart/core'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import { compiledOf } from '../compiled.ts'
import { READABLE, requireListed } from '../delivery/cors.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { openEventStream } from '../delivery/event-stream.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Store } from '../store/store.ts'
import { OFREP_FLAGS, OFREP_STREAM } from './addresses.ts'
import { type Evaluation, evaluationOf, type Failure, isFailure } from './evaluation.ts'
import { refetchStream } from './refetch-stream.ts'
import { createStreamTokens, type Ticket } from './stream-token.ts'

/** 256 KiB of context. */
const CONTEXT_LIMIT = 1 << 18

export interface OfrepParts {
  readonly delivery: Pick<Delivery, 'snapshot' | 'hub'>
  readonly store: Pick<Store, 'environment' | 'sdkKeys'>
  readonly ingest: Pick<Ingest, 'exposures'>
  readonly clock: Clock
  readonly publicUrl: () => URL
}

/**
 * The OpenFeature Remote Evaluation Protocol 0.3: any language with an OFREP provider, or with nothing but HTTP, can ask
 * for flags. The credential is an SDK key, as bearer token or as `X-API-Key`; a client key sees client-side flags.
 */
export function mountOfrep(app: App, { delivery, store, ingest, clock, publicUrl }: OfrepParts): void {
  const tokens = createStreamTokens()

  /** What is evaluated for a key. A client key sees of it what is marked client-side. */
  async function configurationFor(key: SdkKey): Promise<Configuration> {
    return compiledOf(await delivery.snapshot(key, key.kind === 'client' ? 'remote' : 'server'))
  }

  app.post(`${OFREP_FLAGS}/:flag`, async (c) => {
    const key = await c.var.auth.sdkKey(c, { fromApiKey: true })
    const flag = c.req.param('flag')
    const context = await contextOf(c, flag)
    if (isFailure(context)) return c.json(context, 400)
    const configuration = await configurationFor(key)
    const item = evaluated(configuration, flag, context.context, key.kind)
    // A client key is in every page: whatever were counted for it could be made up.
    if (key.kind === 'server' && isAnswered(item)) ingest.exposures.note(key, configuration, flag, context.context)
    if (!isFailure(item)) return c.json(item)
    return c.json(item, item.errorCode === 'FLAG_NOT_FOUND' ? 404 : 400)
  })

  app.post(OFREP_FLAGS, async (c) => {
    const key = await c.var.auth.sdkKey(c, { fromApiKey: true })
    const context = await contextOf(c, '')
    if (isFailure(context)) {
      const { key: _, ...failure } = context
      return c.json(failure, 400)
    }
    const configuration = await configurationFor(key)
    const flags = [...configuration.flags.keys()]
      .filter((flag) => isSeen(configuration, flag, key.kind))
      .sort()
      .map((flag) => evaluated(configuration, flag, context.context, key.kind))
    const received = { flags, metadata: { flagSetId: flagSetOf(configuration) } }
    const now = clock.now()
    const etag = tagOf(JSON.stringify(received), tokens.epoch(now))
    c.header('etag', etag)
    if (tagsIn(c.req.header('if-none-match')).includes(etag)) return c.body(null, 304)
    const requestUri = `${prefixOf(publicUrl())}${OFREP_STREAM}?t=${tokens.issue(key, configuration.revision, now)}`
    return c.json({ ...received, eventStreams: [{ type: 'sse', endpoint: { requestUri } }] })
  })

  app.get(OFREP_STREAM, async (c) => {
    const ticket = await ticketOf(c)
    if (ticket === undefined) {
      // EventSource gives up for good at that, and its provider asks for the flags again, which brings a new address.
      return c.body(null, 204, READABLE)
    }
    const readable: Readonly<Record<string, string>> = ticket.audience === 'client' ? READABLE : {}
    for (const [name, value] of Object.entries(readable)) c.header(name, value)
    const origin = c.req.header('origin')
    if (origin !== undefined && ticket.audience === 'client') await requireListed(store, ticket, origin)
    const outgoing = c.env?.outgoing
    if (outgoing === undefined || c.req.method !== 'GET') {
      throw new AppError('method_not_allowed', 'A stream can only be read by GET over a connection of its own.')
    }
    return delivery.hub.admit(() => openStream(c, outgoing, { ticket, readable }))
  })

  async function openStream(
    c: AppContext,
    outgoing: ServerResponse,
    { ticket, readable }: { readonly ticket: Ticket; readonly readable: Readonly<Record<string, string>> },
  ): Promise<Response> {
    await delivery.hub.feed(ticket)
    const stream = openEventStream(outgoing, { 'x-request-id': c.var.requestId, ...readable })
    try {
      await delivery.hub.join(
        ticket,
        refetchStream(stream, () => clock.now()),
        {
          key: { id: ticket.key, audience: ticket.audience, expiresAt: ticket.keyExpiresAt },
          held: revisionIn(c.req.header('last-event-id')) ?? ticket.held,
          isRemote: ticket.audience === 'client',
        },
      )
    } catch (error) {
      c.var.log.error({ err: error }, 'could not bring a stream up to date')
      stream.close({ reason: 'drain', retryMs: 1_000 })
    }
    return RESPONSE_ALREADY_SENT
  }

  /** Of a token that is good, for a key that still is. */
  async function ticketOf(c: AppContext): Promise<Ticket | undefined> {
    const ticket = tokens.read(c.req.query('t') ?? '', clock.now())
    if (ticket === undefined) return undefined
    const keys = await store.sdkKeys(ticket)
    return keys.some(({ id }) => id === ticket.key) ? ticket : undefined
  }
}

/** Where our own SDKs give the other side, OFREP gives nothing: nobody saw anything. */
function isAnswered(item: Evaluation | Failure): boolean {
  return !isFailure(item) || item.errorCode !== 'TARGETING_KEY_MISSING'
}

/**
 * Over what this caller receives: the same configuration gives another context other values. Another one with every
 * epoch, because an answer also brings the address of its stream, which does not live for ever.
 */
function tagOf(received: string, epoch: string): string {
  return `"${createHash('sha256').update(received).update(epoch).digest('base64url').slice(0, 27)}"`
}

function evaluated(
  configuration: Configuration,
  key: string,
  context: Context,
  kind: SdkKey['kind'],
): Evaluation | Failure {
  const wire = configuration.flags.get(key)?.wire
  if (wire === undefined || !isSeen(configuration, key, kind)) {
    const errorDetails = `There is no flag "${key}" in this environment.`
    return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails, metadata: { flagSetId: flagSetOf(configuration) } }
  }
  return evaluationOf(wire, evaluate(configuration, key, context), flagSetOf(configuration))
}

/** A flag that is there because a client-side one asks for it does not exist for client keys. */
function isSeen({ flags }: Configuration, key: string, kind: SdkKey['kind']): boolean {
  return kind === 'server' || flags.get(key)?.wire.clientSide === true
}

function flagSetOf({ envelope }: Configuration): string {
  return `${envelope.project}/${envelope.environment}`
}

/** The context of the body. Nothing, `{}` and a null context are an empty one: real clients send all three. */
async function contextOf(c: AppContext, key: string): Promise<{ readonly context: Context } | Failure> {
  const wrong = (errorCode: Failure['errorCode'], errorDetails: string): Failure => ({
    key,
    errorCode,
    errorDetails,
    metadata: {},
  })
  let body: unknown
  try {
    body = await readJson(c, { limit: CONTEXT_LIMIT })
  } catch (error) {
    if (error instanceof AppError && error.code === 'malformed') return wrong('PARSE_ERROR', error.message)
    throw error
  }
  const context = isObject(body) ? (body['context'] ?? {}) : undefined
  if (!isObject(context)) return wrong('INVALID_CONTEXT', 'The body must be an object with the member "context".')
  const { targetingKey, ...attributes } = context
  if (targetingKey === undefined || targetingKey === null) return { context: attributes as Context }
  if (typeof targetingKey !== 'string') return wrong('INVALID_CONTEXT', 'The targeting key must be a text.')
  return { context: context as Context }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tagsIn(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}

function revisionIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

/** The path under which a proxy shows this server, without its last slash. */
function prefixOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, '')
}
