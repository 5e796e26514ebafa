import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { AppError } from '../app-error.ts'
import type { App } from './app-env.ts'
import { UI_POLICY } from './security-headers.ts'

/** Addresses that are never a page. */
const NOT_PAGES = /^\/(?:api|sdk|ofrep|openfeature|k|docs|problems|metrics|healthz|readyz|startupz|version)(?:\/|$)/
/** Built assets carry a hash of their content in their name. */
const HASHED = /^\/assets\//

/** Serves the admin UI: its assets for ever, its one page for every other address. */
export function mountUi(app: App, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', () => {
      throw new AppError('not_found', 'The admin UI is not part of this build.', {
        hint: 'Build the admin-ui package first.',
      })
    })
    return
  }
  const asset = serveStatic({ root: folder })
  const page = serveStatic({ root: folder, path: 'index.html' })

  app.get('*', async (c, next) => {
    const { path } = c.req
    if (NOT_PAGES.test(path)) return next()
    c.header('content-security-policy', UI_POLICY)
    c.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    // the last part of an asset's path has a dot; a page's address may have one in a flag's key
    const found = path === '/' ? undefined : await asset(c, async () => undefined)
    if (found !== undefined) return found
    if (HASHED.test(path)) {
      c.header('cache-control', 'no-store')
      return next()
    }
    return (await page(c, async () => undefined)) ?? next()
  })
}
