import { requireEnvironment } from '../environments/access.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import { masked } from './masked-snapshot.ts'
import { type ExplainParts, explainFlags, servedAt } from './service.ts'

export function mountExplain(app: App, parts: ExplainParts): void {
  mount(app, 'explain', async ({ params, query: { revision }, body }) => {
    const flags = 'flag' in body ? [body.flag] : body.flags
    return { body: await explainFlags(parts, params, { flags, context: body.context, revision }) }
  })

  mount(app, 'readSnapshot', async ({ params, query: { revision } }) => {
    const { privateAttributes } = await requireEnvironment(parts.store, params)
    const snapshot = masked(await servedAt(parts, params, revision), privateAttributes)
    return { body: snapshot, etag: snapshot.revision }
  })
}
