import { permits } from '@rampart/contract/admin'
import type { App, AppContext } from '../http/app-env.ts'
import { forbidden } from '../http/mount.ts'
import { routePattern } from '../http/route-pattern.ts'
import type { Metrics } from './registry.ts'

/** Times every answer. Mounted before everything else. */
export function timeAnswers(app: App, metrics: Pick<Metrics, 'answered'>): void {
  app.use(async (c, next) => {
    const startedAt = performance.now()
    await next()
    metrics.answered({
      method: METHODS.has(c.req.method) ? c.req.method : 'OTHER',
      // anything else would make a line for each address that somebody thinks of
      route: routePattern(c) ?? 'other',
      status: c.res.status,
      seconds: (performance.now() - startedAt) / 1000,
    })
  })
}

/** `GET /metrics` for Prometheus: from this very machine without a credential, else with a token of `read@*`. */
export function mountMetrics(app: App, metrics: Pick<Metrics, 'text'>): void {
  app.get('/metrics', async (c) => {
    if (!isLocal(c)) {
      const principal = await c.var.auth.principal(c)
      // figures of every project
      if (!permits(principal.scopes, 'read', {})) throw forbidden(principal, 'read@*')
    }
    const { contentType, body } = await metrics.text()
    c.header('cache-control', 'no-store')
    return c.body(body, 200, { 'content-type': contentType })
  })
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const LOCAL_ADDRESS = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOCAL_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Whether somebody on this machine asks directly. A proxy here passes on what comes from anywhere, and says so in a header or
 * asks for another host; a page whose name was made to point here (DNS rebinding) asks for its own.
 */
function isLocal(c: AppContext): boolean {
  return (
    LOCAL_ADDRESS.test(c.var.address ?? '') &&
    LOCAL_HOST.test(c.req.header('host') ?? '') &&
    !FORWARDED.some((name) => c.req.header(name) !== undefined)
  )
}
