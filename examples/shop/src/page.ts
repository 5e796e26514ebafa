import { Hono } from 'hono'
import { DEFECTS, type Defect } from './checkout.ts'
import type { Shop } from './shop.ts'
import { storefront } from './storefront.ts'

export interface Pages {
  readonly shop: Shop
  /** Where the pages ask for flags themselves, and with which key: a client key, which everybody can read. */
  readonly rampart: { readonly url: string; readonly clientKey: string }
  /** What runs in the browser, and how it looks. */
  readonly script: string
  readonly look: string
}

/** The shop's own pages: a storefront, the switch of its defects, and figures for whoever asks. */
export function createPages({ shop, rampart, script, look }: Pages): Hono {
  const app = new Hono()
  const policy = policyFor(rampart.url)
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', policy)
    c.header('x-content-type-options', 'nosniff')
  })
  app.get('/', (c) => c.html(storefront(rampart)))
  app.get('/page.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
  app.get('/look.css', (c) => c.body(look, 200, { 'content-type': 'text/css' }))
  app.get('/icon.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml' }))
  app.post('/checkout', async (c) => {
    const purchase = shop.purchase(c.req.query('shopper') || 'you')
    // a person waits as long as the figures say
    await new Promise((resolve) => setTimeout(resolve, purchase.ms))
    return c.json(purchase)
  })
  app.get('/defect', (c) => c.json(said(shop.defect)))
  app.post('/defect', (c) => {
    const kind = c.req.query('kind') ?? 'errors'
    const defect = DEFECTS.find((known) => known === kind)
    if (defect === undefined)
      return c.json({ error: `there is no defect "${kind}": choose ${DEFECTS.join(', ')}` }, 400)
    shop.defect = defect
    return c.json(said(defect))
  })
  app.delete('/defect', (c) => {
    shop.defect = null
    return c.json(said(null))
  })
  app.get('/figures', (c) => c.json(shop.figures()))
  app.get('/healthz', (c) => c.text('ok'))
  return app
}

function said(defect: Defect | null) {
  return defect === null ? { defect: false } : { defect: true, kind: defect }
}

/** Everything comes from the shop itself; only flags are asked for elsewhere. */
function policyFor(rampartUrl: string): string {
  const elsewhere = URL.canParse(rampartUrl) ? ` ${new URL(rampartUrl).origin}` : ''
  return `default-src 'self'; connect-src 'self'${elsewhere}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f6f5c"/><path d="M16 5l8 11H8z" fill="#ffd98a"/><path d="M15 16h2v9h-2zM11 25h10v2H11z" fill="#fff"/></svg>`
