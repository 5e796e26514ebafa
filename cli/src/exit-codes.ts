import { ENDED, type Hold, type Ramp } from '@rampart/contract/admin'
import type { Problem, ProblemCode } from '@rampart/contract/errors'

/** What a script learns from the command. Part of the version contract: a number never changes its meaning. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  unreachable: 6,
  differs: 9,
  guard: 10,
  person: 11,
  held: 12,
  noVerdict: 13,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The table of `rampart help exit-codes`, in order. */
export const exitCodes: readonly { readonly code: ExitCode; readonly meaning: string; readonly reaction: string }[] = [
  { code: EXIT.done, meaning: 'Done as asked', reaction: 'go on' },
  { code: EXIT.unexpected, meaning: 'Unexpected error', reaction: 'look' },
  { code: EXIT.usage, meaning: 'Wrong or missing input', reaction: 'fix the script' },
  { code: EXIT.notFound, meaning: 'No such flag, environment, ramp or plan', reaction: 'fix the script' },
  { code: EXIT.notAllowed, meaning: 'Not signed in, or not allowed', reaction: 'fix the token' },
  {
    code: EXIT.conflict,
    meaning: 'Conflict: changed in the meantime, held by a ramp, cooling down, frozen or killed',
    reaction: 'retry or ask',
  },
  {
    code: EXIT.unreachable,
    meaning: 'Server unreachable or overloaded after retries',
    reaction: 're-attach: the ramp goes on',
  },
  {
    code: EXIT.differs,
    meaning: 'Differences found: a file that is not valid, an audit that was changed',
    reaction: 'look at what differs',
  },
  { code: EXIT.guard, meaning: 'Rolled back by a guard', reaction: 'fail the release' },
  {
    code: EXIT.person,
    meaning: 'Ended by a person: rolled back, rejected, killed, superseded or cancelled',
    reaction: 'stop quietly',
  },
  {
    code: EXIT.held,
    meaning: 'Held, paused or waiting for approval, with --exit-on-hold',
    reaction: 'continue later',
  },
  {
    code: EXIT.noVerdict,
    meaning: 'No verdict: no data or too little of it until the limit, held or rolled back by that policy',
    reaction: 'decide',
  },
  {
    code: EXIT.timeout,
    meaning: '--timeout reached; the ramp was left, paused or rolled back as asked',
    reaction: 're-attach',
  },
  { code: EXIT.interrupted, meaning: 'Interrupted (Ctrl-C)', reaction: '' },
  { code: EXIT.terminated, meaning: 'Terminated', reaction: '' },
]

const OF_PROBLEM: Record<ProblemCode, ExitCode> = {
  malformed: EXIT.usage,
  unauthenticated: EXIT.notAllowed,
  wrong_kind_of_key: EXIT.notAllowed,
  forbidden: EXIT.notAllowed,
  not_found: EXIT.notFound,
  method_not_allowed: EXIT.unexpected,
  already_exists: EXIT.conflict,
  ramp_active: EXIT.conflict,
  ramp_ended: EXIT.conflict,
  cooling_down: EXIT.conflict,
  frozen: EXIT.conflict,
  killed: EXIT.conflict,
  managed_by_git: EXIT.conflict,
  approval_required: EXIT.conflict,
  in_use: EXIT.conflict,
  revision_mismatch: EXIT.conflict,
  too_large: EXIT.usage,
  unsupported_media_type: EXIT.unexpected,
  invalid: EXIT.usage,
  unknown_metric: EXIT.usage,
  blind_step: EXIT.usage,
  cycle: EXIT.usage,
  precondition_required: EXIT.conflict,
  rate_limited: EXIT.unreachable,
  internal: EXIT.unexpected,
  overloaded: EXIT.unreachable,
}

/** The code for a refusal. A problem that a newer server added is read by its HTTP status. */
export function codeOfProblem(problem: Pick<Problem, 'code' | 'status'>): ExitCode {
  if (Object.hasOwn(OF_PROBLEM, problem.code)) return OF_PROBLEM[problem.code]
  switch (problem.status) {
    case 400:
    case 413:
    case 422:
      return EXIT.usage
    case 401:
    case 403:
      return EXIT.notAllowed
    case 404:
      return EXIT.notFound
    case 409:
    case 412:
    case 428:
      return EXIT.conflict
    case 429:
    case 502:
    case 503:
    case 504:
      return EXIT.unreachable
    default:
      return EXIT.unexpected
  }
}

/** The code for how a ramp ended; undefined while it goes on. */
export function codeOfRamp({ state, end }: Pick<Ramp, 'state' | 'end'>): ExitCode | undefined {
  switch (state) {
    case 'scheduled':
    case 'running':
    case 'paused':
    case 'baking':
      return undefined
    case 'completed':
      return EXIT.done
    case 'killed':
    case 'superseded':
    case 'cancelled':
      return EXIT.person
    case 'rolled_back':
      return codeOfRollback(end)
  }
}

function codeOfRollback(end: Ramp['end']): ExitCode {
  switch (end?.by) {
    case 'guard':
      return EXIT.guard
    case 'policy':
      return EXIT.noVerdict
    case 'person':
    case 'system':
    case undefined:
      return EXIT.person
  }
}

/** Whether a ramp has ended for good. */
export function hasEnded(state: Ramp['state']): boolean {
  return ENDED.includes(state)
}

/** Gates that open by themselves are waited for; these want a person, or data that do not come. */
const WANTS_A_PERSON: Record<Hold['kind'], boolean> = {
  dwell: false,
  sample: false,
  not_clear: false,
  gate: false,
  window: false,
  propagation: false,
  approval: true,
  freeze: true,
  no_data: true,
  source_error: true,
  imbalance: true,
  guard: true,
  conflict: true,
  second_step_back: true,
  max_dwell: true,
}

/**
 * Whether a ramp is held in the sense of `--exit-on-hold`: paused, waiting for approval, or held by something that does
 * not pass by itself. Data that are merely late hold only once their grace (`until`) is over.
 */
export function isHeld(ramp: Pick<Ramp, 'state' | 'holds'>, now: number): boolean {
  if (ramp.state === 'paused') return true
  return ramp.holds.some(({ kind, until }) => {
    if (!WANTS_A_PERSON[kind]) return false
    const passing = kind === 'no_data' || kind === 'source_error'
    return !passing || until === null || Date.parse(until) <= now
  })
}

/** Whether the ramp has given up waiting for evidence, with the policy to hold. */
export function hasGivenUp(ramp: Pick<Ramp, 'holds'>): boolean {
  return ramp.holds.some(({ kind }) => kind === 'max_dwell')
}
