import type { App } from './app-env.ts'

/** What a page of the admin UI may load: itself. Its components set styles inline. */
export const UI_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Every answer says how browsers must treat it; routes that serve pages loosen the policy for themselves. */
export function secureHeaders(app: App): void {
  app.use(async (c, next) => {
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    c.header('x-content-type-options', 'nosniff')
    c.header('x-frame-options', 'DENY')
    c.header('referrer-policy', 'no-referrer')
    c.header('cross-origin-resource-policy', 'same-origin')
    await next()
  })
}
