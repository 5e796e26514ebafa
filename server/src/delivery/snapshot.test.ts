import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, test } from 'vitest'
import { change, ramp, setShare, startTestServer } from './test-server.ts'

const INSTANCE = '6f1c5a52-0000-4000-8000-000000000001'

test('a snapshot has the revision of its environment as its tag', async () => {
  const { url, store, keys } = await startTestServer()
  const ask = (tag?: string) =>
    fetch(url + SDK_PATHS.snapshot, {
      headers: { authorization: `Bearer ${keys.server}`, ...(tag !== undefined && { 'if-none-match': tag }) },
    })
  const first = await ask()
  expect([first.status, first.headers.get('etag'), first.headers.get('cache-control')]).toEqual([
    200,
    '"1"',
    'private, max-age=0, must-revalidate',
  ])
  const same = await ask('"1"')
  expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, '"1"', ''])
  await setShare(store, 10)
  const next = await ask('W/"1"')
  expect([next.status, next.headers.get('etag'), (await next.json()).revision]).toEqual([200, '"2"', 2])
})

test('a snapshot shows what was committed just before it was asked for', async () => {
  const { url, store, keys } = await startTestServer()
  for (const share of [1, 2, 3]) {
    await setShare(store, share)
    const response = await fetch(url + SDK_PATHS.snapshot, { headers: { authorization: `Bearer ${keys.server}` } })
    expect((await response.json()).flags[0].serve).toEqual({ to: 1, rollout: [share, 0] })
  }
})

test('a running ramp is watched, one that ended is not', async () => {
  const { url, store, keys } = await startTestServer()
  const watches = async () => {
    const response = await fetch(url + SDK_PATHS.snapshot, { headers: { authorization: `Bearer ${keys.server}` } })
    return (await response.json()).watches
  }
  await change(store, [{ put: 'ramp', ramp: ramp() }], { watches: ['r_1'] })
  expect(await watches()).toEqual([
    {
      ramp: 'r_1',
      seq: 1,
      flag: 'checkout',
      rule: 'everyone-else',
      percent: 10,
      salt: 'ramp-salt',
      controlSample: 1,
      tickMs: 10_000,
      metrics: [{ metric: 'checkout_error', take: 'first' }],
    },
  ])
  const end = { at: '2026-01-01T00:00:00.000Z', by: 'guard' as const, cause: null }
  await change(store, [{ put: 'ramp', ramp: ramp({ state: 'rolled_back', end }) }], { watches: ['r_1'] })
  expect(await watches()).toEqual([])
})

test('an acknowledgement says what an instance holds', async () => {
  const { url, delivery, keys } = await startTestServer()
  const ack = {
    format: 1,
    instance: INSTANCE,
    revision: 1,
    appliedMsAgo: 12,
    app: { name: 'checkout', version: '1.2.3' },
    sdk: { name: '@rampart/node', version: '0.1.0' },
  }
  const send = (key: string, body: unknown) =>
    fetch(url + SDK_PATHS.acks, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await send(keys.server, ack)).status).toBe(204)
  expect(delivery.instances({ project: 'shop', environment: 'production' })).toEqual([
    {
      instance: INSTANCE,
      app: { name: 'checkout', version: '1.2.3' },
      sdk: { name: '@rampart/node', version: '0.1.0' },
      connected: true,
      revision: 1,
      seenAt: expect.any(String),
    },
  ])
  const wrong = await send(keys.server, { ...ack, revision: -1 })
  expect([wrong.status, (await wrong.json()).code]).toEqual([422, 'invalid'])
  const browser = await send(keys.client, ack)
  expect([browser.status, (await browser.json()).code]).toEqual([403, 'wrong_kind_of_key'])
})
