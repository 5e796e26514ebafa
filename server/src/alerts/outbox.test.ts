import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { CHECKOUT, type RampShop, rampShop } from '../ramp/testing/shop.ts'
import { createOutbox } from './outbox.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly type?: string; readonly text?: string; readonly data?: { readonly url: string } }
}

/** A webhook on loopback that answers with each of `statuses` once, then with 200. */
async function receiver(...statuses: readonly number[]) {
  const received: Received[] = []
  const left = [...statuses]
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const status = left.shift() ?? 200
      if (status === 200) received.push({ headers: request.headers, body: JSON.parse(text) })
      response.writeHead(status).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

function outboxOf(shop: RampShop) {
  const failures: unknown[] = []
  const outbox = createOutbox({
    store: shop.store,
    clock: shop.clock,
    publicUrl: new URL('https://flags.example.test'),
    onError: (error) => failures.push(error),
    chance: () => 0,
  })
  return { outbox, failures }
}

async function startRamp(shop: RampShop): Promise<string> {
  const started = await shop.api.startRamp({ params: CHECKOUT, body: { guards: ['checkout_error'] } })
  return started.body.item.id
}

async function lastDelivery(shop: RampShop) {
  return (await shop.api.listWebhooks({ params: CHECKOUT })).body.items[0]?.lastDelivery
}

test('an alert reaches every webhook of its project, once, in the form it takes', async () => {
  const shop = await rampShop()
  const [generic, slack] = [await receiver(), await receiver()]
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: generic.url } })
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: slack.url, format: 'slack' } })
  const ramp = await startRamp(shop)
  const { outbox } = outboxOf(shop)
  await Promise.all([outbox.flush(), outbox.flush()])
  await outbox.flush()

  expect(generic.received.map(({ body }) => [body.type, body.data?.url])).toEqual([
    ['ramp.started', `https://flags.example.test/p/shop/ramps/${ramp}`],
  ])
  expect(slack.received.map(({ body }) => body.text)).toEqual([
    expect.stringContaining('▶ checkout in production: Ramp to on started'),
  ])
  expect(await lastDelivery(shop)).toMatchObject({ ok: true, status: 200, error: null })
})

test('a hiccup is tried again at once', async () => {
  const shop = await rampShop()
  const webhook = await receiver(500)
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: webhook.url } })
  await startRamp(shop)
  await outboxOf(shop).outbox.flush()
  expect(webhook.received).toHaveLength(1)
})

test('an outage is shown, and the alert comes later under the same id', async () => {
  const shop = await rampShop()
  const webhook = await receiver(503, 503)
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: webhook.url } })
  await startRamp(shop)
  const { outbox } = outboxOf(shop)
  await outbox.flush()
  expect([webhook.received.length, await lastDelivery(shop)]).toEqual([
    0,
    { at: '2026-03-01T12:00:00.000Z', ok: false, status: 503, error: 'the webhook answered 503' },
  ])
  shop.advance(4_999)
  await outbox.flush()
  expect(webhook.received).toHaveLength(0)
  shop.advance(1)
  await outbox.flush()
  expect(webhook.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    expect.stringMatching(/^a_r_\w+_1_started\.wh_/),
  ])
  expect(await lastDelivery(shop)).toMatchObject({ ok: true })
})

test('what a receiver will not take is not pressed on it', async () => {
  const shop = await rampShop()
  const webhook = await receiver(410, 200)
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: webhook.url } })
  await startRamp(shop)
  await outboxOf(shop).outbox.flush()
  expect(webhook.received).toHaveLength(0)
  expect(await lastDelivery(shop)).toMatchObject({ ok: false, status: 410 })
})

test('a receiver that is not there is shown in words', async () => {
  const shop = await rampShop()
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: 'http://127.0.0.1:1/nobody' } })
  await startRamp(shop)
  const { outbox, failures } = outboxOf(shop)
  await outbox.flush()
  expect(failures).toEqual([])
  expect(await lastDelivery(shop)).toMatchObject({
    ok: false,
    status: null,
    error: expect.stringContaining('could not be reached'),
  })
})

test('the audit of a webhook keeps where it leads and not its address, which is often a secret', async () => {
  const shop = await rampShop()
  const { body } = await shop.api.createWebhook({
    params: CHECKOUT,
    body: { url: 'https://hooks.test/T000/B000/secret' },
  })
  await shop.api.deleteWebhook({ params: { project: 'shop', id: body.item.id } })
  const entries = await shop.store.audit({ scope: 'shop', subject: { kind: 'webhook' }, limit: 10 })
  expect(entries.map(({ action, words }) => [action, words])).toEqual([
    ['webhook.deleted', 'Webhook to hooks.test removed.'],
    ['webhook.created', 'Webhook to hooks.test added.'],
  ])
  expect(JSON.stringify(entries)).not.toContain('secret')
})

test('sending begins by itself when a ramp moves, and stops cleanly', async () => {
  const shop = await rampShop()
  const webhook = await receiver()
  await shop.api.createWebhook({ params: CHECKOUT, body: { url: webhook.url } })
  const { outbox, failures } = outboxOf(shop)
  outbox.start()
  await startRamp(shop)
  await expect.poll(() => webhook.received.length).toBe(1)
  await outbox.stop()
  expect(failures).toEqual([])
})
