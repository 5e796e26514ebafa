import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { App } from './app-env.ts'
import type { Auth } from './auth.ts'
import { redactPath } from './errors.ts'
import { routePattern } from './route-pattern.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Gives every request its id, its log and what it needs to find out who asks; logs how it went, without secrets. */
export function identifyRequests(app: App, { auth, log }: { readonly auth: Auth; readonly log: Logger }): void {
  app.use(async (c, next) => {
    const requestId = knownId(c.req.header('x-request-id')) ?? `req_${randomUUID()}`
    const requestLog = log.child({ request: requestId })
    c.set('requestId', requestId)
    c.set('address', c.env?.incoming?.socket.remoteAddress ?? null)
    c.set('log', requestLog)
    c.set('auth', auth)
    c.header('x-request-id', requestId)
    const startedAt = performance.now()
    await next()
    const route = routePattern(c)
    requestLog.debug(
      // never the query, which may carry a key, nor an address that is nobody's, which may be anything
      {
        method: c.req.method,
        ...(route === undefined ? {} : { path: redactPath(c.req.path) }),
        status: c.res.status,
        ms: Math.round(performance.now() - startedAt),
      },
      'answered',
    )
  })
}

/** A caller's own id is kept when it can be logged as it is. */
function knownId(header: string | undefined): string | undefined {
  if (header === undefined || !/^[\w.:-]{1,100}$/.test(header)) return undefined
  return withoutSecrets(header) === header ? header : undefined
}
