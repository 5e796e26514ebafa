import { type Problem, problems } from '@rampart/contract/errors'
import { HTTPException } from 'hono/http-exception'
import { AppError } from '../app-error.ts'
import { StoreTrouble } from '../store/engine.ts'
import type { App, AppContext } from './app-env.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Turns whatever a handler threw into `application/problem+json` (RFC 9457). The one place where this happens. */
export function handleErrors(app: App): void {
  app.onError((error, c) => answer(c, error))
  app.notFound((c) => answer(c, unrouted(app, c)))
}

/** The answer to an error: expected ones as they are, all others logged and answered as `internal`. */
export function answer(c: AppContext, error: unknown): Response {
  const expected = asExpected(error)
  if (error instanceof StoreTrouble) c.var.log.error({ err: error }, error.message)
  if (expected === undefined) c.var.log.error({ err: error }, 'a request failed')
  return respond(
    c,
    expected ?? new AppError('internal', `An unexpected error was logged as request ${c.var.requestId}.`),
  )
}

function respond(c: AppContext, { code, message, extras }: AppError): Response {
  const { status, title, retryable } = problems[code]
  const { retryAfterMs, ...told } = extras
  const problem: Problem = {
    type: `/problems/${code}`,
    title,
    status,
    detail: message,
    instance: redactPath(c.req.path),
    code,
    requestId: c.var.requestId,
    retryable,
    ...told,
  }
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  if (code === 'unauthenticated') headers.set('www-authenticate', 'Bearer realm="rampart"')
  return c.body(JSON.stringify(problem), status, Object.fromEntries(headers))
}

/** Disks are made room on by people. */
const TROUBLE_AGAIN_MS = 10_000

function asExpected(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  if (error instanceof StoreTrouble)
    return new AppError('overloaded', error.message, { retryAfterMs: TROUBLE_AGAIN_MS })
  // hono refuses a path that does not decode
  if (error instanceof HTTPException && error.status === 400) return new AppError('malformed', error.message)
  return undefined
}

function unrouted(app: App, c: AppContext): AppError {
  const taken = app.routes
    .filter((route) => route.method !== 'ALL' && matches(route.path, c.req.path))
    .map((route) => route.method)
  if (taken.length === 0) return new AppError('not_found', `There is nothing at ${redactPath(c.req.path)}.`)
  const allowed = [...new Set(taken)].toSorted()
  c.header('allow', allowed.join(', '))
  return new AppError('method_not_allowed', `This address takes ${allowed.join(', ')}, not ${c.req.method}.`)
}

function matches(pattern: string, path: string): boolean {
  if (pattern.includes('*')) return false
  const wanted = pattern.split('/')
  const parts = path.split('/')
  return wanted.length === parts.length && wanted.every((part, i) => part.startsWith(':') || part === parts[i])
}

/** A kill URL is a secret: it is never logged or repeated; nor is a key that was put into an address by mistake. */
export function redactPath(path: string): string {
  return path.startsWith('/k/') ? '/k/…' : withoutSecrets(path)
}
