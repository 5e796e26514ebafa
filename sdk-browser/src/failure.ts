/** Why a request or a stream came to nothing. */
export interface Failure {
  /** In a few words, for a log. */
  readonly cause: string
  /** What the server answered, when it did. */
  readonly status?: number | undefined
  /** When it wants to be asked again. */
  readonly retryMs?: number | undefined
  /** It came, and was not what the protocol says. */
  readonly isUnreadable?: boolean
}

/** Nothing came when something had to. */
export const SILENT: Failure = { cause: 'silent' }

export function unreadable(cause: string): Failure {
  return { cause, isUnreadable: true }
}

export function thrownAs(thrown: unknown): Failure {
  return { cause: messageOf(thrown) }
}

/** A refusal, with what `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3). */
export function statusFailure({ status, headers }: Response): Failure {
  const asked = headers.get('retry-after')
  const ms = asked === null ? Number.NaN : Number(asked) * 1_000 || Date.parse(asked) - Date.now()
  return { cause: `status ${status}`, status, retryMs: ms >= 0 ? ms : undefined }
}

/** Whether the key was not accepted. A refused key may be made valid again. */
export function isRefusal({ status }: Failure): boolean {
  return status === 401 || status === 403
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
