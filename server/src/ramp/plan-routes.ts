import type { Plan } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import { requireMatch } from '../flags/preconditions.ts'
import { sameJson } from '../flags/rules.ts'
import type { App } from '../http/app-env.ts'
import { mount, type RouteAnswer } from '../http/mount.ts'
import { nearest } from '../http/nearest.ts'
import { allFromCatalogue } from '../sources/catalogue-guards.ts'
import type { Store } from '../store/store.ts'
import { normalisePlan } from './plan.ts'

/** Serves plans: recipes that ramps are started from. A ramp keeps the plan it began with, whatever becomes of it later. */
export function mountPlans(app: App, { store, clock }: { readonly store: Store; readonly clock: Clock }): void {
  mount(app, 'listPlans', async ({ params }) => {
    await requireProject(store, params.project)
    return { body: { items: await store.plans(params.project), next: null } }
  })

  mount(app, 'getPlan', async ({ params }) => {
    await requireProject(store, params.project)
    const plans = await store.plans(params.project)
    const plan = plans.find(({ key }) => key === params.plan)
    if (plan !== undefined) return { body: plan, etag: plan.version }
    const near = nearest(
      params.plan,
      plans.map(({ key }) => key),
    )
    const hint = near === undefined ? {} : { hint: `Did you mean ${near}?` }
    throw new AppError('not_found', `Project ${params.project} has no plan ${params.plan}.`, hint)
  })

  mount(app, 'putPlan', ({ params, body, asker, ifMatch }) =>
    untilCommitted<RouteAnswer<'putPlan'>>(async () => {
      await requireProject(store, params.project)
      const old = (await store.plans(params.project)).find(({ key }) => key === params.plan) ?? null
      requireMatch(ifMatch, { revision: old?.version ?? 0, view: old })
      const name = { key: params.plan, version: (old?.version ?? 0) + 1, name: body.name ?? old?.name ?? params.plan }
      if (body.guards === undefined) throw blind()
      const guards = allFromCatalogue(body.guards, await store.metricDefinitions(params.project))
      if (!guards.ok) throw new AppError('invalid', `The plan is not valid: ${guards.problem}. Nothing was changed.`)
      const plan = normalisePlan(name, { ...body, guards: guards.value }, null)
      if (!plan.ok) throw new AppError('invalid', `The plan is not valid: ${plan.problem}. Nothing was changed.`)
      if (old !== null && sameJson({ ...plan.value, version: old.version }, old)) {
        const last = await lastRecorded(store, params.project, { kind: 'plan', key: params.plan })
        return { kind: 'answer', answer: { body: { item: old, ...last }, etag: old.version } }
      }
      const committed = await store.commit({
        scope: params.project,
        at: clock.now(),
        asker,
        expect: [{ kind: 'plan', plan: params.plan, version: old?.version ?? null }],
        writes: [{ put: 'plan', project: params.project, plan: plan.value }],
        audit: [audited(old, plan.value)],
      })
      if (committed.kind !== 'done') return { kind: 'conflict' }
      const answer = { body: { item: plan.value, ...recorded(committed) }, etag: plan.value.version }
      return { kind: 'answer', answer }
    }),
  )
}

function blind(): AppError {
  return new AppError(
    'blind_step',
    'The plan names no guards, so nothing would watch its ramps; nothing was changed.',
    {
      hint: 'Name a guard such as checkout_error, or say guards: [] for a plan that ramps blindly.',
    },
  )
}

function audited(before: Plan | null, after: Plan) {
  return {
    action: before === null ? 'plan.created' : 'plan.edited',
    subject: { kind: 'plan', key: after.key },
    before,
    after,
    words: `Plan ${after.key} ${before === null ? 'created' : `is version ${after.version}`}.`,
  } as const
}
