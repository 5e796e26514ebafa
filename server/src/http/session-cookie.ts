import { deleteCookie, setCookie } from 'hono/cookie'
import type { AppContext } from './app-env.ts'

/** Thirty days, in milliseconds. */
export const SESSION_MS = 30 * 86_400_000

/** `__Host-` binds the cookie to this host and to TLS (RFC 6265bis 4.1.3.2); plain http cannot have it. */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-rampart' : 'rampart_session'
}

export function setSessionCookie(c: AppContext, publicUrl: URL, secret: string): void {
  setCookie(c, sessionCookieName(publicUrl), secret, { ...attributes(publicUrl), maxAge: SESSION_MS / 1000 })
}

export function clearSessionCookie(c: AppContext, publicUrl: URL): void {
  deleteCookie(c, sessionCookieName(publicUrl), attributes(publicUrl))
}

function attributes(publicUrl: URL) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: publicUrl.protocol === 'https:' } as const
}
