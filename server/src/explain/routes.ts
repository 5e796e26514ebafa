import { requireEnvironment } from '../environments/access.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import { masked } from './masked-snapshot.ts'
import { type ExplainParts, explainFlags } from './service.ts'

export function mountExplain(app: App, parts: ExplainParts): void {
  mount(app, 'explain', async ({ params, body }) => {
    const flags = 'flag' in body ? [body.flag] : body.flags
    return { body: await explainFlags(parts, params, { flags, context: body.context }) }
  })

  mount(app, 'readSnapshot', async ({ params }) => {
    const { privateAttributes } = await requireEnvironment(parts.store, params)
    const snapshot = masked(await parts.delivery.snapshot(params, 'server'), privateAttributes)
    return { body: snapshot, etag: snapshot.revision }
  })
}
