import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { OFREP_FLAGS } from './addresses.ts'

/**
 * OFREP's clients look for `errorCode` on every answer that is none, and for `key` where one flag was asked for; without,
 * they say "unexpected response" and no more. A problem (RFC 9457) may have further members, so that it is both.
 */
export const saidInOfrep: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.res.headers.get('content-type')?.startsWith('application/problem+json') !== true) return
  const problem = (await c.res.json()) as { readonly status: number; readonly detail: string }
  const key = keyIn(c.req.path)
  const said = {
    ...(key !== undefined && { key }),
    errorCode: problem.status === 413 || problem.status === 415 ? 'INVALID_CONTEXT' : 'GENERAL',
    errorDetails: problem.detail,
    // not every client can do without
    metadata: {},
  }
  c.res = new Response(JSON.stringify({ ...problem, ...said }), { status: c.res.status, headers: c.res.headers })
}

/** The flag that an address asks for: where the asker was refused before, no route has read it. */
function keyIn(path: string): string | undefined {
  const [, encoded] = path.split(`${OFREP_FLAGS}/`)
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded)
  } catch {
    // no encoding of anything: as it was written
    return encoded
  }
}
