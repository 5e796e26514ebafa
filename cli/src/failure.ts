import type { Problem, ProblemDetail } from '@rampart/contract/errors'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Something a command cannot go on from, found on this side of the wire. */
export class Failure extends Error {
  override readonly name: string = 'Failure'
  readonly code: 'usage' | 'not_found' | 'unreachable' | 'unexpected'
  readonly exitCode: ExitCode
  readonly hint: string | undefined
  /** Where exactly, when it is about a file: JSON pointers. */
  readonly errors: readonly ProblemDetail[]

  constructor(code: Failure['code'], message: string, hint?: string, errors: readonly ProblemDetail[] = []) {
    super(message)
    this.code = code
    this.exitCode = EXIT_OF[code]
    this.hint = hint
    this.errors = errors
  }
}

const EXIT_OF = {
  usage: EXIT.usage,
  not_found: EXIT.notFound,
  unreachable: EXIT.unreachable,
  unexpected: EXIT.unexpected,
} as const

/** Wrong or missing input. */
export class UsageError extends Failure {
  override readonly name = 'UsageError'

  constructor(message: string, hint?: string, errors?: readonly ProblemDetail[]) {
    super('usage', message, hint, errors)
  }
}

/** What `--json` prints for an error: the server's problem, or the like of one for an error on this side. */
export type PrintedProblem = (Problem | LocalProblem) & { readonly exitCode: ExitCode }

interface LocalProblem {
  readonly type: 'about:blank'
  readonly title: string
  readonly detail: string
  readonly code: Failure['code']
  readonly hint?: string
  readonly errors?: readonly ProblemDetail[]
}

const TITLES = {
  usage: 'Wrong or missing input',
  not_found: 'There is no such thing',
  unreachable: 'The server cannot be reached',
  unexpected: 'Something went wrong here',
} as const

/** A failure in the shape of a problem document. */
export function problemOf(failure: Failure): PrintedProblem {
  return {
    type: 'about:blank',
    title: TITLES[failure.code],
    detail: failure.message,
    code: failure.code,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    ...(failure.errors.length === 0 ? {} : { errors: failure.errors }),
    exitCode: failure.exitCode,
  }
}
