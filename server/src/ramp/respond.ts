import type { Decision } from './decide.ts'
import type { Known } from './explain/moves.ts'
import { takesBack } from './guards.ts'
import type { Findings } from './judge.ts'
import type { Latch, Reached, Said, StoredRamp } from './state.ts'
import type { RampEvent } from './transitions.ts'

/**
 * The event that a decision makes of a ramp, or null when nothing is to be written. What protects people is done before
 * anything is said, and what is said before more people get the new variation.
 */
export function respond(
  ramp: StoredRamp,
  findings: Findings,
  decision: Decision,
  reached: Reached | null = null,
): RampEvent | null {
  if (decision.kind === 'rollback') return { kind: 'roll_back', by: decision.by, cause: decision.because }
  if (decision.kind === 'step_back') {
    const { because: cause, guards, last } = decision
    return { kind: 'step_back', cause, guards, last }
  }
  const said = unsaid(ramp, findings, decision)
  if (said.length > 0) return { kind: 'say', said }
  switch (decision.kind) {
    case 'hold':
      return sameLatches(ramp.latches, decision.latches) ? null : { kind: 'latch', latches: decision.latches }
    case 'judge':
      return { kind: 'judge', reached }
    case 'advance':
      return { kind: 'go_on', to: decision.to }
    case 'finish':
      return { kind: 'finish' }
  }
}

/** What audit and alert may tell of a decision. */
export function knownOf(findings: Findings, decision: Decision): Known {
  return {
    evidence: findings.evidence,
    holds: decision.kind === 'hold' ? decision.because : [],
    silent: findings.sources.map(({ metric, words }) => `${metric} cannot be judged: ${words}`),
  }
}

/** Warnings of guards, once a run each; and, once a sequence, that nothing can be judged, or that a source fails for long. */
function unsaid(ramp: StoredRamp, findings: Findings, decision: Decision): readonly Said[] {
  const warned = findings.evidence
    .filter((e) => e.verdict === 'tripped' && e.reaction === 'warn')
    .filter((e) => !ramp.alerted.some((said) => said.kind === 'warned' && said.guard === e.guard))
    .map((e): Said => ({ kind: 'warned', guard: e.guard }))
  if (warned.length > 0) return warned
  const { seq } = ramp
  const here = ramp.alerted.filter((said) => 'seq' in said && said.seq === seq)
  if (isBlind(ramp, findings, decision) && !here.some(({ kind }) => kind === 'flying_blind'))
    return [{ kind: 'flying_blind', seq }]
  return findings.sources
    .filter(({ guard, lasts }) => lasts && !here.some((said) => said.kind === 'source_error' && said.guard === guard))
    .map(({ guard }) => ({ kind: 'source_error', guard, seq }))
}

/**
 * Nobody has been met for longer than the plan allows; or no guard that could take the ramp back can be judged. Of guards that all
 * only hold, those are meant.
 */
function isBlind({ plan }: StoredRamp, { sources }: Findings, decision: Decision): boolean {
  if (decision.kind !== 'hold') return false
  if (decision.because.some((hold) => hold.kind === 'no_data' && hold.guard === undefined && hold.until === null))
    return true
  const able = plan.guards.filter(({ reaction }) => takesBack(reaction))
  const relied = able.length > 0 ? able : plan.guards.filter(({ reaction }) => reaction === 'hold')
  const silent = new Set(sources.filter(({ kind, lasts }) => kind !== 'waiting' || lasts).map(({ guard }) => guard))
  return relied.length > 0 && relied.every(({ key }) => silent.has(key))
}

function sameLatches(a: readonly Latch[], b: readonly Latch[]): boolean {
  return a.length === b.length && a.every((latch, i) => latch.kind === b[i]?.kind && latch.guard === b[i].guard)
}
