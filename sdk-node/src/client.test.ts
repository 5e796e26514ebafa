import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { KEY, testClient } from './test-client.ts'
import { createTestClock } from './test-clock.ts'
import { startTestServer } from './test-server.ts'
import { flag, hints, patch, snapshot, valued, watch } from './test-snapshots.ts'
import type { ClientOptions, FlagClient, Unit } from './types.ts'

const FLAGS = [
  flag('checkout'),
  flag('half', { serve: { to: 1, rollout: [50, 0] } }),
  flag('killed', { killed: true }),
  valued('ranker', 'string', 'bm25'),
  valued('most', 'number', 5),
  valued('limits', 'json', { items: 10 }),
  valued('list', 'json', ['a']),
]

/** A client that asks nobody and holds FLAGS at revision 7. */
function offline(options: ClientOptions = {}) {
  return testClient({ transport: 'offline', bootstrap: snapshot(7, FLAGS), ...options })
}

describe('asking', () => {
  test('isEnabled gives the value of a boolean flag', () => {
    const { client } = offline()
    expect([client.isEnabled('checkout', 'user-1'), client.isEnabled('killed', { targetingKey: 'user-1' })]).toEqual([
      true,
      false,
    ])
  })

  test('get gives the value of a flag of any type', () => {
    const { client } = offline()
    expect([
      client.get('ranker', 'user-1', 'none'),
      client.get('most', 'user-1', 1),
      client.get('limits', 'user-1', { items: 1 }),
      client.get('list', 'user-1', []),
      client.get('list', 'user-1', undefined),
    ]).toEqual(['bm25', 5, { items: 10 }, ['a'], ['a']])
  })

  test('without registered flags the type follows the fallback', () => {
    const { client } = offline()
    expectTypeOf(client.get('most', 'user-1', 1)).toEqualTypeOf<number>()
    expectTypeOf(client.get('ranker', 'user-1', 'none')).toEqualTypeOf<string>()
    expectTypeOf(client.get('checkout', 'user-1', false)).toEqualTypeOf<boolean>()
    expectTypeOf(client.details('most', 'user-1', 1).value).toEqualTypeOf<number>()
    const limits = client.get('limits', 'user-1', { parcels: 3, to: ['DE'] })
    expectTypeOf(limits).toEqualTypeOf<{ parcels: number; to: string[] }>()
  })

  test('details say why', () => {
    const { client } = offline()
    expect(client.details('half', 'user-1', false)).toEqual({
      value: expect.any(Boolean),
      variation: expect.stringMatching(/^(on|off)$/),
      reason: 'rollout',
      rule: { id: 'everyone-else' },
      position: expect.any(Number),
      revision: 7,
    })
    expect(client.details('killed', 'user-1', true)).toEqual({
      value: false,
      variation: 'off',
      reason: 'killed',
      revision: 7,
    })
  })

  test('bootstrapFor gives a page the values of the flags that it may have, as they are here', () => {
    const told = { clientSide: true } as const
    const { client } = testClient({
      transport: 'offline',
      bootstrap: snapshot(3, [flag('secret'), flag('banner', told), flag('broken', { ...told, off: 9 })]),
      overrides: { banner: false },
    })
    expect(JSON.parse(JSON.stringify(client.bootstrapFor({ targetingKey: 'user-1' })))).toEqual({
      format: 1,
      revision: 3,
      values: [{ key: 'banner', value: true, variation: 'on', reason: 'default', rule: 'everyone-else' }],
    })
    const { client: empty } = testClient({ transport: 'offline' })
    expect(empty.bootstrapFor('user-1')).toEqual({ format: 1, revision: 0, values: [] })
  })

  test('all gives every value that can be told', () => {
    const { client } = testClient({
      transport: 'offline',
      bootstrap: snapshot(1, [flag('checkout'), flag('__proto__'), flag('broken', { off: 9 })]),
      overrides: { extra: 1 },
    })
    const all = client.all('user-1')
    expect(Object.entries(all)).toEqual([
      ['checkout', true],
      ['__proto__', true],
      ['extra', 1],
    ])
  })

  test('a context can be filled in, and in again', () => {
    const beta = flag('beta', {
      rules: [{ id: 'r1', when: { attribute: 'plan', operator: 'is', operand: 'pro' }, serve: { to: 1 } }],
      serve: { to: 0 },
    })
    const { client } = testClient({ transport: 'offline', bootstrap: snapshot(1, [beta]) })
    const user = client.for('user-1')
    const pro = user.for({ plan: 'pro' })
    expect([user.isEnabled('beta'), pro.isEnabled('beta'), pro.details('beta', false).rule]).toEqual([
      false,
      true,
      { id: 'r1' },
    ])
  })
})

