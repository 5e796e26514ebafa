import { permits } from '@rampart/contract/admin'
import type { App } from '../http/app-env.ts'
import { type MountOptions, mount, type RouteRequest } from '../http/mount.ts'
import type { RampChange, RampService, Wish } from './service.ts'

const PAGE = 50

/** Serves everything about ramps. A ramp's address names only its project, so the right is asked for where the ramp is. */
export function mountRamps(app: App, ramps: RampService): void {
  const place: MountOptions['place'] = async ({ project = '', id = '' }) => ramps.placeOf({ project, id })

  mount(app, 'startRamp', async ({ params, body, asker }) => {
    const { created, ...changed } = await ramps.start(params, body, asker)
    const location = `/api/v1/projects/${params.project}/ramps/${changed.item.id}`
    return { body: changed, status: created ? 201 : 200, location }
  })

  const listed: MountOptions['place'] = async ({ project = '' }, { environment, flag }) => ({
    project,
    ...(environment === undefined ? {} : { environment }),
    ...(flag === undefined ? {} : { flag }),
  })

  mount(
    app,
    'listRamps',
    async ({ params, query }) => {
      const { limit = PAGE, cursor, state, environment, flag } = query
      const page = await ramps.list({
        project: params.project,
        limit,
        ...(environment === undefined ? {} : { environment }),
        ...(flag === undefined ? {} : { flag }),
        ...(state === undefined ? {} : { active: state === 'active' }),
        ...(cursor === undefined ? {} : { before: cursor }),
      })
      return { body: page }
    },
    { place: listed },
  )

  mount(
    app,
    'getRamp',
    async ({ params, query, signal }) => {
      const { wait, version = null } = query
      const ramp =
        wait === undefined ? await ramps.get(params) : await ramps.wait(params, { version, forMs: wait, signal })
      return { body: ramp }
    },
    { place },
  )

  mount(app, 'getRampTicks', async ({ params }) => ({ body: await ramps.ticks(params) }), { place })

  mount(
    app,
    'checkGuard',
    async ({ params, query: { guard, window } }) => ({
      body: await ramps.check(params, { guard, windowMs: window ?? null }),
    }),
    { place },
  )

  const steer = async (
    params: { project: string; id: string },
    wish: Wish,
    asker: Parameters<RampService['steer']>[2],
  ) => answer(await ramps.steer(params, wish, asker))

  mount(
    app,
    'advanceRamp',
    async ({ params, body, asker, principal }) => {
      const { to = null, reason = null } = body
      const at = await ramps.placeOf(params)
      const mayApprove = permits(principal.scopes, 'approve', at ?? { project: params.project })
      return steer(params, { verb: 'advance', to, reason, mayApprove }, asker)
    },
    { place },
  )

  mount(app, 'pauseRamp', (request) => steer(request.params, wish('pause', request), request.asker), { place })
  mount(app, 'resumeRamp', (request) => steer(request.params, wish('resume', request), request.asker), { place })
  mount(app, 'rollbackRamp', (request) => steer(request.params, wish('rollback', request), request.asker), { place })
  mount(app, 'approveRamp', (request) => steer(request.params, wish('approve', request), request.asker), { place })
  mount(app, 'rejectRamp', (request) => steer(request.params, wish('reject', request), request.asker), { place })
}

function wish(verb: Exclude<Wish['verb'], 'advance'>, { body }: Pick<RouteRequest<'pauseRamp'>, 'body'>): Wish {
  return { verb, reason: body.reason ?? null }
}

function answer(changed: RampChange) {
  return { body: changed }
}
