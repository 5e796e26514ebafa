import type { Plan, startRamp } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import { EVERYONE_ELSE, type Id } from '@rampart/core'
import type { z } from 'zod'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import type { ConfigPlace, Found } from '../flags/lookup.ts'
import { nearest } from '../http/nearest.ts'
import { allFromCatalogue } from '../sources/catalogue-guards.ts'
import { isRead } from '../sources/guard-source.ts'
import type { StartCheck } from '../sources/start-check.ts'
import type { Asker, Store } from '../store/store.ts'
import { cohortConflict, cohortOf } from './cohort.ts'
import { iso } from './instant.ts'
import { ms, normalisePlan, type PlanName } from './plan.ts'
import { type Ramped, rampable, serveOf } from './rollout.ts'

export type StartBody = z.output<typeof startRamp>

export interface StartOptions {
  readonly store: Store
  readonly clock: Clock
  /** Asks the sources that are read before anything depends on them. */
  readonly checkSources: StartCheck
  readonly ids: { readonly ramp: () => Id; readonly salt: () => string }
}

export interface StartRequest {
  readonly place: ConfigPlace
  readonly body: StartBody
  readonly asker: Asker
}

/** A metric counts as known when it was reported within this time. */
const KNOWN_MS = 7 * 24 * 3_600_000
/** A flag that serves nobody cannot be ramped. */
export function requireServing({ flag, config, environment }: Found): void {
  const where = `${flag.key} in ${environment.key}`
  if (config.killed !== null) {
    throw new AppError('killed', `${where} is killed; no ramp was started.`, { hint: 'Restore the flag first.' })
  }
  if (flag.archivedAt !== null) throw invalid('', `${flag.key} is archived; no ramp was started`)
  if (config.on) return
  throw new AppError(
    'invalid',
    `${where} is switched off, so nobody would be given the new variation; no ramp was started.`,
    {
      hint: `Give it a share of 0%, then switch it on: rampart rollout set ${flag.key} 0% and rampart flags on ${flag.key}.`,
    },
  )
}

/** No other ramp may be active (unless it is to be replaced), and after a rollback the flag cools down first. */
export async function requireFree(
  { store, clock }: StartOptions,
  { place, body }: StartRequest,
  { ramp }: Found,
): Promise<void> {
  if (ramp !== undefined) {
    if (body.replace === true) return
    throw new AppError(
      'ramp_active',
      `Ramp ${ramp.ramp.id} is at ${ramp.ramp.percent.now}% of ${place.flag} in ${place.environment}; no other was started.`,
      {
        hint: 'Wait for it, roll it back, or start with replace: true.',
        current: { id: ramp.ramp.id },
      },
    )
  }
  const [last] = await store.ramps({ ...place, active: false, limit: 1 })
  if (last === undefined || last.ramp.state !== 'rolled_back' || last.ramp.end === null) return
  const over = Date.parse(last.ramp.end.at) + ms(last.ramp.plan.cooldown)
  if (clock.now() >= over || skipsCooldown(body)) return
  throw new AppError(
    'cooling_down',
    `${place.flag} was rolled back by ramp ${last.ramp.id}; it cools down until ${iso(over)}.`,
    {
      hint: 'Look at the evidence; then wait, or start with cooldown: 0s and a reason.',
      retryAfterMs: over - clock.now(),
      current: { id: last.ramp.id, end: last.ramp.end, until: iso(over) },
    },
  )
}

function skipsCooldown({ cooldown, reason }: StartBody): boolean {
  if (cooldown === undefined || ms(cooldown) > 0) return false
  if (reason !== undefined && reason.trim() !== '') return true
  throw invalid('/reason', 'say why the cool-down is skipped')
}

/** The plan of the ramp: what the request says, over the plan it names or the project's `default`. */
export async function planFor({ store }: StartOptions, { place, body }: StartRequest): Promise<Plan> {
  const plans = await store.plans(place.project)
  const base = plans.find((plan) => plan.key === (body.plan ?? 'default')) ?? null
  if (body.plan !== undefined && base === null) {
    const near = nearest(
      body.plan,
      plans.map((plan) => plan.key),
    )
    throw new AppError(
      'not_found',
      `There is no plan ${body.plan}.`,
      near === undefined ? {} : { hint: `Did you mean ${near}?` },
    )
  }
  if (body.guards === undefined && base === null) {
    throw new AppError(
      'blind_step',
      'No guard is named and there is no plan "default", so nothing would watch this ramp; it was not started.',
      {
        hint: 'Name a guard such as checkout_error, or say guards: [] to ramp blindly.',
      },
    )
  }
  const name: PlanName = base ?? { key: 'default', version: 0, name: 'Defaults' }
  const completed = allFromCatalogue(body.guards ?? [], await store.metricDefinitions(place.project))
  if (!completed.ok) throw new AppError('invalid', `The plan is not valid: ${completed.problem}. No ramp was started.`)
  const input = body.guards === undefined ? body : { ...body, guards: completed.value }
  const plan = normalisePlan({ key: name.key, version: name.version, name: name.name }, input, base)
  if (plan.ok) return plan.value
  throw new AppError('invalid', `The plan is not valid: ${plan.problem}. No ramp was started.`)
}

