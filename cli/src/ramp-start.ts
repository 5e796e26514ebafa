import { parseDuration, parseGuard, parseShortDuration, parseSteps } from '@rampart/contract/admin'
import type { Pipeline } from './ci.ts'
import { UsageError } from './failure.ts'
import { percentArgument } from './percent.ts'

/** The options of `ramp run` and `ramp start` that say which ramp. */
export interface StartOptions {
  readonly plan?: string
  readonly steps?: string
  readonly to?: string
  readonly rule?: string
  readonly from?: string
  readonly guard?: readonly string[]
  /** False when `--no-guards` was given. */
  readonly guards?: boolean
  readonly minSamples?: string
  readonly onNoData?: 'hold' | 'rollback'
  readonly onFewSamples?: 'hold' | 'rollback' | 'advance'
  readonly maxHold?: string
  readonly bake?: string
  readonly approveAt?: readonly string[]
  readonly cooldown?: string
  readonly replace?: boolean
  readonly allowNewMetric?: boolean
  readonly reason?: string
  readonly run?: string
  readonly sourceUrl?: string
  readonly commit?: string
}

/** A step with what a start may say of it. */
interface WrittenStep {
  readonly percent: number
  readonly dwell?: string
  readonly minUnits: number
}

/** What is sent to start a ramp. Members that are left out take the plan's, then the server's defaults. */
export interface StartBody {
  readonly plan?: string
  readonly steps?: string | WrittenStep[]
  readonly guards?: string[]
  readonly to?: string
  readonly rule?: string
  readonly from?: number
  readonly onNoData?: 'hold' | 'rollback'
  readonly onFewSamples?: 'hold' | 'rollback' | 'advance'
  readonly maxDwell?: string
  readonly bake?: string
  readonly cooldown?: string
  readonly approveAt?: number[]
  readonly replace?: boolean
  readonly allowNewMetric?: boolean
  readonly reason?: string
  readonly run: string
  readonly source?: { readonly url?: string; readonly commit?: string }
}

/**
 * The start that the options ask for; throws a usage error for what the server would refuse to read. The pipeline gives
 * the run, so that a job that is tried again meets its own ramp, and says where the ramp came from.
 *
 * @param freshRun the run when neither the options nor the pipeline name one
 */
export function startBody(options: StartOptions, pipeline: Pipeline, freshRun: string): StartBody {
  const { plan, to, rule, from, onNoData, onFewSamples, replace, allowNewMetric, reason } = options
  const source = sourceOf(options, pipeline)
  return {
    run: options.run ?? pipeline.run ?? freshRun,
    ...(plan === undefined ? {} : { plan }),
    ...stepsOf(options),
    ...guardsOf(options),
    ...(to === undefined ? {} : { to }),
    ...(rule === undefined ? {} : { rule }),
    ...(from === undefined ? {} : { from: percentArgument('--from', from) }),
    ...(onNoData === undefined ? {} : { onNoData }),
    ...(onFewSamples === undefined ? {} : { onFewSamples }),
    ...(options.maxHold === undefined ? {} : { maxDwell: duration('--max-hold', options.maxHold) }),
    ...(options.bake === undefined ? {} : { bake: duration('--bake', options.bake) }),
    ...(options.cooldown === undefined ? {} : { cooldown: duration('--cooldown', options.cooldown) }),
    ...(options.approveAt === undefined
      ? {}
      : { approveAt: options.approveAt.map((text) => percentArgument('--approve-at', text)) }),
    ...(replace === true ? { replace } : {}),
    ...(allowNewMetric === true ? { allowNewMetric } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(source === undefined ? {} : { source }),
  }
}

function stepsOf({ steps, minSamples }: StartOptions): Pick<StartBody, 'steps'> {
  if (steps === undefined) {
    if (minSamples !== undefined)
      throw new UsageError('--min-samples is the minimum of each step: give the steps too, with --steps.')
    return {}
  }
  const parsed = parseSteps(steps)
  if (!parsed.ok) throw new UsageError(`--steps: ${parsed.problem}.`)
  if (minSamples === undefined) return { steps }
  const minUnits = Number(minSamples)
  if (!/^\d{1,9}$/.test(minSamples)) throw new UsageError(`--min-samples: "${minSamples}" must be a whole number.`)
  return {
    steps: parsed.value.map(({ percent, dwell }) => ({ percent, minUnits, ...(dwell === null ? {} : { dwell }) })),
  }
}

function guardsOf({ guard, guards }: StartOptions): Pick<StartBody, 'guards'> {
  if (guard !== undefined && guards === false) throw new UsageError('Choose: --guard, or --no-guards.')
  if (guards === false) return { guards: [] }
  if (guard === undefined) return {}
  for (const text of guard) {
    const parsed = parseGuard(text)
    if (!parsed.ok) throw new UsageError(`--guard: ${parsed.problem}.`)
  }
  return { guards: [...guard] }
}

function duration(flag: string, text: string): string {
  if (text.trim() === '0') return 'PT0S'
  if (parseShortDuration(text) === undefined && parseDuration(text) === undefined)
    throw new UsageError(`${flag}: "${text}" must be a duration such as 30s, 10m, 2h or 1d.`)
  return text.trim()
}

function sourceOf({ sourceUrl, commit }: StartOptions, pipeline: Pipeline): StartBody['source'] {
  const url = sourceUrl ?? pipeline.url
  const hash = commit ?? pipeline.commit
  if (url === undefined && hash === undefined) return undefined
  return { ...(url === undefined ? {} : { url }), ...(hash === undefined ? {} : { commit: hash }) }
}
