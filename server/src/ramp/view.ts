import type { Propagation, Ramp } from '@rampart/contract/admin'
import type { Figures } from '../sources/figures.ts'
import { isElsewhere } from '../sources/guard-source.ts'
import { healthOf } from '../sources/health.ts'
import type { RampRow } from '../store/store.ts'
import type { Decision } from './decide.ts'
import { explainRamp } from './explain/ramp.ts'
import { forecast } from './forecast.ts'
import { iso } from './instant.ts'
import type { Findings } from './judge.ts'

/** What is derived at the moment of looking. */
export interface Seen {
  readonly findings: Findings
  readonly decision: Decision
  readonly propagation: Propagation
  readonly figures: Figures
  readonly now: number
}

/** A ramp as people read it: what is stored, and what follows from it and the counts now. */
export function viewOf({ ramp, version }: RampRow, { findings, decision, propagation, figures, now }: Seen): Ramp {
  const holds = decision.kind === 'hold' ? decision.because : []
  const until = decision.kind === 'hold' ? decision.until : iso(now)
  const nextDecisionAt = ramp.end !== null || ramp.state === 'paused' ? null : until
  const elsewhere = ramp.plan.guards.filter(isElsewhere)
  const health = elsewhere.map((guard) =>
    healthOf(
      guard,
      figures.states.find((state) => state.guard === guard.key),
    ),
  )
  const evidence = ramp.end?.cause?.kind === 'guard' ? ramp.end.cause.evidence : findings.evidence
  return {
    id: ramp.id,
    project: ramp.project,
    environment: ramp.environment,
    flag: ramp.flag,
    rule: ramp.rule,
    to: ramp.to,
    state: ramp.state,
    plan: ramp.plan,
    step: ramp.step,
    seq: ramp.seq,
    percent: ramp.percent,
    enteredAt: iso(ramp.enteredAt),
    judgingSince: ramp.judgingSince === null ? null : iso(ramp.judgingSince),
    nextDecisionAt,
    holds: [...holds],
    verdicts: [...evidence],
    end: ramp.end,
    run: ramp.run,
    source: ramp.source,
    startedBy: ramp.startedBy,
    startedAt: iso(ramp.startedAt),
    watcher: ramp.watcher === null ? null : { seenAt: iso(ramp.watcher.seenAt), attended: ramp.watcher.attended },
    propagation,
    ...(health.length === 0 ? {} : { sources: health }),
    ...(ramp.end === null ? { estimate: forecast(ramp, findings, now) } : {}),
    sentence: explainRamp(
      ramp,
      { holds, nextDecisionAt: nextDecisionAt === null ? null : Date.parse(nextDecisionAt) },
      now,
    ),
    version,
  }
}