/** More ramps than this are not active in one environment at once. */
const MOST_RAMPS = 10_000

/** Throws when another flag of the same cohort would make the evidence of either ramp mean something else. */
export async function requireOwnSeed({ store }: StartOptions, { flag, config }: Found, plan: Plan): Promise<void> {
  const { project, environment } = config
  const flags = await store.flags(project)
  if (cohortOf(flag, flags).length === 0) return
  const configs = (await store.configs(project)).filter((one) => one.environment === environment)
  const ramps = await store.ramps({ project, environment, active: true, limit: MOST_RAMPS })
  const conflict = cohortConflict(
    { flag, guarded: plan.guards.length > 0 },
    {
      flags,
      configs,
      ramps: ramps.map(({ ramp }) => ({ flag: ramp.flag, guarded: ramp.plan.guards.length > 0 })),
    },
  )
  if (conflict !== undefined) throw invalid('', conflict)
}

/** Browsers are told of flags marked client-side only, and report nothing of others. */
export function requireToldToBrowsers({ flag }: Found, { guards }: Plan): void {
  const i = guards.findIndex(({ source }) => source.kind === 'sdk' && source.from === 'browser')
  if (i < 0 || flag.clientSide) return
  throw invalid(`/guards/${i}`, `${flag.key} is not marked client-side, so that browsers report nothing of it`)
}

/** A misspelt metric would watch nothing. */
export async function requireKnownMetrics(
  { store, clock }: StartOptions,
  { place, body }: StartRequest,
  plan: Plan,
): Promise<void> {
  if (body.allowNewMetric === true) return
  const since = clock.now() - KNOWN_MS
  const defined = (await store.metricDefinitions(place.project)).map(({ metric }) => metric)
  const seen = (await store.metrics(place))
    .filter((metric) => Date.parse(metric.lastSeenAt) >= since)
    .map((metric) => metric.name)
  const known = [...new Set([...seen, ...defined])]
  const errors = plan.guards.flatMap((guard, i): ProblemDetail[] => {
    // What browsers report is in no list of metrics: anybody could make names up.
    const isPublic = guard.source.kind === 'sdk' && guard.source.from === 'browser'
    // A source that is asked says itself whether there are figures.
    const isPushed = guard.source.kind === 'pushed'
    const names = isPushed ? defined : known
    if (isPublic || isRead(guard.source) || names.includes(guard.metric)) return []
    const near = nearest(guard.metric, names)
    return [
      {
        pointer: `/guards/${i}`,
        message: isPushed
          ? `the metric catalogue does not have ${guard.metric}, whose figures are pushed`
          : `no SDK has reported ${guard.metric} here within 7 days`,
        ...(near === undefined ? {} : { nearest: near }),
      },
    ]
  })
  const [first] = errors
  if (first === undefined) return
  const meant = first.nearest === undefined ? '' : ` (did you mean ${first.nearest}?)`
  throw new AppError(
    'unknown_metric',
    `${first.message[0]?.toUpperCase() ?? ''}${first.message.slice(1)}${meant}; no ramp was started.`,
    {
      errors,
      hint: 'Correct the name, or start with allowNewMetric: true when it will be reported for the first time.',
    },
  )
}

/** What the ramp takes over of the rule. A ramp that replaces another goes back to where the first of them began. */
export function rampedBy({ flag, config, ramp }: Found, body: StartBody, to: string): Ramped {
  const rule = body.rule ?? EVERYONE_ELSE
  const serve = serveOf(config, rule)
  if (serve === undefined) throw invalid('/rule', `there is no rule ${rule}`)
  if (!flag.variations.some((variation) => variation.key === to)) throw invalid('/to', `there is no variation ${to}`)
  if (ramp !== undefined && ramp.ramp.rule === rule) {
    const { otherwise, unit, percent } = ramp.ramp
    if (to === otherwise) throw invalid('/to', `everybody outside the ramp has ${to} already`)
    if (to !== ramp.ramp.to && percent.before > 0)
      throw invalid('/to', `${percent.before}% had ${ramp.ramp.to} before the ramp`)
    return { to, otherwise, unit, percent: percent.before }
  }
  if (ramp !== undefined) throw invalid('/rule', `the ramp to be replaced is on rule ${ramp.ramp.rule}`)
  const read = rampable(serve, to)
  if (!read.ok) throw invalid('/rule', read.problem)
  return read.value
}

export function invalid(pointer: string, message: string): AppError {
  const errors: readonly ProblemDetail[] = pointer === '' ? [] : [{ pointer, message }]
  return new AppError('invalid', `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}; no ramp was started.`, {
    errors,
  })
}
