import { parseShortDuration } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'
import type { KillUrls } from './kill-url.ts'
import { confirmationPage, PAGE_POLICY, resultPage } from './kill-url-page.ts'

const LONGEST_WAIT_MS = 30_000

/** `POST /k/SECRET` kills, with nothing but the address. GET only asks. */
export function mountKillUrls(app: App, killUrls: KillUrls): void {
  app.get('/k/:secret', async (c) => {
    const { name, places } = await killUrls.describe(c.req.param('secret'))
    return html(c, confirmationPage(name, places))
  })

  app.post('/k/:secret', async (c) => {
    const order = {
      secret: c.req.param('secret'),
      body: await anyBody(c),
      request: { id: c.var.requestId, address: c.var.address },
    }
    const result = await killUrls.use(order, { waitMs: waitOf(c.req.query('wait')), signal: c.req.raw.signal })
    if (c.req.header('accept')?.includes('text/html') === true) return html(c, resultPage(result))
    c.header('cache-control', 'no-store')
    return c.json(result)
  })
}

/** A body that cannot be read says nothing, and does not stand in the way. */
async function anyBody(c: AppContext): Promise<unknown> {
  try {
    return await readJson(c, { lenient: true })
  } catch (error) {
    if (error instanceof AppError) return {}
    throw error
  }
}

function waitOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseShortDuration(text)
  return ms === undefined ? undefined : Math.min(ms, LONGEST_WAIT_MS)
}

function html(c: AppContext, page: string): Response {
  c.header('content-security-policy', PAGE_POLICY)
  c.header('cache-control', 'no-store')
  return c.html(page)
}
