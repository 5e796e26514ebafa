import { randomUUID } from 'node:crypto'
import type { SdkKey } from '@rampart/contract/admin'
import { MOST_OUTCOMES, type Outcome, parseOutcomes, SDK_PATHS } from '@rampart/contract/wire'
import {
  type Configuration,
  type Counts,
  createTally,
  drain,
  recordObservation,
  recordOutcome,
  type Snapshot,
} from '@rampart/core'
import { AppError } from '../app-error.ts'
import { compiledOf } from '../compiled.ts'
import type { App } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import { announcedBytes, BATCH_LIMIT } from './batch-limit.ts'
import type { FlushedExposures } from './exposures.ts'
import type { Queue } from './queue.ts'
import { acceptBatch, type IngestServiceOptions } from './service.ts'

export interface OutcomesOptions extends IngestServiceOptions {
  readonly queue: Queue
  readonly exposures: Pick<FlushedExposures, 'flush'>
  /** What an SDK with this key would hold now. */
  readonly snapshotOf: (key: SdkKey) => Promise<Snapshot>
}

/**
 * `POST /sdk/v1/outcomes`: what an SDK counts where it runs, for programs that have none. The server finds the arm of each outcome by
 * evaluating the watched flags for its context, and forgets the context. What programs were given before is
 * committed first, since a guard that saw outcomes alone would know of no healthy user. Answered when it is committed, as events are. A client key is in every page,
 * and who has it can have an SDK: it is refused.
 */
export function mountOutcomes(app: App, { queue, exposures, snapshotOf, ...options }: OutcomesOptions): void {
  app.post(SDK_PATHS.outcomes, async (c) => {
    const key = await c.var.auth.sdkKey(c)
    if (key.kind === 'client') {
      throw new AppError(
        'wrong_kind_of_key',
        'Outcomes are reported with a server key: a public one could claim anything.',
        {
          hint: 'Pages report them with @rampart/browser.',
        },
      )
    }
    const said = await queue.hold(announcedBytes(c), async () => {
      const parsed = parseOutcomes(await readJson(c, { limit: BATCH_LIMIT }))
      if (!parsed.ok) throw new AppError('invalid', `These are no outcomes: ${parsed.problem}. Nothing was counted.`)
      const { batch = randomUUID(), outcomes } = parsed.value
      const counts = countsOf(compiledOf(await snapshotOf(key)), outcomes)
      const { project, environment } = key
      if (counts === undefined) return 'added'
      await exposures.flush()
      return acceptBatch(options, { project, environment }, { batch, ...counts })
    })
    return c.json({ duplicate: said === 'duplicate' }, 202)
  })
}

/** What a tally of an SDK would have made of them. Undefined for none. */
function countsOf(configuration: Configuration, outcomes: readonly Outcome[]): Counts | undefined {
  const now = performance.now()
  const tally = createTally(now, { metrics: MOST_OUTCOMES })
  for (const { context, metric, n = 1, value } of outcomes) {
    if (value === undefined) recordOutcome(tally, configuration, metric, context, n, now)
    else recordObservation(tally, configuration, metric, context, value, now)
  }
  return drain(tally, configuration, now)
}
