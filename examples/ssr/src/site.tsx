import type { Bootstrap } from '@rampart/browser'
import { Hono } from 'hono'
import { renderToString } from 'react-dom/server'
import { type Given, Root } from './root.tsx'

export interface SiteParts {
  readonly rampart: { readonly url: string; readonly clientKey: string }
  /** What runs in the browser. */
  readonly script: string
}

/** One page, rendered for whoever asks: `?visitor=` names them. */
export function createSite({ rampart, script }: SiteParts): Hono {
  const app = new Hono()
  const policy = `default-src 'self'; connect-src 'self' ${new URL(rampart.url).origin}`
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', policy)
  })
  app.get('/page.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.get('/', async (c) => {
    const visitor = c.req.query('visitor') || 'somebody'
    const bootstrap = await evaluated(rampart, visitor)
    return c.html(document({ ...rampart, visitor, bootstrap }))
  })
  return app
}

/** When Rampart is away the page is made all the same, with what the code falls back to. */
async function evaluated({ url, clientKey }: SiteParts['rampart'], visitor: string): Promise<Bootstrap> {
  try {
    const answer = await fetch(`${url}/sdk/v1/evaluate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ context: { targetingKey: visitor }, rules: true }),
      signal: AbortSignal.timeout(1_000),
    })
    if (answer.ok) return (await answer.json()) as Bootstrap
    console.error(`rampart: status ${answer.status}`)
  } catch (error) {
    console.error(`rampart: ${String(error)}`)
  }
  return { format: 1, revision: 0, values: [] }
}

function document(given: Given): string {
  // Data, not a script: a policy without inline scripts lets it be. `<` could end it.
  const data = JSON.stringify(given).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Checkout</title></head>
<body><div id="root">${renderToString(<Root {...given} />)}</div>
<script type="application/json" id="given">${data}</script>
<script type="module" src="/page.js"></script></body></html>`
}