describe('when it cannot be told', () => {
  test('the fallback is given', () => {
    const { client } = offline()
    expect([
      client.isEnabled('nothing', 'user-1'),
      client.isEnabled('nothing', 'user-1', true),
      client.isEnabled('ranker', 'user-1', true),
      client.get('checkout', 'user-1', 'text'),
      client.get('list', 'user-1', { items: 1 }),
      client.get('limits', 'user-1', []),
    ]).toEqual([false, true, true, 'text', { items: 1 }, []])
  })

  test('an unknown key is said once, with the nearest one', () => {
    const { client, log } = offline()
    for (const unit of ['a', 'b', 'c']) client.isEnabled('chekout', unit)
    expect(log.lines).toEqual(['warn: rampart: there is no flag "chekout"; did you mean "checkout"?'])
  })

  test('another type is said once', () => {
    const { client, log } = offline()
    for (const unit of ['a', 'b', 'c']) client.isEnabled('ranker', unit)
    expect(log.lines).toEqual(['warn: rampart: flag "ranker" gives no boolean, so that the fallback is used'])
  })

  test('a context without a unit, of a flag that is decided by unit, is said once, whichever way it is asked', () => {
    const asked = {
      isEnabled: (client: FlagClient, unit: Unit) => client.isEnabled('half', unit),
      get: (client: FlagClient, unit: Unit) => client.get('half', unit, true),
      details: (client: FlagClient, unit: Unit) => client.details('half', unit, true).value,
    }
    for (const ask of Object.values(asked)) {
      const { client, log } = offline()
      client.isEnabled('checkout', {})
      ask(client, 'ana')
      expect(log.lines).toEqual([])
      expect([ask(client, { userId: 'ana' }), ask(client, ''), client.peek('half', {}, true).value]).toEqual([
        false,
        false,
        false,
      ])
      expect(log.lines).toEqual([
        'warn: rampart: "half" is decided by unit, and the context that was asked for names none: it is in no rollout. ' +
          'Give a `targetingKey`, or the attribute that the flag goes by',
      ])
    }
  })

  test('a look is answered as the question is, and says nothing', () => {
    const { client, log } = offline()
    expect([
      client.peek('ranker', 'user-1', 'none').value,
      client.peek('ranker', 'user-1', 5).error?.code,
      client.for('user-1').peek('chekout', true),
    ]).toMatchObject(['bm25', 'type_mismatch', { value: true, error: { code: 'flag_not_found' } }])
    expect(log.lines).toEqual([])
  })

  test('details carry the error', () => {
    const { client } = offline()
    expect(client.details('chekout', 'user-1', true)).toEqual({
      value: true,
      reason: 'error',
      revision: 7,
      error: { code: 'flag_not_found', message: 'there is no flag "chekout"; did you mean "checkout"?' },
    })
  })

  test('before there is a configuration the code is not_ready', () => {
    const { client, log } = testClient({ transport: 'offline' })
    expect(client.details('checkout', 'user-1', true)).toEqual({
      value: true,
      reason: 'error',
      revision: 0,
      error: { code: 'not_ready', message: '"checkout" was asked for before there was a configuration' },
    })
    expect(log.lines).toEqual([])
  })

  test('neither a context that throws nor one that is none reaches the application', () => {
    const { client } = offline()
    const throwing = {
      get targetingKey(): string {
        throw new Error('no')
      },
    }
    // JavaScript applications do this.
    const nothing: unknown = undefined
    expect([
      client.isEnabled('half', throwing, true),
      client.isEnabled('half', nothing as string, true),
      client.for(nothing as string).isEnabled('half', true),
    ]).toEqual([true, true, true])
    client.count('checkout_error', throwing)
    client.observe('checkout_ms', nothing as string, Number.NaN)
  })
})

