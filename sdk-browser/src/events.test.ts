import { SDK_PATHS } from '@rampart/contract/wire'
import { describe, expect, test, vi } from 'vitest'
import { KEY, openClient, openPage } from './test-page.ts'
import { startTestServer } from './test-server.ts'
import { flag, hints, snapshot } from './test-snapshots.ts'

const SNAPSHOT = snapshot(7, [flag('checkout')])

async function connected(first = SNAPSHOT) {
  const server = await startTestServer(first)
  const page = openPage()
  const client = openClient(page, { url: server.url, application: { name: 'shop', version: '1.0.0' } })
  await client.ready()
  // The first flush, which has nothing to send.
  await client.flush()
  return { server, page, client }
}

describe('what was counted', () => {
  test('is sent as one batch that outlives the page', async () => {
    const { server, page, client } = await connected()
    client.isEnabled('checkout')
    client.get('checkout', false)
    client.details('nothing', '')
    client.isEnabled('nothing')
    client.count('order')
    client.count('order', 2)
    client.observe('checkout_ms', 250)
    await client.flush()
    expect(server.batches).toEqual([
      {
        format: 1,
        batch: expect.stringMatching(/^[0-9a-f]{32}$/),
        instance: expect.stringMatching(/^[0-9a-f]{32}$/),
        sdk: { name: '@rampart/browser', version: '0.1.0' },
        app: { name: 'shop', version: '1.0.0' },
        revision: 7,
        spanMs: expect.any(Number),
        evaluations: [{ flag: 'checkout', variation: 'on', reason: 'default', n: 2 }],
        unknown: [{ flag: 'nothing', n: 2 }],
        totals: [
          { metric: 'order', n: 3 },
          { metric: 'checkout_ms', n: 1, sum: 250, histogram: [[64, 1]] },
        ],
      },
    ])
    const [request] = server.asked('events')
    expect([request?.headers.authorization, request?.headers['content-type'], request?.query]).toEqual([
      `Bearer ${KEY}`,
      'application/json',
      '',
    ])
    expect(page.fetched.at(-1)?.init.keepalive).toBe(true)
  })

  test('is sent by itself as often as the server hints, and nothing when there is nothing', async () => {
    const { server, page, client } = await connected(
      snapshot(7, [flag('checkout')], { hints: hints({ flushMs: 5_000 }) }),
    )
    page.standsStill = true
    for (const n of [1, 2]) {
      // Whatever is under way comes to its end first.
      await client.flush()
      client.count('order', n)
      page.passes(4_000)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(server.batches.length).toBe(n - 1)
      page.passes(1_600)
      await vi.waitFor(() => expect(server.batches.length).toBe(n))
    }
    await client.flush()
    page.passes(6_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.asked('events').length).toBe(2)
  })

  test('is sent within two seconds when it is news for a ramp, and asked again is no news', async () => {
    const watch = {
      ramp: 'r_1',
      seq: 1,
      flag: 'checkout',
      rule: 'everyone-else',
      percent: 100,
      salt: 'k',
      controlSample: 1,
      tickMs: 10_000,
      metrics: [{ metric: 'web_error', take: 'first' }] as const,
    }
    const { server, page, client } = await connected(snapshot(7, [flag('checkout')], { watches: [watch] }))
    page.standsStill = true
    await client.flush()
    const isSent = async (n: number) => {
      page.passes(2_300)
      await vi.waitFor(() => expect(server.batches.length).toBe(n))
      // Its answer has come, so that the next one is due.
      await vi.waitFor(() => expect(page.underWay).toBe(0))
    }
    client.isEnabled('checkout')
    await isSent(1)
    client.isEnabled('checkout')
    client.count('order')
    page.passes(2_300)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.batches.length).toBe(1)
    client.count('web_error')
    await isSent(2)
    expect(server.batches[1]?.watched?.[0]).toMatchObject({ first: [{ metric: 'web_error' }] })
    // A page that fails again and again has told what a guard counts.
    client.count('web_error')
    page.passes(2_300)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.batches.length).toBe(2)
    void client.identify('ben')
    client.isEnabled('checkout')
    await isSent(3)
  })

  test('is sent again, as the same bytes, until the server has it; what was counted meanwhile follows', async () => {
    const { server, client } = await connected()
    server.instead('events', { status: 503 }, 2)
    client.count('order')
    await client.flush()
    client.count('order', 5)
    await vi.waitFor(() => expect(server.batches.length).toBe(2))
    const [first, second, third] = server.asked('events').map(({ body }) => body)
    expect([first, second]).toEqual([third, third])
    expect(server.batches.map(({ totals }) => totals?.[0]?.n)).toEqual([1, 5])
  })

  test('is dropped and said once when the server will never take it', async () => {
    const { server, client, page } = await connected()
    server.instead('events', { status: 422 }, 2)
    for (let n = 0; n < 2; n++) {
      client.count('order')
      await client.flush()
    }
    client.count('order', 3)
    await client.flush()
    expect(server.batches.map(({ totals }) => totals?.[0]?.n)).toEqual([3])
    expect(page.log.lines).toEqual(['warn: rampart: the server does not take what was counted; it is dropped'])
  })

  test('is sent without outliving the page when browsers would refuse so much', async () => {
    const { server, page, client } = await connected()
    for (let n = 0; n < 500; n++) {
      client.count(`metric_${n}_${'x'.repeat(50)}`)
      client.observe(`metric_${n}_${'x'.repeat(50)}`, n)
    }
    await client.flush()
    expect([page.fetched.at(-1)?.init.keepalive, server.batches.length]).toEqual([false, 1])
  })

  test('is sent when the client is closed', async () => {
    const { server, client } = await connected()
    client.count('order')
    await client.close()
    expect(server.batches.length).toBe(1)
  })
})

describe('a page that is left', () => {
  test('leaves it with the browser: with the key in the address, as a text, once', async () => {
    const { server, page, client } = await connected()
    client.count('order')
    page.isHidden = true
    page.happens('visibilitychange')
    page.happens('pagehide')
    expect(page.beacons).toEqual([
      { url: `${server.url}${SDK_PATHS.events}?key=${KEY}`, body: expect.stringContaining('"metric":"order"') },
    ])
    await client.flush()
    expect(server.asked('events')).toEqual([])
  })

  test('leaves the batch under way too, with the same bytes', async () => {
    const { server, page, client } = await connected()
    server.instead('events', { status: 503 })
    client.count('order')
    await client.flush()
    client.count('order', 5)
    page.happens('pagehide')
    expect(page.beacons.map(({ body }) => JSON.parse(body).totals[0].n)).toEqual([1, 5])
    expect(page.beacons[0]?.body).toBe(server.asked('events')[0]?.body)
  })

  test('keeps it when the browser does not take it, and sends it when one comes back', async () => {
    const { server, page, client } = await connected()
    page.takesBeacons = false
    client.count('order')
    page.happens('pagehide')
    page.happens('pageshow')
    await client.flush()
    expect([page.beacons, server.batches.map(({ totals }) => totals?.[0]?.n)]).toEqual([[], [1]])
  })
})
