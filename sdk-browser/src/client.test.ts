import { compile, evaluate } from '@rampart/core'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { KEY, openClient, openPage } from './test-page.ts'
import { startTestServer } from './test-server.ts'
import { flag, patch, rolledOut, snapshot, valued } from './test-snapshots.ts'
import type { Unit } from './types.ts'

const NOWHERE = 'http://127.0.0.1:9'

const FLAGS = [
  flag('checkout'),
  rolledOut('half', 50),
  flag('killed', { killed: true }),
  valued('ranker', 'string', 'bm25'),
  valued('most', 'number', 5),
  valued('limits', 'json', { items: 10 }),
  valued('list', 'json', ['a']),
]

/** A client that holds FLAGS at revision 7 and reaches no server. */
function alone(context: Unit = 'ana') {
  const page = openPage()
  return { page, client: openClient(page, { url: NOWHERE, bootstrap: snapshot(7, FLAGS), context }) }
}

/** A client that is well connected to a server with FLAGS. */
async function connected(options: Partial<Parameters<typeof openClient>[1]> = {}) {
  const server = await startTestServer(snapshot(7, FLAGS))
  const page = openPage()
  const client = openClient(page, { url: server.url, ...options })
  await client.ready()
  return { server, page, client }
}

describe('asking', () => {
  test('isEnabled gives the value of a boolean flag', () => {
    const { client } = alone()
    expect([client.isEnabled('checkout'), client.isEnabled('killed')]).toEqual([true, false])
  })

  test('get gives the value of a flag of any type', () => {
    const { client } = alone()
    expect([
      client.get('ranker', 'none'),
      client.get('most', 1),
      client.get('limits', { items: 1 }),
      client.get('list', []),
      client.get('list', undefined),
    ]).toEqual(['bm25', 5, { items: 10 }, ['a'], ['a']])
  })

  test('without registered flags the type follows the fallback', () => {
    const { client } = alone()
    expectTypeOf(client.get('most', 1)).toEqualTypeOf<number>()
    expectTypeOf(client.get('ranker', 'none')).toEqualTypeOf<string>()
    expectTypeOf(client.details('checkout', false).value).toEqualTypeOf<boolean>()
    expectTypeOf(client.get('limits', { parcels: 3, to: ['DE'] })).toEqualTypeOf<{ parcels: number; to: string[] }>()
  })

  test('details say why', () => {
    const { client } = alone()
    expect(client.details('half', false)).toEqual({
      value: expect.any(Boolean),
      variation: expect.stringMatching(/^(on|off)$/),
      reason: 'rollout',
      rule: { id: 'everyone-else' },
      position: expect.any(Number),
      revision: 7,
    })
    expect(client.details('killed', true)).toEqual({ value: false, variation: 'off', reason: 'killed', revision: 7 })
  })

  test('the fallback is given when it cannot be told', () => {
    const { client } = alone()
    expect([
      client.isEnabled('nothing'),
      client.isEnabled('nothing', true),
      client.isEnabled('ranker', true),
      client.get('checkout', 'text'),
      client.get('list', { items: 1 }),
      client.get('limits', []),
    ]).toEqual([false, true, true, 'text', { items: 1 }, []])
  })

  test('why it could not be told is said once', () => {
    const { client, page } = alone()
    for (let n = 0; n < 3; n++) {
      client.isEnabled('chekout')
      client.isEnabled('ranker')
    }
    expect(page.log.lines).toEqual([
      'warn: rampart: chekout: flag not found, or pages are not told of it; the fallback is used',
      'warn: rampart: ranker: type mismatch; the fallback is used',
    ])
    expect(client.details('chekout', true)).toEqual({
      value: true,
      reason: 'error',
      revision: 7,
      error: {
        code: 'flag_not_found',
        message: 'chekout: flag not found, or pages are not told of it; the fallback is used',
      },
    })
  })

  test('before there is a configuration the code is not_ready', () => {
    const page = openPage()
    const client = openClient(page, { url: NOWHERE })
    expect(client.details('checkout', true)).toMatchObject({ value: true, revision: 0, error: { code: 'not_ready' } })
    expect([client.status, page.log.lines]).toEqual(['starting', []])
  })

  test('neither a context that throws nor one that is none reaches the page', () => {
    const throwing = {
      get targetingKey(): string {
        throw new Error('no')
      },
    }
    for (const context of [throwing, null, 7] as Unit[]) {
      const { client } = alone(context)
      expect(client.details('half', true)).toMatchObject({ value: true, error: { code: 'invalid_context' } })
      client.count('order')
      client.observe('checkout_ms', 12)
    }
  })
})