describe('overrides', () => {
  test('are given whatever the configuration says, also without one', () => {
    const { client } = offline({ overrides: { checkout: false, fresh: 'yes' } })
    expect([
      client.isEnabled('checkout', 'user-1'),
      client.get('fresh', 'user-1', 'no'),
      client.details('checkout', 'user-1', true),
      testClient({ transport: 'offline', overrides: { alone: true } }).client.isEnabled('alone', 'user-1'),
    ]).toEqual([false, 'yes', { value: false, reason: 'override', revision: 7 }, true])
  })

  test('of another type than the fallback are not given', () => {
    const { client } = offline({ overrides: { checkout: 'yes' } })
    expect(client.isEnabled('checkout', 'user-1', true)).toBe(true)
  })

  test('can come from the environment, which wins', () => {
    const { client } = testClient(
      { transport: 'offline', overrides: { a: 1, b: 1 } },
      { env: { RAMPART_OVERRIDES: 'b=2,c=text' } },
    )
    expect(client.all('user-1')).toEqual({ a: 1, b: 2, c: 'text' })
  })
})

describe('options', () => {
  test('that cannot be used are said and never thrown', async () => {
    const { client, log } = testClient({ url: 'flags.example.com', ...{ keys: 'x' } })
    expect(log.lines).toEqual([
      'warn: rampart: there is no option "keys"; did you mean "key"?',
      'warn: rampart: no server is asked: "flags.example.com" is not an address like https://flags.example.com',
      'warn: rampart: no server is asked: set the option "key" or RAMPART_SDK_KEY',
    ])
    expect(client.status).toBe('offline')
    expect(await client.ready()).toEqual({ status: 'failed', revision: 0, error: expect.any(Error) })
    expect(client.isEnabled('checkout', 'user-1', true)).toBe(true)
  })

  test('url and key come from the environment', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({}, { env: { RAMPART_URL: server.url, RAMPART_SDK_KEY: KEY } })
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  test('a server behind a path is found there', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    testClient({ url: `${server.url}/rampart/`, key: KEY, application: { name: 'shop', version: '2' } })
    await vi.waitFor(() =>
      expect(server.requests[0]).toMatchObject({
        path: '/rampart/sdk/v1/stream',
        query: { app: 'shop', version: '2', instance: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      }),
    )
  })

  test('overrides in production are announced loudly', () => {
    const { log } = testClient(
      { transport: 'offline', overrides: { checkout: true } },
      { env: { NODE_ENV: 'production' } },
    )
    expect(log.lines).toEqual([
      'warn: rampart: OVERRIDES IN PRODUCTION: checkout ignore the server, kill switch included',
    ])
  })
})

describe('a logger', () => {
  test('that throws disturbs nobody', () => {
    const fail = (): never => {
      throw new Error('no')
    }
    const { client } = offline({ logger: { debug: fail, info: fail, warn: fail, error: fail } })
    expect(client.isEnabled('nothing', 'user-1', true)).toBe(true)
  })
})

describe('a connected client', () => {
  test('is ready with the values of the server, and hears of changes by key', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout'), flag('other')]))
    const { client, log } = testClient({ url: server.url, key: KEY })
    const heard: unknown[] = []
    client.on('status', (change) => heard.push(change))
    client.on('ready', (readiness) => heard.push(readiness))
    client.on('change', (change) => heard.push(change))
    const ofCheckout: unknown[] = []
    client.onChange('checkout', (change) => ofCheckout.push(change))
    expect(client.status).toBe('starting')
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    server.send(patch(7, 8, [flag('checkout', { on: false })]))
    await vi.waitFor(() => expect(client.isEnabled('checkout', 'user-1')).toBe(false))
    server.send(patch(8, 9, [flag('other', { on: false })]))
    await vi.waitFor(() => expect(client.isEnabled('other', 'user-1')).toBe(false))
    expect(heard).toEqual([
      { from: 'starting', to: 'ready' },
      { status: 'ready', revision: 7 },
      { revision: 7, keys: ['checkout', 'other'] },
      { revision: 8, keys: ['checkout'] },
      { revision: 9, keys: ['other'] },
    ])
    expect(ofCheckout).toEqual([{ revision: 7 }, { revision: 8 }])
    expect(client.status).toBe('ready')
    expect(log.lines).toEqual([])
  })

  test('acknowledges what it holds at once', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout')]))
    const { client } = testClient({ url: server.url, key: KEY, application: { name: 'shop', version: '2' } })
    await client.ready()
    await vi.waitFor(() => expect(server.acks).toHaveLength(1))
    server.send(patch(7, 8, [flag('checkout', { killed: true })]))
    await vi.waitFor(() => expect(server.acks).toHaveLength(2))
    const instance = server.requests[0]?.query['instance']
    expect(server.acks).toEqual(
      [7, 8].map((revision) => ({
        format: 1,
        instance,
        sdk: { name: '@rampart/node', version: '0.1.0' },
        app: { name: 'shop', version: '2' },
        revision,
        appliedMsAgo: expect.any(Number),
      })),
    )
  })

  test('sends what was counted when it is closed', async () => {
    const server = await startTestServer(
      snapshot(7, [flag('checkout', { serve: { to: 1, rollout: [100, 0] } })], { watches: [] }),
    )
    const { client } = testClient({ url: server.url, key: KEY })
    await client.ready()
    client.isEnabled('checkout', 'user-1')
    client.isEnabled('checkout', 'user-2')
    client.isEnabled('nothing', 'user-2')
    client.get('checkout', 'user-1', 'text')
    client.all('user-1')
    client.count('order', 'user-1', 2)
    client.observe('checkout_ms', 'user-1', 120)
    client.track('order', 'user-1', { page: 'home' })
    client.for('user-1').track('paid', { value: 9 })
    await client.close()
    expect(server.batches).toEqual([
      {
        format: 1,
        batch: expect.stringMatching(/^[0-9a-f-]{36}$/),
        instance: server.requests[0]?.query['instance'],
        sdk: { name: '@rampart/node', version: '0.1.0' },
        revision: 7,
        spanMs: expect.any(Number),
        evaluations: [{ flag: 'checkout', variation: 'on', reason: 'default', n: 2 }],
        unknown: [{ flag: 'nothing', n: 1 }],
        errors: [{ flag: 'checkout', code: 'type_mismatch', n: 1 }],
        totals: [
          { metric: 'order', n: 3 },
          { metric: 'checkout_ms', n: 1, sum: 120, histogram: [[expect.any(Number), 1]] },
          { metric: 'paid', n: 1, sum: 9, histogram: [[expect.any(Number), 1]] },
        ],
      },
    ])
  })

  test('counts the units of a ramp by arm, with the sequence of the watch', async () => {
    const ramped = flag('checkout', { serve: { to: 1, rollout: [50, 0] } })
    const server = await startTestServer(snapshot(7, [ramped], { watches: [watch('checkout', 50)] }))
    const { client } = testClient({ url: server.url, key: KEY })
    await client.ready()
    const units = Array.from({ length: 20 }, (_, n) => `user-${n}`)
    const on = units.filter((unit) => client.isEnabled('checkout', unit))
    client.count('checkout_error', on[0] ?? '')
    await client.flush()
    expect(server.batches).toMatchObject([
      {
        watched: [
          {
            ramp: 'r_1',
            seq: 1,
            evaluations: { treatment: on.length, control: 20 - on.length },
            first: [{ metric: 'checkout_error', treatment: [expect.any(String)], control: [] }],
          },
        ],
      },
    ])
  })

  test('with metrics: false it sends no counts', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({ url: server.url, key: KEY, metrics: false })
    await client.ready()
    client.isEnabled('checkout', 'user-1')
    client.count('order', 'user-1')
    await client.close()
    expect(server.requests.map(({ path }) => path)).not.toContain('/sdk/v1/events')
  })

  test('a metric whose name is none is said once', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client, log } = testClient({ url: server.url, key: KEY })
    await client.ready()
    client.count('Checkout-Error', 'user-1')
    client.observe('Checkout-Error', 'user-1', 1)
    expect(log.lines).toEqual([
      'warn: rampart: "Checkout-Error" is no name of a metric: a-z, 0-9, _ and ., 64 at most; it is not counted',
    ])
  })
})

