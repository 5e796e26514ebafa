import {
  formatSteps,
  type Guard,
  type Plan,
  parseDuration,
  type Step,
  sayDuration,
  sayLimit,
} from '@rampart/contract/admin'
import { sayCount, sayShare } from './figures.ts'
import { table, wrap } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

/** One row per plan. */
export function planRows(items: readonly Plan[], paint: Paint): readonly string[] {
  const [head = '', ...body] = table([
    ['plan', 'version', 'steps', 'guards', 'name'],
    ...items.map(({ key, version, steps, guards, name }) => [
      key,
      String(version),
      formatSteps(steps),
      guards.length === 0 ? 'none' : guards.map(({ metric }) => metric).join(', '),
      plain(name),
    ]),
  ])
  return items.length === 0 ? ['No plans.'] : [paint.dim(head), ...body]
}

/** A plan as a block: its steps, what guards it, and its patience. */
export function planLines(plan: Plan, columns: number, paint: Paint): readonly string[] {
  const [head = '', ...steps] = table([
    ['step', 'share', 'dwell', 'least units', 'must rule out', 'approval'],
    ...plan.steps.map((step, i) => stepRow(step, i, plan.steps.length)),
  ])
  return [
    `${paint.bold(plan.key)}   ${plain(plan.name)}   version ${plan.version}`,
    `  ${paint.dim(head)}`,
    ...steps.map((row) => `  ${row}`),
    ...(plan.guards.length === 0
      ? [paint.yellow('  No guards: nothing watches its ramps.')]
      : guardRows(plan.guards, paint)),
    ...wrap(patience(plan), columns - 2).map((line) => `  ${line}`),
  ]
}

/** Reaching the last step completes the ramp, so that nothing is asked of it. */
function stepRow(step: Step, i: number, steps: number): readonly string[] {
  const last = i === steps - 1
  return [
    String(i + 1),
    sayShare(step.percent),
    last ? '–' : sayTime(step.dwell),
    last ? '–' : sayCount(step.minUnits),
    last || step.clear === null ? '–' : `${step.clear}×`,
    step.approval ? 'yes' : 'no',
  ]
}

function guardRows(guards: readonly Guard[], paint: Paint): readonly string[] {
  const [head = '', ...body] = table([
    ['guard', 'limit', 'reaction', 'from step'],
    ...guards.map(({ metric, limit, reaction, fromStep }) => [
      metric,
      sayLimit(limit),
      reaction.replace('_', ' '),
      String(fromStep),
    ]),
  ])
  return [`  ${paint.dim(head)}`, ...body.map((row) => `  ${row}`)]
}

function patience({ bake, maxDwell, onFewSamples, noDataGrace, onNoData, cooldown }: Plan): string {
  return [
    bake === null ? 'no bake' : `bakes ${sayTime(bake)}`,
    `a step waits at most ${sayTime(maxDwell)}, then ${onFewSamples}`,
    `no data for ${sayTime(noDataGrace)}: ${onNoData}`,
    `cool-down ${sayTime(cooldown)}`,
  ].join(' · ')
}

function sayTime(duration: string): string {
  const ms = parseDuration(duration)
  return ms === undefined ? plain(duration) : sayDuration(ms)
}
