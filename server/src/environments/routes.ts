import type { Delivery } from '../delivery/delivery.ts'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Store } from '../store/store.ts'
import type { Environments } from './service.ts'

export interface EnvironmentParts {
  readonly environments: Environments
  readonly delivery: Pick<Delivery, 'instances'>
  readonly store: Pick<Store, 'metrics'>
}

export function mountEnvironments(app: App, { environments, delivery, store }: EnvironmentParts): void {
  mount(app, 'listProjects', async ({ principal }) => ({
    body: { items: await environments.projects(principal.scopes), next: null },
  }))

  mount(app, 'createProject', async ({ body, asker }) => {
    const changed = await environments.createProject(body, asker)
    return { body: changed, etag: changed.item.version, location: `/api/v1/projects/${body.key}` }
  })

  mount(app, 'getProject', async ({ params }) => {
    const project = await environments.project(params.project)
    return { body: project, etag: project.version }
  })

  mount(app, 'listEnvironments', async ({ params }) => ({
    body: { items: await environments.list(params.project), next: null },
  }))

  mount(app, 'createEnvironment', async ({ params, body, asker }) => ({
    body: await environments.create(params.project, body, asker),
    location: `/api/v1/projects/${params.project}/environments/${body.key}`,
  }))

  mount(app, 'getEnvironment', async ({ params }) => ({ body: await environments.get(params) }))

  mount(app, 'patchEnvironment', async ({ params, body, asker }) => ({
    body: await environments.edit(params, body, asker),
  }))

  mount(app, 'listInstances', async ({ params }) => {
    await environments.get(params)
    return { body: { items: delivery.instances(params), next: null } }
  })

  mount(app, 'listMetrics', async ({ params }) => {
    await environments.get(params)
    return { body: { items: await store.metrics(params), next: null } }
  })
}