describe('listeners', () => {
  test('that throw or reject are logged and disturb neither the client nor each other', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client, log } = testClient({ url: server.url, key: KEY })
    const heard: string[] = []
    client.on('ready', () => {
      throw new Error('first')
    })
    client.on('ready', async () => {
      throw new Error('second')
    })
    client.on('ready', () => heard.push('third'))
    await client.ready()
    await vi.waitFor(() => expect(log.lines).toHaveLength(2))
    expect(heard).toEqual(['third'])
    expect(log.lines).toEqual([
      'error: rampart: a listener of "ready" failed: first',
      'error: rampart: a listener of "ready" failed: second',
    ])
  })

  test('end when they are taken back or their signal aborts', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout')]))
    const { client } = testClient({ url: server.url, key: KEY })
    await client.ready()
    const heard: string[] = []
    const abort = new AbortController()
    const unsubscribe = client.on('change', () => heard.push('taken back'))
    client.on('change', () => heard.push('aborted'), { signal: abort.signal })
    client.on('change', () => heard.push('never'), { signal: AbortSignal.abort() })
    client.on('change', () => heard.push('stays'))
    unsubscribe()
    abort.abort()
    server.send(patch(7, 8, [flag('checkout', { on: false })]))
    await vi.waitFor(() => expect(heard).toEqual(['stays']))
  })

  test('of an event that does not exist are told so', () => {
    const { client, log } = offline()
    client.on('changed' as 'change', () => undefined)()
    expect(log.lines).toEqual(['warn: rampart: there is no event "changed", only ready, change, status, error'])
  })
})

