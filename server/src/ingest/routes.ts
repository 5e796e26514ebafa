import { type EventsBatch, parseEventsBatch, SDK_PATHS } from '@rampart/contract/wire'
import { AppError } from '../app-error.ts'
import type { App } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import { announcedBytes, BATCH_LIMIT } from './batch-limit.ts'
import type { PublicCaps } from './public-caps.ts'
import type { OnShed, Queue } from './queue.ts'
import { acceptBatch, acceptPublicBatch, type IngestServiceOptions } from './service.ts'

/**
 * `POST /sdk/v1/events`: 202 with whether the batch was known already. It is answered when the batch is committed, so that a
 * 202 is never lost, and an SDK may send the same bytes again whenever it got none.
 *
 * A client key is in every page, and outcomes that bring a ramp down, or hide that it should be, can be forged with it. Its
 * batches feed only guards that say `from: 'browser'`, and each sender has a bounded part; the rest is answered `ignored: true`.
 * A page that is left sends its last batch as a beacon, with the key in the query and a body that calls itself text.
 */
export function mountEvents(app: App, { queue, caps, onShed, ...options }: EventsOptions): void {
  app.post(SDK_PATHS.events, async (c) => {
    const { kind, project, environment } = await c.var.auth.sdkKey(c, { fromQuery: true })
    const place = { project, environment }
    const outcome = await queue.hold(announcedBytes(c), async () => {
      const parsed = parseEventsBatch(await readJson(c, { limit: BATCH_LIMIT, lenient: kind === 'client' }))
      if (!parsed.ok)
        throw new AppError('invalid', `This is no batch of events: ${parsed.problem}. Nothing was counted.`)
      if (kind === 'server') return acceptBatch(options, place, queue.isCrowded ? shed(parsed.value) : parsed.value)
      const sender = { address: c.var.address, place: `${project}/${environment}` }
      return acceptPublicBatch(options, place, caps(parsed.value, sender))
    })
    return c.json({ duplicate: outcome === 'duplicate', ...(outcome === 'ignored' ? { ignored: true } : {}) }, 202)
  })

  /** The outcomes of a batch, without what only charts show. */
  function shed(batch: EventsBatch): EventsBatch {
    const n = batch.evaluations.reduce((sum, one) => sum + one.n, 0)
    if (n > 0) onShed('evaluations', n)
    return { ...batch, evaluations: [], unknown: [] }
  }
}

interface EventsOptions extends IngestServiceOptions {
  readonly queue: Queue
  readonly caps: PublicCaps
  readonly onShed: OnShed
}
