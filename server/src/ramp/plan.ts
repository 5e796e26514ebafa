import {
  formatDuration,
  type Guard,
  type Parsed,
  type Plan,
  parseDuration,
  parseSteps,
  type Step,
} from '@rampart/contract/admin'
import type { Percent } from '@rampart/core'
import { type GuardInput, normaliseGuards, windowOf } from './guards.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** The share a ramp bakes at: one unit of a hundred stays behind for comparison. */
const BAKE_PERCENT: Percent = 99

type Maybe<T> = { readonly [M in keyof T]?: T[M] | undefined }

/** What people write of a plan; absent members take the named plan's, then the defaults. */
export interface PlanInput extends Maybe<Omit<Plan, 'key' | 'version' | 'name' | 'steps' | 'guards' | 'window'>> {
  readonly steps?: string | readonly (Pick<Step, 'percent'> & Maybe<Step>)[] | undefined
  readonly guards?: readonly GuardInput[] | undefined
  readonly approveAt?: readonly Percent[] | undefined
}

export interface PlanName {
  readonly key: string
  readonly version: number
  readonly name: string
}

/**
 * A whole plan from what was written, in the order: what the start of the ramp says, the plan it names, the defaults.
 * `guards` absent in both is the caller's question (a blind ramp must be asked for); here it counts as none.
 */
export function normalisePlan(name: PlanName, input: PlanInput, base: Plan | null): Parsed<Plan> {
  const guards = normaliseGuards(input.guards ?? base?.guards ?? [])
  if (!guards.ok) return guards
  const steps = readSteps(input, base, guards.value)
  if (!steps.ok) return steps
  // reaching the last step completes the ramp: nothing dwells there
  const longest = Math.max(0, ...steps.value.slice(0, -1).map((step) => ms(step.dwell)))
  const windows = guards.value.filter(({ take }) => take === 'sum').map(windowOf)
  const plan: Plan = {
    ...name,
    steps: [...steps.value],
    guards: [...guards.value],
    bake: input.bake ?? (input.bake === undefined ? (base?.bake ?? null) : null),
    maxDwell:
      input.maxDwell ??
      base?.maxDwell ??
      formatDuration(Math.max(HOUR, 2 * longest, ...windows.map((window) => 2 * window))),
    onNoData: input.onNoData ?? base?.onNoData ?? 'hold',
    onFewSamples: input.onFewSamples ?? base?.onFewSamples ?? 'hold',
    ...onImbalanceOf(input, base),
    noDataGrace: input.noDataGrace ?? base?.noDataGrace ?? formatDuration(Math.max(15 * MINUTE, 2 * longest)),
    cooldown: input.cooldown ?? base?.cooldown ?? 'PT15M',
    propagationLimit: input.propagationLimit ?? base?.propagationLimit ?? 'PT30S',
    window: base?.window ?? null,
    alpha: input.alpha ?? base?.alpha ?? 0.01,
  }
  if (ms(plan.maxDwell) < longest) return { ok: false, problem: 'the longest dwell is longer than maxDwell' }
  return { ok: true, value: plan }
}

function onImbalanceOf(input: PlanInput, base: Plan | null): Pick<Plan, 'onImbalance'> {
  const policy = input.onImbalance ?? base?.onImbalance
  return policy === undefined ? {} : { onImbalance: policy }
}

/** A stored duration in milliseconds; stored durations have been read before. */
export function ms(duration: string): number {
  return parseDuration(duration) ?? 0
}

/** The step with this number, 1 for the first. */
export function stepAt(plan: Plan, step: number): Step | undefined {
  return plan.steps[step - 1]
}

/** What a step publishes. The last step of a plan with a bake keeps 1% as control until the bake is over. */
export function percentAt(plan: Plan, step: number): Percent {
  const percent = stepAt(plan, step)?.percent ?? 0
  return step === plan.steps.length && plan.bake !== null ? Math.min(percent, BAKE_PERCENT) : percent
}

/**
 * The copies of the evidence: one starts at each planned step that has two arms, from the step the run began with. The last
 * step has none unless it bakes, since reaching it completes the ramp.
 */
