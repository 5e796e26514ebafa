import type { Evidence } from '@rampart/contract/admin'
import type { Decision } from './decide.ts'
import type { Known } from './explain/moves.ts'
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
  const said = unsaid(ramp, findings.evidence, decision)
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
  return { evidence: findings.evidence, holds: decision.kind === 'hold' ? decision.because : [] }
}

/** Warnings of guards, once a run each; and, once a sequence, that nobody has been met for longer than the plan allows. */
function unsaid(ramp: StoredRamp, evidence: readonly Evidence[], decision: Decision): readonly Said[] {
  const warned = evidence
    .filter((e) => e.verdict === 'tripped' && e.reaction === 'warn')
    .filter((e) => !ramp.alerted.some((said) => said.kind === 'warned' && said.guard === e.guard))
    .map((e): Said => ({ kind: 'warned', guard: e.guard }))
  if (warned.length > 0) return warned
  const blind =
    decision.kind === 'hold' && decision.because.some((hold) => hold.kind === 'no_data' && hold.until === null)
  const known = ramp.alerted.some((said) => said.kind === 'flying_blind' && said.seq === ramp.seq)
  return blind && !known ? [{ kind: 'flying_blind', seq: ramp.seq }] : []
}

function sameLatches(a: readonly Latch[], b: readonly Latch[]): boolean {
  return a.length === b.length && a.every((latch, i) => latch.kind === b[i]?.kind && latch.guard === b[i].guard)
}