describe('whoever looks at the page', () => {
  const half = compile(snapshot(7, FLAGS))
  const units = ['ana', 'ben', 'cem', 'dan', 'eva', 'fay']
  const unitWith = (value: boolean) => units.find((unit) => evaluate(half, 'half', unit).value === value) ?? ''
  const inside = unitWith(true)
  const outside = unitWith(false)

  test('can be another one, who gets their own answers at once', () => {
    const { client } = alone(inside)
    void client.identify({ targetingKey: outside })
    expect(client.isEnabled('half')).toBe(false)
    void client.identify(inside)
    expect(client.isEnabled('half')).toBe(true)
  })

  test('the last call wins, and every promise tells how the client is', async () => {
    const { client } = await connected({ context: inside })
    const both = Promise.all([client.identify(outside), client.identify(inside)])
    expect(client.isEnabled('half')).toBe(true)
    const ready = { status: 'ready', revision: 7 }
    expect([await both, client.isEnabled('half')]).toEqual([[ready, ready], true])
  })

  test('hears which answers are other ones for them, and of nothing when none is', () => {
    const { client } = alone(inside)
    const changes = vi.fn()
    client.on('change', changes)
    void client.identify(outside)
    void client.identify({ targetingKey: outside, plan: 'pro' })
    expect(changes.mock.calls).toEqual([[{ revision: 7, keys: ['half'] }]])
  })
})

describe('changes', () => {
  test('arrive without a reload', async () => {
    const { client, server } = await connected()
    server.send(patch(7, 8, [flag('checkout', { on: false })]))
    await vi.waitFor(() => expect(client.isEnabled('checkout')).toBe(false))
    expect(client.details('checkout', true)).toMatchObject({ reason: 'off', revision: 8 })
  })

  test('are told with the flags whose answers are other ones', async () => {
    const { client, server } = await connected()
    const changes = vi.fn()
    client.on('change', changes)
    server.send(patch(7, 8, [flag('checkout', { on: false }), valued('most', 'number', 5), flag('new')]))
    await vi.waitFor(() => expect(changes.mock.calls).toEqual([[{ revision: 8, keys: ['checkout', 'new'] }]]))
  })

  test('that are none for whoever looks at the page are not told', async () => {
    const { client, server } = await connected()
    const changes = vi.fn()
    client.on('change', changes)
    const { position = 0 } = client.details('half', false)
    const justNot = Math.floor((position / 2 ** 32) * 100_000) / 1_000
    server.send(patch(7, 8, [rolledOut('half', justNot > 50 ? justNot : 50 + justNot)]))
    server.send(patch(8, 9, [flag('checkout', { killed: true })]))
    await vi.waitFor(() => expect(changes.mock.calls).toEqual([[{ revision: 9, keys: ['checkout'] }]]))
  })

  test('can be subscribed to by flag, and no longer', async () => {
    const { client, server } = await connected()
    const heard: string[] = []
    client.subscribe(['checkout', 'nothing'], () => heard.push('checkout'))
    client.subscribe('all', () => heard.push('all'))
    const unsubscribe = client.subscribe(['most'], () => heard.push('most'))
    server.send(patch(7, 8, [valued('most', 'number', 6)]))
    await vi.waitFor(() => expect(heard).toEqual(['all', 'most']))
    unsubscribe()
    server.send(patch(8, 9, [valued('most', 'number', 7), flag('checkout', { on: false })]))
    await vi.waitFor(() => expect(heard).toEqual(['all', 'most', 'checkout', 'all']))
  })

  test('are heard by everybody, whatever one listener does', async () => {
    const { client, server, page } = await connected()
    const last = vi.fn()
    client.on('change', () => {
      throw new Error('a page’s own mistake')
    })
    client.on('change', () => Promise.reject(new Error('later')))
    client.on('change', last)
    server.send(patch(7, 8, [flag('new')]))
    await vi.waitFor(() => expect(last).toHaveBeenCalledOnce())
    await vi.waitFor(() =>
      expect(page.log.lines).toEqual([
        'error: rampart: a listener failed: a page’s own mistake',
        'error: rampart: a listener failed: later',
      ]),
    )
  })

  test('may be answered by asking, by counting and by closing', async () => {
    const { client, server } = await connected()
    const closed = new Promise<boolean>((resolve) => {
      client.on('change', () => {
        const isOn = client.isEnabled('checkout')
        void client.close().then(() => resolve(isOn))
      })
    })
    server.send(patch(7, 8, [flag('checkout', { on: false })]))
    expect([await closed, client.status]).toEqual([false, 'closed'])
  })

  test('are not shown while updates are frozen, except for a kill; the next page has them', async () => {
    const { client, server, page } = await connected({ updates: 'frozen' })
    const changes = vi.fn()
    client.on('change', changes)
    server.send(patch(7, 8, [valued('most', 'number', 6)]))
    server.send(patch(8, 9, [flag('checkout', { killed: true })], { urgent: true }))
    await vi.waitFor(() => expect(changes.mock.calls).toEqual([[{ revision: 9, keys: ['checkout'] }]]))
    expect([client.get('most', 0), client.isEnabled('checkout')]).toEqual([5, false])
    await client.close()
    const next = openClient(page, { url: server.url, updates: 'frozen' })
    expect([next.get('most', 0), next.isEnabled('checkout')]).toEqual([6, false])
  })
})

