import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import { requireEnvironment } from '../environments/access.ts'
import { requireConfig } from '../flags/lookup.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Store } from '../store/store.ts'
import { evaluationsOver, metricOver } from './chart.ts'
import { type Steps, stepsOver } from './steps.ts'

export interface TotalsParts {
  readonly store: Store
  readonly clock: Clock
}

const HOUR_MS = 3_600_000

/** Serves what flags served and what metrics were over time, and the keys that no flag has. */
export function mountTotals(app: App, { store, clock }: TotalsParts): void {
  mount(app, 'getEvaluations', async ({ params, query }) => {
    await requireConfig(store, params)
    const steps = stepsIn(query, clock.now())
    return { body: evaluationsOver(steps, await store.served(params, params.flag, steps)) }
  })

  mount(app, 'getMetricTotals', async ({ params, query }) => {
    await requireEnvironment(store, params)
    const steps = stepsIn(query, clock.now())
    return { body: metricOver(steps, await store.measured(params, params.metric, steps)) }
  })

  mount(app, 'listUnknownFlags', async ({ params }) => {
    await requireEnvironment(store, params)
    return { body: { items: await store.unknownFlags(params), next: null } }
  })
}

function stepsIn(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): Steps {
  const end = to === undefined ? now : Date.parse(to)
  const start = from === undefined ? end - HOUR_MS : Date.parse(from)
  if (start < end) return stepsOver({ from: start, to: end }, now)
  throw new AppError('invalid', '?from must be before ?to.', {
    errors: [{ pointer: '?from', message: 'must be before to' }],
  })
}
