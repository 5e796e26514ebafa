import type { Delivery } from '../delivery/delivery.ts'
import { requireEnvironment } from '../environments/access.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Store } from '../store/store.ts'
import { masked } from './masked.ts'

export interface ExplainParts {
  readonly delivery: Pick<Delivery, 'snapshot'>
  readonly store: Pick<Store, 'project' | 'environment'>
}

export function mountExplain(app: App, { delivery, store }: ExplainParts): void {
  mount(app, 'readSnapshot', async ({ params }) => {
    const { privateAttributes } = await requireEnvironment(store, params)
    const snapshot = masked(await delivery.snapshot(params, 'server'), privateAttributes)
    return { body: snapshot, etag: snapshot.revision }
  })
}
