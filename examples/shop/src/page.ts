import { Hono } from 'hono'
import { html } from 'hono/html'
import { type Figures, FLAG, type Shop } from './shop.ts'

/** The shop's own pages: a storefront to look at, the defect's switch, and figures for whoever asks. */
export function createPages(shop: Shop, isNewFor: (shopper: string) => boolean): Hono {
  const app = new Hono()
  app.get('/', (c) => {
    const shopper = c.req.query('shopper') ?? 'you'
    return c.html(storefront(shopper, isNewFor(shopper), shop.defect, shop.figures()))
  })
  app.post('/checkout', (c) => c.json(shop.purchase(c.req.query('shopper') ?? 'you')))
  app.get('/defect', (c) => c.json({ defect: shop.defect }))
  app.post('/defect', (c) => {
    shop.defect = true
    return c.json({ defect: true })
  })
  app.delete('/defect', (c) => {
    shop.defect = false
    return c.json({ defect: false })
  })
  app.get('/figures', (c) => c.json(shop.figures()))
  app.get('/healthz', (c) => c.text('ok'))
  return app
}

function storefront(shopper: string, isNew: boolean, defect: boolean, figures: Figures) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>The example shop</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  table { border-collapse: collapse; width: 100% } th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #8884 }
  th:first-child, td:first-child { text-align: left } .badge { padding: .1rem .6rem; border-radius: 1rem; background: #8883 }
</style>
<h1>The example shop</h1>
<p>Shopper <b>${shopper}</b> meets the <span class="badge">${isNew ? 'new' : 'old'} checkout</span>, because
<code>isEnabled("${FLAG}", "${shopper}")</code> is <code>${String(isNew)}</code>.</p>
<table>
  <tr><th>Checkout</th><th>Shoppers</th><th>Failed</th><th>Share</th></tr>
  ${(['old', 'new'] as const).map(
    (which) =>
      html`<tr><td>${which}</td><td>${figures[which].shoppers}</td><td>${figures[which].failed}</td><td>${share(figures[which])}</td></tr>`,
  )}
</table>
<p>The new checkout ${defect ? html`<b>has its defect</b>: it fails five times as often` : 'is healthy'}.</p>
</html>`
}

function share({ shoppers, failed }: { readonly shoppers: number; readonly failed: number }): string {
  return shoppers === 0 ? '–' : `${((100 * failed) / shoppers).toFixed(1)}%`
}
