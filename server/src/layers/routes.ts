import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Layers } from './service.ts'

export function mountLayers(app: App, layers: Layers): void {
  mount(app, 'listLayers', async ({ params }) => ({ body: { items: await layers.list(params.project), next: null } }))

  mount(app, 'getLayer', async ({ params }) => {
    const layer = await layers.get(params)
    return { body: layer, etag: layer.version }
  })

  mount(app, 'putLayer', async ({ params, body, ifMatch, asker }) => {
    const changed = await layers.put({ place: params, input: body, ifMatch, asker })
    return { body: changed, etag: changed.item.version }
  })

  mount(app, 'deleteLayer', async ({ params, ifMatch, asker }) => ({
    body: await layers.remove({ place: params, ifMatch, asker }),
  }))
}