export function copySteps(plan: Plan, firstStep: number): readonly number[] {
  const last = plan.steps.length
  const steps: number[] = []
  for (let step = firstStep; step <= last; step += 1) {
    const percent = percentAt(plan, step)
    if (percent > 0 && percent < 100 && (step < last || plan.bake !== null)) steps.push(step)
  }
  return steps.length === 0 ? [firstStep] : steps
}

/** Weights of those copies: 0.4 for the first, 0.1 for the bake, the rest in equal parts; fixed for the whole run. */
export function copyWeights(plan: Plan, firstStep: number): readonly number[] {
  const copies = copySteps(plan, firstStep).length
  const bakes = plan.bake !== null && copies > 1
  const forBake = bakes ? 0.1 : 0
  const between = copies - 1 - (bakes ? 1 : 0)
  if (between === 0) return bakes ? [1 - forBake, forBake] : [1]
  const rest = new Array<number>(between).fill((1 - 0.4 - forBake) / between)
  return bakes ? [0.4, ...rest, forBake] : [0.4, ...rest]
}

function readSteps(input: PlanInput, base: Plan | null, guards: readonly Guard[]): Parsed<readonly Step[]> {
  const written = writtenSteps(input, base)
  if (!written.ok) return written
  const steps = written.value.map((step): Step => complete(step, guards))
  const approved = approveAt(steps, input.approveAt ?? [])
  if (!approved.ok) return approved
  const wrong = approved.value.findIndex((step, i) => i > 0 && step.percent <= (approved.value[i - 1]?.percent ?? 0))
  if (wrong > 0) return { ok: false, problem: `step ${wrong + 1} must be above the step before it` }
  if ((steps[0]?.percent ?? 0) <= 0) return { ok: false, problem: 'the first step must be above 0%' }
  const strange = approved.value.findIndex(({ gate }) => gate !== null && !/^https?:\/\//.test(gate))
  if (strange >= 0) return { ok: false, problem: `the gate of step ${strange + 1} must be an http or https address` }
  if ((approved.value[0]?.gate ?? null) !== null)
    return { ok: false, problem: 'the first step cannot have a gate: ask it before you start the ramp' }
  if (approved.value[0]?.approval === true)
    return { ok: false, problem: 'the first step cannot wait for an approval: starting the ramp is one' }
  return approved
}

type WrittenStep = Pick<Step, 'percent'> & Maybe<Step>

function writtenSteps(input: PlanInput, base: Plan | null): Parsed<readonly WrittenStep[]> {
  if (input.steps === undefined) {
    if (base !== null) return { ok: true, value: base.steps.map((step) => forGuards(step, input)) }
    return writtenSteps({ steps: '1%,10%,50%,100%' }, null)
  }
  if (typeof input.steps !== 'string') return { ok: true, value: input.steps }
  const parsed = parseSteps(input.steps)
  if (!parsed.ok) return parsed
  return { ok: true, value: parsed.value.map(({ percent, dwell }) => ({ percent, dwell: dwell ?? undefined })) }
}

/** A plan's steps ask for evidence that a ramp started without guards could never have. */
function forGuards(step: Step, input: PlanInput): WrittenStep {
  return input.guards?.length === 0 ? { ...step, clear: null, minUnits: 0 } : step
}

function complete(step: WrittenStep, guards: readonly Guard[]): Step {
  const blind = guards.length === 0
  return {
    percent: step.percent,
    dwell: step.dwell ?? 'PT2M',
    minUnits: step.minUnits ?? (blind ? 0 : 100),
    clear: step.clear === undefined ? (blind ? null : clearRatio(step.percent)) : step.clear,
    approval: step.approval ?? false,
    gate: step.gate ?? null,
  }
}

/** How bad a thing must be ruled out before more people get it: the fewer have it, the less can be asked. */
function clearRatio(percent: Percent): number {
  if (percent <= 1) return 5
  return percent <= 10 ? 3 : 2
}

function approveAt(steps: readonly Step[], percents: readonly Percent[]): Parsed<readonly Step[]> {
  const missing = percents.find((percent) => !steps.some((step) => step.percent === percent))
  if (missing !== undefined) return { ok: false, problem: `there is no step at ${missing}% to approve` }
  return { ok: true, value: steps.map((s) => ({ ...s, approval: s.approval || percents.includes(s.percent) })) }
}
