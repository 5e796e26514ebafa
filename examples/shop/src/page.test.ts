import { expect, test } from 'vitest'
import { createPages } from './page.ts'
import type { Shop } from './shop.ts'

const NOBODY = { shoppers: 0, failed: 0, ordered: 0, meanMs: null }

function pages(rampart = { url: 'http://127.0.0.1:4280/', clientKey: 'rmp_pub_a' }) {
  const bought: string[] = []
  const shop: Shop = {
    defect: null,
    purchase(shopper) {
      bought.push(shopper)
      return { checkout: 'old', outcome: 'ordered', ms: 1 }
    },
    figures: () => ({ old: NOBODY, new: NOBODY }),
  }
  return { shop, bought, app: createPages({ shop, rampart, script: 'a script', look: 'a look' }) }
}

test('pages load nothing from elsewhere, and ask nobody but Rampart', async () => {
  const { app } = pages()
  const page = await app.request('/')
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'self'; connect-src 'self' http:\/\/127\.0\.0\.1:4280;/,
  )
  const text = await page.text()
  expect(text).toContain('data-rampart-url="http://127.0.0.1:4280/" data-rampart-key="rmp_pub_a"')
  expect(text).not.toMatch(/<style|style=|<script(?! type="module" src="\/page\.js">)|\son[a-z]+=/)
  const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)
  for (const address of loaded) expect((await app.request(address ?? '')).status).toBe(200)
  expect(loaded.length).toBe(3)
})

test('what comes from the environment cannot become part of the page', async () => {
  const { app } = pages({ url: '"><script>alert(1)</script>', clientKey: '"' })
  expect(await (await app.request('/')).text()).not.toContain('<script>alert')
})

test('somebody pays, under a name or without', async () => {
  const { app, bought } = pages()
  const paid = await app.request('/checkout?shopper=ana', { method: 'POST' })
  expect(await paid.json()).toEqual({ checkout: 'old', outcome: 'ordered', ms: 1 })
  await app.request('/checkout', { method: 'POST' })
  expect(bought).toEqual(['ana', 'you'])
})

test('a defect is switched on and off, of errors unless another kind is asked for', async () => {
  const { app, shop } = pages()
  for (const [address, kind] of [
    ['/defect', 'errors'],
    ['/defect?kind=latency', 'latency'],
    ['/defect?kind=orders', 'orders'],
  ] as const) {
    expect(await (await app.request(address, { method: 'POST' })).json()).toEqual({ defect: true, kind })
    expect([shop.defect, await (await app.request('/defect')).json()]).toEqual([kind, { defect: true, kind }])
  }
  await app.request('/defect', { method: 'DELETE' })
  expect([shop.defect, await (await app.request('/defect')).json()]).toEqual([null, { defect: false }])
})

test('a defect that there is not is refused, and changes nothing', async () => {
  const { app, shop } = pages()
  const refused = await app.request('/defect?kind=fire', { method: 'POST' })
  expect([refused.status, await refused.json(), shop.defect]).toEqual([
    400,
    { error: 'there is no defect "fire": choose errors, latency, orders' },
    null,
  ])
})
