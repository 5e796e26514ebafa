import type { ProblemCode, ProblemDetail } from '@rampart/contract/errors'

export interface AppErrorExtras {
  readonly hint?: string
  readonly errors?: readonly ProblemDetail[]
  /** 412: the current representation; 409: the ramp or the evidence. */
  readonly current?: unknown
  readonly currentRevision?: number
  /** The verb that is missing, as `verb@project/environment`. */
  readonly permission?: string
  readonly retryAfterMs?: number
}

/** An expected failure. Thrown anywhere in the server, turned into problem+json once, in `http/errors.ts`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ProblemCode
  readonly extras: AppErrorExtras

  /** @param detail one sentence for the person who asked: what happened, what was left unchanged. */
  constructor(code: ProblemCode, detail: string, extras: AppErrorExtras = {}) {
    super(detail)
    this.code = code
    this.extras = extras
  }
}
