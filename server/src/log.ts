import pino, { type Logger } from 'pino'
import type { LogLevel } from './config.ts'
import { withoutSecrets } from './http/without-secrets.ts'

/** Where lines go; default is the process's error output, at once, so that the last words of a crash are there. */
export interface LogTarget {
  write(line: string): unknown
}

/**
 * A line of JSON for each event. Nothing logs a secret on purpose; what looks like one is taken out of every line all the
 * same, and errors of the database are told without the values they were about.
 */
export function createLog(level: LogLevel, target?: LogTarget): Logger {
  return pino(
    { level, serializers: { err: sayError }, hooks: { streamWrite: withoutSecrets } },
    target ?? pino.destination({ fd: 2, sync: true }),
  )
}

interface SaidError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly cause?: SaidError
}

/** The query builder puts the values of a query into message and members of its errors: hashes, salts, addresses of webhooks. */
function sayError(error: unknown): SaidError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, stack, cause } = error
  return {
    type: name,
    message: withoutValues(message),
    ...(stack === undefined ? {} : { stack: withoutValues(stack) }),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: sayError(cause) }),
  }
}

function withoutValues(text: string): string {
  return text.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/, '\nparams: …')
}
