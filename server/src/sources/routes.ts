import { AppError } from '../app-error.ts'
import type { App } from '../http/app-env.ts'
import { type MountOptions, mount } from '../http/mount.ts'
import type { MetricDefinitions } from './definitions.ts'
import { isRead } from './guard-source.ts'
import type { Pushing } from './push.ts'
import type { MetricSources } from './service.ts'

export interface MountedSources {
  readonly metricSources: MetricSources
  readonly metricDefinitions: MetricDefinitions
  readonly pushing: Pushing
  /** Where a ramp is: its address names only its project. */
  readonly ramps: { placeOf(place: { readonly project: string; readonly id: string }): ReturnType<Place> }
}

type Place = NonNullable<MountOptions['place']>

/** Serves metric sources, the metric catalogue and pushed figures. */
export function mountSources(app: App, { metricSources, metricDefinitions, pushing, ramps }: MountedSources): void {
  mount(app, 'listMetricSources', async ({ params }) => ({
    body: { items: await metricSources.list(params.project), next: null },
  }))

  mount(app, 'getMetricSource', async ({ params }) => {
    const source = await metricSources.get(params)
    return { body: source, etag: source.version }
  })

  mount(app, 'putMetricSource', async ({ params, body, ifMatch, asker }) => {
    const changed = await metricSources.put({ place: params, input: body, ifMatch, asker })
    return { body: changed, etag: changed.item.version }
  })

  mount(app, 'deleteMetricSource', async ({ params, ifMatch, asker }) => ({
    body: await metricSources.remove(params, { ifMatch, asker }),
  }))

  mount(app, 'testMetricSource', async ({ params, body }) => {
    const { source, take = 'first' } = body
    if (source !== undefined && !isRead(source))
      throw new AppError('invalid', `Figures of ${source.kind} come by themselves; there is nothing to ask.`)
    const arms = source?.arms ?? { treatment: 'on', control: 'off' }
    return { body: await metricSources.test(params, { source, take, arms }) }
  })

  mount(app, 'listMetricDefinitions', async ({ params }) => ({
    body: { items: await metricDefinitions.list(params.project), next: null },
  }))

  mount(app, 'getMetricDefinition', async ({ params }) => {
    const definition = await metricDefinitions.get(params)
    return { body: definition, etag: definition.version }
  })

  mount(app, 'putMetricDefinition', async ({ params, body, ifMatch, asker }) => {
    const changed = await metricDefinitions.put(params, body, { ifMatch, asker })
    return { body: changed, etag: changed.item.version }
  })

  mount(app, 'deleteMetricDefinition', async ({ params, ifMatch, asker }) => ({
    body: await metricDefinitions.remove(params, { ifMatch, asker }),
  }))

  const place: Place = async ({ project = '', id = '' }) => ramps.placeOf({ project, id })
  mount(
    app,
    'pushMeasurements',
    async ({ params, body }) => ({ body: await pushing.push(params, body.measurements) }),
    {
      place,
    },
  )
}
