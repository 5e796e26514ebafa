import type { MiddlewareHandler } from 'hono'
import { AppError } from '../app-error.ts'
import type { App, AppContext, AppEnv } from '../http/app-env.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'

const SDK_ADDRESSES = ['/sdk/v1/*', '/ofrep/v1/*'] as const

/** Browsers ask again after this long whether they may. Two hours are the most that Chromium remembers. */
const PREFLIGHT_S = 7_200

/**
 * What a page of another origin may do with a client key (Fetch standard, 3.3 "CORS protocol").
 *
 * Client keys are public, so that every origin may use one, unless the environment lists its origins. The list keeps
 * other sites' pages away, and nobody else: programs send whatever origin they like. Server keys get no header, so that a
 * page that was given one by mistake cannot work.
 *
 * A preflight carries no key. It says what may be asked at all; the request itself is then refused or not. A refusal
 * can be read by the page like any answer, so that the SDK there knows that it is one and says why.
 */
export function mountCors(app: App, store: Pick<Store, 'environment'>): void {
  const guard: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      return c.body(null, 204, PREFLIGHT)
    }
    for (const [name, value] of Object.entries(corsHeaders(c))) c.header(name, value)
    const origin = c.req.header('origin')
    if (origin !== undefined && isFromClient(c)) {
      const key = await c.var.auth.sdkKey(c, { fromQuery: true, fromApiKey: true })
      await requireListed(store, key, origin)
    }
    return next()
  }
  for (const addresses of SDK_ADDRESSES) app.use(addresses, guard)
}

/** For answers that are written without the context, as streams are. Nobody's but those to a client key. */
export function corsHeaders(c: AppContext): Readonly<Record<string, string>> {
  return isFromClient(c) ? READABLE : {}
}

/** No credential that a browser adds by itself is ever looked at here, so that `*` gives away nothing. */
export const READABLE = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Retry-After, X-Request-Id',
  'cross-origin-resource-policy': 'cross-origin',
}

const PREFLIGHT = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, If-None-Match, Last-Event-ID, X-API-Key',
  'access-control-max-age': String(PREFLIGHT_S),
}

/** By what the key calls itself: a page should be able to read that its key is mistyped, too. */
function isFromClient(c: AppContext): boolean {
  const secret =
    c.req.header('authorization')?.replace(/^Bearer +/i, '') ?? c.req.header('x-api-key') ?? c.req.query('key')
  return secret?.startsWith('rmp_pub_') ?? false
}

/** Throws `forbidden` when the environment lists its origins and this is none of them. */
export async function requireListed(
  store: Pick<Store, 'environment'>,
  ref: EnvironmentRef,
  origin: string,
): Promise<void> {
  const { origins = [] } = (await store.environment(ref)) ?? {}
  if (origins.length === 0 || origins.includes(origin)) return
  throw new AppError('forbidden', `Pages of ${origin} may not use keys of ${ref.project}/${ref.environment}.`, {
    hint: 'An administrator can add the origin to the environment.',
  })
}
