import { randomBytes } from 'node:crypto'
import type { Webhook } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { recorded, requireDone } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import { randomText } from '../keys/secrets.ts'
import { iso } from '../ramp/instant.ts'
import type { Store } from '../store/store.ts'

/** Serves the webhooks of a project: where its alerts go. */
export function mountWebhooks(app: App, { store, clock }: { readonly store: Store; readonly clock: Clock }): void {
  mount(app, 'listWebhooks', async ({ params }) => {
    await requireProject(store, params.project)
    return { body: { items: await store.webhooks(params.project), next: null } }
  })

  mount(app, 'createWebhook', async ({ params, body, asker }) => {
    await requireProject(store, params.project)
    const at = clock.now()
    const webhook = { id: `wh_${randomText(12, randomBytes)}`, url: body.url, format: body.format, createdAt: iso(at) }
    const committed = await store.commit({
      scope: params.project,
      at,
      asker,
      writes: [{ put: 'webhook', project: params.project, webhook }],
      audit: [
        {
          action: 'webhook.created',
          subject: { kind: 'webhook', key: webhook.id },
          before: null,
          after: told(webhook),
          words: `Webhook to ${hostOf(webhook.url)} added.`,
        },
      ],
    })
    const item: Webhook = { ...webhook, lastDelivery: null }
    const location = `/api/v1/projects/${params.project}/webhooks`
    return { body: { item, ...recorded(requireDone(committed, 'This webhook is there.')) }, location }
  })

  mount(app, 'deleteWebhook', async ({ params, asker }) => {
    const item = (await store.webhooks(params.project)).find((webhook) => webhook.id === params.id)
    if (item === undefined) {
      throw new AppError('not_found', `Project ${params.project} has no webhook ${params.id}.`)
    }
    const committed = await store.commit({
      scope: params.project,
      at: clock.now(),
      asker,
      writes: [{ remove: 'webhook', id: item.id }],
      audit: [
        {
          action: 'webhook.deleted',
          subject: { kind: 'webhook', key: item.id },
          before: told(item),
          after: null,
          words: `Webhook to ${hostOf(item.url)} removed.`,
        },
      ],
    })
    return { body: { item, ...recorded(requireDone(committed, 'This webhook is gone.')) } }
  })
}

/** The address of a webhook is often its secret: the audit keeps only where it leads. */
function told({ id, url, format }: Pick<Webhook, 'id' | 'url' | 'format'>) {
  return { id, host: hostOf(url), format }
}

function hostOf(url: string): string {
  return new URL(url).host
}
