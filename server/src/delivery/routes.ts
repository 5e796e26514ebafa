import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { SdkKey } from '@rampart/contract/admin'
import { parseAck, type Revision, SDK_PATHS, snapshotEtag } from '@rampart/contract/wire'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import { gzipped, takesGzip } from './compression.ts'
import { corsHeaders } from './cors.ts'
import { openEventStream } from './event-stream.ts'
import type { Hub } from './hub.ts'
import type { Instances, Who } from './instances.ts'

/** 16 KiB: an acknowledgement has a few hundred bytes. */
const ACK_LIMIT = 1 << 14

export interface SdkRoutes {
  readonly hub: Hub
  readonly instances: Instances
  readonly clock: Clock
  readonly onPropagated: (ms: number) => void
}

/**
 * What SDKs read, and where they say what they hold. `instance`, `app` and `version` in the query name the asking instance;
 * only instances with a server key are kept account of.
 */
export function mountSdkRoutes(app: App, { hub, instances, clock, onPropagated }: SdkRoutes): void {
  /** Notes what an instance holds; how long it took is told of those that were there when it was committed. */
  async function holds(
    key: SdkKey,
    who: Who,
    held: { readonly revision: Revision; readonly at: number },
  ): Promise<void> {
    const since = instances.holds(key, who, held)
    if (since === undefined) return
    const { committedAt } = await (await hub.feed(key)).needed(held.revision)
    if (committedAt !== undefined && since <= committedAt) onPropagated(Math.max(0, held.at - committedAt))
  }

  app.get(SDK_PATHS.snapshot, async (c) => {
    const key = await c.var.auth.sdkKey(c)
    const held = readTag(c.req.header('if-none-match'))
    const who = whoIn(c, key)
    if (who !== undefined) {
      instances.polled(key, who)
      if (held !== undefined) await holds(key, who, { revision: held, at: clock.now() })
    }
    const { revision, body } = await (await hub.feed(key)).told(key.kind, held)
    const zipped = takesGzip(c.req.header('accept-encoding')) ? await gzipped(body) : undefined
    // Two forms of one revision are not the same bytes: the compressed one has a weak tag (RFC 9110, 8.8.3.3).
    c.header('etag', `${zipped === undefined ? '' : 'W/'}${snapshotEtag(revision)}`)
    c.header('cache-control', 'private, max-age=0, must-revalidate')
    c.header('vary', 'authorization, accept-encoding')
    if (held === revision) return c.body(null, 304)
    if (zipped === undefined) return c.body(body, 200, { 'content-type': 'application/json' })
    return c.body(zipped, 200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  })

  app.get(SDK_PATHS.stream, (c) => hub.admit(() => openStream(c)))

  async function openStream(c: AppContext): Promise<Response> {
    const key = await c.var.auth.sdkKey(c)
    const outgoing = c.env?.outgoing
    if (outgoing === undefined || c.req.method !== 'GET') {
      throw new AppError('method_not_allowed', 'A stream can only be read by GET over a connection of its own.')
    }
    // What can fail is done while there can still be an answer.
    await hub.feed(key)
    const held = readRevision(c.req.header('last-event-id'))
    const headers = { vary: 'accept-encoding', 'x-request-id': c.var.requestId, ...corsHeaders(c) }
    const stream = openEventStream(outgoing, headers, takesGzip(c.req.header('accept-encoding')))
    const isRemote = c.req.query('mode') === 'remote'
    const who = isRemote ? undefined : whoIn(c, key)
    if (who !== undefined) {
      stream.onClosed(instances.connected(key, who))
      if (held !== undefined) instances.holds(key, who, { revision: held, at: clock.now() })
    }
    const streamKey = {
      id: key.id,
      audience: isRemote ? ('client' as const) : key.kind,
      expiresAt: key.expiresAt === null ? null : Date.parse(key.expiresAt),
    }
    try {
      await hub.join(key, stream, { key: streamKey, held, isRemote })
    } catch (error) {
      c.var.log.error({ err: error }, 'could not bring a stream up to date')
      stream.close({ reason: 'drain', retryMs: 1_000 })
    }
    return RESPONSE_ALREADY_SENT
  }

  app.post(SDK_PATHS.acks, async (c) => {
    const key = await c.var.auth.sdkKey(c)
    if (key.kind === 'client') {
      throw new AppError('wrong_kind_of_key', 'Browsers do not acknowledge: a public key could claim anything.')
    }
    const parsed = parseAck(await readJson(c, { limit: ACK_LIMIT }))
    if (!parsed.ok) throw new AppError('invalid', `This is no acknowledgement: ${parsed.problem}.`)
    const { revision, appliedMsAgo } = parsed.value
    await holds(key, parsed.value, { revision, at: clock.now() - appliedMsAgo })
    return c.body(null, 204)
  })
}

/** The instance that asks, when its key is a server key and it names itself in a usable way. */
function whoIn(c: AppContext, { kind }: SdkKey): Who | undefined {
  const { instance = '', app = '', version = '' } = c.req.query()
  if (kind === 'client' || !/^[A-Za-z0-9-]{1,64}$/.test(instance)) return undefined
  if (app === '') return { instance }
  const name = app.slice(0, LONGEST_NAME)
  return { instance, app: version === '' ? { name } : { name, version: version.slice(0, LONGEST_NAME) } }
}

const LONGEST_NAME = 128

function readTag(header: string | undefined): Revision | undefined {
  return readRevision(/^(?:W\/)?"(.*)"$/.exec(header?.trim() ?? '')?.[1])
}

function readRevision(text: string | undefined): Revision | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
