import { parseEventsBatch, SDK_PATHS } from '@rampart/contract/wire'
import { AppError } from '../app-error.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import type { Queue } from './queue.ts'
import { acceptBatch, type IngestServiceOptions } from './service.ts'

/** 2 MiB: more than a full tally writes. */
const BATCH_LIMIT = 2 << 20

/**
 * `POST /sdk/v1/events`: 202 with whether the batch was known already. It is answered when the batch is committed, so that a
 * 202 is never lost, and an SDK may send the same bytes again whenever it got none.
 *
 * A batch of a client key is answered `ignored: true` and not read. Everybody has such a key, and could forge outcomes that
 * bring a ramp down or hide that it should be; no guard can ask for them (`from: 'browser'`) yet.
 * A page that is left sends its last batch as a beacon, with the key in the query and a body that calls itself text.
 */
export function mountEvents(app: App, { queue, ...options }: IngestServiceOptions & { readonly queue: Queue }): void {
  app.post(SDK_PATHS.events, async (c) => {
    const { kind, project, environment } = await c.var.auth.sdkKey(c, { fromQuery: true })
    if (kind === 'client') return c.json({ duplicate: false, ignored: true }, 202)
    const outcome = await queue.hold(announcedBytes(c), async () => {
      const parsed = parseEventsBatch(await readJson(c, { limit: BATCH_LIMIT }))
      if (parsed.ok) return acceptBatch(options, { project, environment }, parsed.value)
      throw new AppError('invalid', `This is no batch of events: ${parsed.problem}. Nothing was counted.`)
    })
    return c.json({ duplicate: outcome === 'duplicate' }, 202)
  })
}

/** A body that does not say how long it is takes the room of the longest; one that lies is cut off when it is read. */
function announcedBytes(c: AppContext): number {
  const announced = Number(c.req.header('content-length'))
  return announced >= 0 && announced <= BATCH_LIMIT ? announced : BATCH_LIMIT
}
