import { expect, test } from 'vitest'
import { createPages } from './page.ts'
import type { Shop } from './shop.ts'

const NOBODY = { shoppers: 0, failed: 0 }

function pages(rampart = { url: 'http://127.0.0.1:4280/', clientKey: 'rmp_pub_a' }) {
  const bought: string[] = []
  const shop: Shop = {
    defect: false,
    purchase(shopper) {
      bought.push(shopper)
      return { checkout: 'old', paid: true }
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
  expect(await paid.json()).toEqual({ checkout: 'old', paid: true })
  await app.request('/checkout', { method: 'POST' })
  expect(bought).toEqual(['ana', 'you'])
})

test('the defect is switched on and off', async () => {
  const { app, shop } = pages()
  const states: boolean[] = []
  for (const method of ['POST', 'DELETE']) {
    await app.request('/defect', { method })
    states.push(shop.defect)
  }
  expect([states, await (await app.request('/defect')).json()]).toEqual([[true, false], { defect: false }])
})
