import type { Actor, Evidence, Limit, Ramp } from '@rampart/contract/admin'
import type { ExitCode } from '../exit-codes.ts'
import type { SeenStep, Trail } from '../trail.ts'
import { namedEvidence } from './words.ts'

/** What `--json` prints for one ramp. Members are added, never changed. */
export interface RampDocument {
  readonly schema: 'rampart.ramp.v1'
  readonly id: string
  readonly project: string
  readonly environment: string
  readonly flag: string
  readonly rule: string
  readonly to: string
  /** The name of the ramp's state. */
  readonly outcome: Ramp['state']
  readonly by: 'guard' | 'person' | 'policy' | 'system' | null
  readonly cause: CauseDocument | null
  readonly percent: { readonly start: number; readonly reached: number; readonly now: number }
  readonly steps: readonly StepDocument[]
  readonly guards: readonly Evidence[]
  /** The server's sentence. */
  readonly sentence: string
  readonly run: string | null
  readonly startedBy: Actor
  readonly startedAt: string
  readonly endedAt: string | null
  readonly durationMs: number | null
  readonly url: string
  readonly exitCode: ExitCode
}

export interface CauseDocument {
  readonly kind: string
  readonly message: string
  readonly guard?: string
  readonly step?: number
  readonly control?: number | null
  readonly treatment?: number | null
  readonly change?: number | null
  readonly changeAs?: 'points' | 'ratio' | 'percent'
  readonly interval?: readonly (number | null)[]
  readonly limit?: Limit
  readonly samples?: { readonly control: number; readonly treatment: number }
  readonly actor?: Actor
  readonly reason?: string | null
}

/** `enteredAt` and what follows for steps that were entered. */
export interface StepDocument extends Partial<Omit<SeenStep, 'n'>> {
  readonly n: number
  readonly percent: number
  readonly dwell: string
}

/** The document of a ramp and of what was seen of it. */
export function rampDocument(
  ramp: Ramp,
  trail: Trail,
  { url, exitCode }: Pick<RampDocument, 'url' | 'exitCode'>,
): RampDocument {
  const { before, reached, now } = ramp.percent
  return {
    schema: 'rampart.ramp.v1',
    id: ramp.id,
    project: ramp.project,
    environment: ramp.environment,
    flag: ramp.flag,
    rule: ramp.rule,
    to: ramp.to,
    outcome: ramp.state,
    by: ramp.end?.by ?? null,
    cause: causeOf(ramp),
    percent: { start: before, reached, now },
    steps: ramp.plan.steps.map(({ percent, dwell }, i) => ({ n: i + 1, percent, dwell, ...seen(trail, i + 1) })),
    guards: ramp.verdicts,
    sentence: ramp.sentence,
    run: ramp.run,
    startedBy: ramp.startedBy,
    startedAt: ramp.startedAt,
    endedAt: ramp.end?.at ?? null,
    durationMs: ramp.end === null ? null : Date.parse(ramp.end.at) - Date.parse(ramp.startedAt),
    url,
    exitCode,
  }
}

/** A step that was entered twice is told by its last time. */
function seen(trail: Trail, n: number): Partial<Omit<SeenStep, 'n'>> {
  const step = trail.findLast((other) => other.n === n)
  if (step === undefined) return {}
  const { n: _, ...rest } = step
  return rest
}

function causeOf(ramp: Ramp): CauseDocument | null {
  const cause = ramp.end?.cause ?? null
  if (cause === null) return null
  switch (cause.kind) {
    case 'guard': {
      const [first] = namedEvidence(ramp)
      return { kind: 'guard', message: first?.words ?? ramp.sentence, ...(first === undefined ? {} : figures(first)) }
    }
    case 'imbalance':
    case 'no_data':
    case 'max_dwell':
      return { kind: cause.kind, message: ramp.sentence }
    case 'rejected':
    case 'person':
    case 'kill':
    case 'replaced':
    case 'edited':
      return { kind: cause.kind, message: ramp.sentence, actor: cause.actor, reason: cause.reason }
  }
}

function figures(evidence: Evidence): Partial<CauseDocument> {
  const { guard, step, control, treatment, change, limit } = evidence
  return {
    guard,
    step,
    control: control.rate,
    treatment: treatment.rate,
    ...(change === null ? {} : { change: change.value, changeAs: change.as, interval: change.interval }),
    limit,
    samples: { control: control.units, treatment: treatment.units },
  }
}

/** The outputs of a GitHub step. */
export function rampOutputs(
  document: RampDocument,
  revision: number | null,
): Readonly<Record<string, string | number>> {
  const { id, outcome, percent, cause, url, durationMs } = document
  return {
    ramp_id: id,
    outcome,
    percent: percent.now,
    cause: cause === null ? '' : cause.guard === undefined ? cause.kind : `${cause.kind}:${cause.guard}`,
    ...(revision === null ? {} : { revision }),
    url,
    duration_s: durationMs === null ? '' : Math.round(durationMs / 1000),
  }
}
