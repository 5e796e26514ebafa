import { AppError } from '../app-error.ts'
import type { AppContext } from './app-env.ts'

/**
 * Refuses a writing request that another site's page may have made with the visitor's cookie. `Sec-Fetch-Site` decides
 * when the browser sent it (it does for https and localhost), else `Origin`; a request with neither is not from a
 * page, and such callers have tokens.
 */
export function requireSameOrigin(c: AppContext, publicUrl: URL): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const ours = site === undefined ? isOurs(origin, c.req.header('host'), publicUrl) : site === 'same-origin'
  if (ours) return
  throw new AppError('forbidden', 'A session can only be used by pages of this server.', {
    hint: 'Programs send a token in the authorization header instead.',
  })
}

function isOurs(origin: string | undefined, host: string | undefined, publicUrl: URL): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === publicUrl.origin || new URL(origin).host === host
}
