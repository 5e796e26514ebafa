import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Keys } from './service.ts'

export function mountKeys(app: App, keys: Keys, publicUrl: () => URL): void {
  mount(app, 'listSdkKeys', async ({ params }) => ({ body: { items: await keys.sdkKeys(params), next: null } }))
  mount(app, 'createSdkKey', async ({ params, body, asker }) => ({
    body: await keys.createSdkKey(params, body, asker),
  }))
  mount(app, 'revokeSdkKey', async ({ params, asker }) => ({ body: await keys.revokeSdkKey(params, params.id, asker) }))

  mount(app, 'listTokens', async () => ({ body: { items: await keys.tokens(), next: null } }))
  mount(app, 'createToken', async ({ body, asker }) => {
    const created = await keys.createToken(body, asker)
    const url = body.kind === 'kill-url' ? new URL(`/k/${created.secret}`, publicUrl()).href : null
    return { body: { ...created, url } }
  })
  mount(app, 'revokeToken', async ({ params, asker }) => ({ body: await keys.revokeToken(params.id, asker) }))
}
