/**
 * Every problem the server can answer with: its code, its HTTP status and its title (RFC 9457). One table; the server,
 * the CLI and the UI read it, and an unknown code does not compile.
 */
export const problems = {
  malformed: { status: 400, title: 'The request could not be read', retryable: false },
  unauthenticated: { status: 401, title: 'No valid credential was sent', retryable: false },
  wrong_kind_of_key: { status: 403, title: 'This kind of key cannot be used here', retryable: false },
  forbidden: { status: 403, title: 'The credential does not allow this', retryable: false },
  not_found: { status: 404, title: 'There is no such thing', retryable: false },
  method_not_allowed: { status: 405, title: 'This address does not take that method', retryable: false },
  already_exists: { status: 409, title: 'This key is taken', retryable: false },
  ramp_active: { status: 409, title: 'A ramp holds this rule', retryable: false },
  ramp_ended: { status: 409, title: 'This ramp has ended', retryable: false },
  cooling_down: { status: 409, title: 'This flag was rolled back a short while ago', retryable: true },
  frozen: { status: 409, title: 'This environment is frozen', retryable: false },
  killed: { status: 409, title: 'This flag is killed', retryable: false },
  managed_by_git: { status: 409, title: 'This is managed by Git', retryable: false },
  approval_required: { status: 409, title: 'This needs an approval', retryable: false },
  in_use: { status: 409, title: 'This is still in use', retryable: false },
  revision_mismatch: { status: 412, title: 'Somebody changed this in the meantime', retryable: false },
  too_large: { status: 413, title: 'The body is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The body is not JSON', retryable: false },
  invalid: { status: 422, title: 'The request is not valid', retryable: false },
  unknown_metric: { status: 422, title: 'No such metric has been seen', retryable: false },
  blind_step: { status: 422, title: 'Nothing would watch this ramp', retryable: false },
  cycle: { status: 422, title: 'This would refer to itself', retryable: false },
  precondition_required: { status: 428, title: 'Say which revision this change was made from', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  internal: { status: 500, title: 'Something went wrong here', retryable: true },
  overloaded: { status: 503, title: 'The server is busy or starting', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>

export type ProblemCode = keyof typeof problems

/** One wrong place in a body or query, by JSON pointer. */
export interface ProblemDetail {
  readonly pointer: string
  readonly message: string
  /** The nearest known name, when the place names something unknown. */
  readonly nearest?: string
}

/** `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly requestId: string
  readonly retryable: boolean
  readonly hint?: string
  readonly errors?: readonly ProblemDetail[]
  /** 412: the current representation; 409: the ramp or the evidence. */
  readonly current?: unknown
  readonly currentRevision?: number
  /** 403: the verb that is missing, as `verb@project/environment`. */
  readonly permission?: string
}
