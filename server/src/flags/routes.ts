import type { Delivery } from '../delivery/delivery.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Store } from '../store/store.ts'
import type { Catalogue } from './catalogue.ts'
import type { Configs } from './configs.ts'
import type { Kill } from './kill.ts'
import { listFlags } from './listing.ts'

/** Rules may hold lists of 100,000 values, as segments do. */
const LARGEST_CONFIG = 32 << 20

export interface FlagParts {
  readonly catalogue: Catalogue
  readonly configs: Configs
  readonly kill: Kill
  readonly delivery: Pick<Delivery, 'propagation' | 'waitForPropagation'>
  readonly store: Store
}

export function mountFlags(app: App, { catalogue, configs, kill, delivery, store }: FlagParts): void {
  mount(app, 'listFlags', async ({ params, query }) => ({ body: await listFlags(store, params.project, query) }))

  mount(app, 'createFlag', async ({ params, body, asker }) => {
    const changed = await catalogue.create(params.project, body, asker)
    const location = `/api/v1/projects/${params.project}/flags/${body.key}`
    return { body: changed, etag: changed.item.version, location }
  })

  mount(app, 'getFlag', async ({ params }) => {
    const flag = await catalogue.get(params.project, params.flag)
    return { body: flag, etag: flag.version }
  })

  mount(app, 'patchFlag', async ({ params, body, ifMatch, asker }) => {
    const changed = await catalogue.patch({ ...params, patch: body, ifMatch, asker })
    return { body: changed, etag: changed.item.version }
  })

  mount(app, 'getConfig', async ({ params }) => {
    const config = await configs.get(params)
    return { body: config, etag: config.revision }
  })

  mount(
    app,
    'putConfig',
    async ({ params, body, ifMatch, asker }) => {
      const changed = await configs.replace({ place: params, body, ifMatch, asker })
      return { body: changed, etag: changed.item.revision }
    },
    { limit: LARGEST_CONFIG },
  )

  mount(app, 'switchFlag', async ({ params, body, ifMatch, asker }) => {
    const changed = await configs.switchTo({ place: params, body, ifMatch, asker })
    return { body: changed, etag: changed.item.revision }
  })

  mount(app, 'setRollout', async ({ params, body, ifMatch, asker }) => {
    const changed = await configs.setRollout({ place: params, body, ifMatch, asker })
    return { body: changed, etag: changed.item.revision }
  })

  mount(
    app,
    'killFlag',
    async ({ params, query, body, asker, signal }) => {
      const order = { place: params, asker, reason: body.reason ?? asker.comment }
      const result = await kill.kill(order, { waitMs: query.wait, signal })
      return { body: result, etag: result.revision }
    },
    { lenient: true },
  )

  mount(app, 'restoreFlag', async ({ params, body, asker }) => {
    const changed = await kill.restore({ place: params, asker, reason: body.reason ?? asker.comment })
    return { body: changed, etag: changed.item.revision }
  })

  mount(app, 'getPropagation', async ({ params, query, signal }) => {
    const { revision } = await configs.get(params)
    const propagation =
      query.wait === undefined
        ? delivery.propagation(params, revision)
        : delivery.waitForPropagation(params, revision, { timeoutMs: query.wait, signal })
    return { body: await propagation }
  })
}