const NO_BOOTSTRAP = 'error: rampart: the bootstrap is not used: it is none for pages'

describe('before the server is heard', () => {
  test('a bootstrap answers at once, whatever an older page has left', async () => {
    const { page, client: first } = await connected()
    await first.close()
    const bootstrap = snapshot(3, [valued('most', 'number', 3)])
    const client = openClient(page, { url: NOWHERE, bootstrap })
    expect(client.details('most', 0)).toMatchObject({ value: 3, revision: 3 })
  })

  test('the configuration of the last page answers', async () => {
    const { page, client: first } = await connected()
    await first.close()
    expect([...page.stored.keys()]).toEqual([`local rampart ${KEY}`])
    expect(openClient(page, { url: NOWHERE }).get('most', 0)).toBe(5)
    expect(openClient(page, { url: NOWHERE, cache: 'session' }).get('most', 0)).toBe(0)
    expect(openClient(page, { url: NOWHERE, cache: 'none' }).get('most', 0)).toBe(0)
    expect(openClient(page, { url: NOWHERE, key: 'rmp_pub_other' }).get('most', 0)).toBe(0)
  })

  test('a bootstrap that cannot be used is said, and one that is for servers is not used', () => {
    const page = openPage()
    const broken = { format: 2 } as unknown as ReturnType<typeof snapshot>
    expect(openClient(page, { url: NOWHERE, bootstrap: broken }).get('most', 0)).toBe(0)
    const secret = snapshot(7, FLAGS, { audience: 'server' })
    expect(openClient(page, { url: NOWHERE, bootstrap: secret }).get('most', 0)).toBe(0)
    expect(page.log.lines).toEqual([NO_BOOTSTRAP, NO_BOOTSTRAP])
  })

  test('what there is no room for takes what is older away: a flag that was killed since is not on again', async () => {
    const { page, client: first } = await connected()
    await first.close()
    const server = await startTestServer(snapshot(8, [...FLAGS, flag('checkout', { killed: true })]))
    page.room = 100
    const second = openClient(page, { url: server.url })
    await second.ready()
    await second.close()
    expect([openClient(page, { url: NOWHERE }).details('checkout', false).error?.code, page.log.lines]).toEqual([
      'not_ready',
      [],
    ])
  })

  test.each([
    ['storage that is refused', (page: ReturnType<typeof openPage>) => (page.refusesStorage = true)],
    ['a damaged entry', (page: ReturnType<typeof openPage>) => page.stored.set(`local rampart ${KEY}`, '{"format":1,')],
  ])('%s costs the head start and nothing else', async (_, spoil) => {
    const server = await startTestServer(snapshot(7, FLAGS))
    const page = openPage()
    spoil(page)
    const client = openClient(page, { url: server.url })
    expect(client.get('most', 0)).toBe(0)
    await client.ready()
    expect([client.get('most', 0), page.log.lines]).toEqual([5, []])
  })
})

describe('options that cannot be used', () => {
  const NO_SERVER = 'error: rampart: no server is asked: a client needs the `url` of one and a client `key` (rmp_pub_…)'

  test.each([
    ['no address', { url: '' }],
    ['an address that is none', { url: 'http://' }],
    ['no key', { url: NOWHERE, key: '' }],
    ['a server key, which would be read by everybody', { url: NOWHERE, key: 'rmp_srv_secret' }],
  ])('%s: said, and nobody is asked', async (_, options) => {
    const page = openPage()
    const client = openClient(page, options)
    expect([client.isEnabled('checkout', true), client.status]).toEqual([true, 'offline'])
    expect(await client.ready()).toEqual({ status: 'failed', revision: 0 })
    await client.flush()
    expect([page.log.lines, page.fetched]).toEqual([[NO_SERVER], []])
  })

  test('a logger that throws does not reach the page', () => {
    const page = openPage()
    const logger = new Proxy(page.log, {
      get: () => () => {
        throw new Error('no')
      },
    })
    expect(openClient(page, { url: '', logger }).isEnabled('checkout', true)).toBe(true)
  })
})

test('what is overridden is no exposure, and what is not named is not overridden', async () => {
  const { client, server } = await connected({ overrides: { checkout: false, half: 'a text' } as never })
  expect(client.details('checkout', true)).toMatchObject({ value: false, reason: 'override' })
  expect(client.details('half', true)).toMatchObject({ value: true, error: { code: 'type_mismatch' } })
  expect(client.details('toString', false).reason).toBe('error')
  expect(client.isEnabled('killed')).toBe(false)
  await client.flush()
  expect(server.batches.map(({ evaluations }) => evaluations.map(({ flag, n }) => [flag, n]))).toEqual([
    [['killed', 1]],
  ])
})
