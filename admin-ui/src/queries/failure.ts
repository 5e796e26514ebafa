import { ProblemError } from '@rampart/contract/admin'
import type { Problem, ProblemDetail } from '@rampart/contract/errors'

/** What went wrong, in the server's words where it spoke. */
export interface Failure {
  /** `unreachable` when no answer came. */
  readonly code: Problem['code'] | 'unreachable'
  readonly title: string
  readonly detail: string
  readonly hint: string | undefined
  readonly requestId: string | undefined
  readonly fields: readonly ProblemDetail[]
  readonly current: unknown
  readonly currentRevision: number | undefined
}

/** Words an error that a query or a command was rejected with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ProblemError) {
    const { code, title, detail, hint, requestId, errors, current, currentRevision } = error.problem
    return {
      code,
      title,
      detail,
      hint,
      requestId: requestId === '' ? undefined : requestId,
      fields: errors ?? [],
      current,
      currentRevision,
    }
  }
  return {
    code: 'unreachable',
    title: 'The server could not be reached',
    detail: 'No answer came. Check the connection and whether the server is running.',
    hint: undefined,
    requestId: undefined,
    fields: [],
    current: undefined,
    currentRevision: undefined,
  }
}

/** What the server says about one field, by the beginning of its JSON pointer: `/guards` also stands for `/guards/0`. */
export function fieldError(failure: Failure | undefined, pointer: string): string | undefined {
  const found = failure?.fields.filter((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))
  if (found === undefined || found.length === 0) return undefined
  return found
    .map(({ message, nearest }) => (nearest === undefined ? message : `${message} (did you mean ${nearest}?)`))
    .join('; ')
}

/** Whether a query is worth asking again by itself: not when the answer would be the same. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ProblemError ? error.problem.retryable : true
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'unauthenticated'
}