describe('closing', () => {
  test('is idempotent, and values stay as they are', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({ url: server.url, key: KEY })
    const statuses: string[] = []
    client.on('status', ({ to }) => {
      statuses.push(to)
      if (to === 'closed') void client.close()
    })
    await client.ready()
    const closing = client.close()
    expect(client.status).toBe('closed')
    expect(client.close()).toBe(closing)
    await closing
    await vi.waitFor(() => expect(server.streams).toBe(0))
    expect(statuses).toEqual(['ready', 'closed'])
    expect(client.isEnabled('checkout', 'user-1')).toBe(true)
    expect(await client.ready()).toEqual({
      status: 'stale',
      revision: 7,
      error: new Error('the client is closed'),
    })
  })

  test('ends in time when the server does not answer', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({
      url: server.url,
      key: KEY,
      fetch: (url, init) => (url.endsWith('/events') ? new Promise(() => {}) : fetch(url, init)),
    })
    await client.ready()
    client.isEnabled('checkout', 'user-1')
    const began = performance.now()
    await client.close({ timeout: 50 })
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  test('happens when the signal aborts', async () => {
    const abort = new AbortController()
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({ url: server.url, key: KEY, signal: abort.signal })
    await client.ready()
    abort.abort()
    expect(client.status).toBe('closed')
    await vi.waitFor(() => expect(server.streams).toBe(0))
  })

  test('of a client that has not begun begins nothing', async () => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const { client } = testClient({ url: server.url, key: KEY, signal: AbortSignal.abort() })
    expect(client.status).toBe('closed')
    await client.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.requests).toEqual([])
  })

  test('happens at the end of an `await using` block', async () => {
    const { client } = offline()
    await client[Symbol.asyncDispose]()
    expect(client.status).toBe('closed')
  })
})

test('a second client for the same key is warned about once, however many follow', async () => {
  const make = () => testClient({ url: 'http://127.0.0.1:9', key: 'rmp_srv_shared' })
  const logs = [make(), make(), make()].map(({ log }) => log.lines.filter((line) => line.includes('more than one')))
  expect(logs).toEqual([
    [],
    [
      'warn: rampart: more than one client is open for the same key, each with a connection of its own: make one and share it',
    ],
    [],
  ])
})

test('metrics are sent every 30 s as hinted, and every 2 s while a ramp watches', async () => {
  const clock = createTestClock()
  const server = await startTestServer(snapshot(7, [flag('checkout')], { hints: hints({ flushMs: 30_000 }) }))
  const { client } = testClient({ url: server.url, key: KEY }, { clock, random: () => 0.5 })
  clock.advance(0)
  await client.ready()
  expect(clock.timers).toContain(30_000)
  server.send(patch(7, 8, [], { upserts: { watches: [watch('checkout', 100)] } }))
  await vi.waitFor(() => expect(clock.timers).toContain(2_000))
})
