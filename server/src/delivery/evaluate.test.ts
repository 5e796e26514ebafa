import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, test } from 'vitest'
import type { Write } from '../store/store.ts'
import { read } from './test-reader.ts'
import { change, config, flag, segment, startTestServer } from './test-server.ts'

/** A server with a flag that pages may have, on for half of them. */
async function started() {
  const server = await startTestServer()
  const serve = { variation: 'on', rollout: { percent: 50, otherwise: 'off' } }
  await change(
    server.store,
    [
      { put: 'flag', flag: flag('banner', { clientSide: true }) },
      { put: 'config', config: config('banner', { everyoneElse: serve }) },
    ],
    { flags: ['banner'] },
  )
  const ask = (body: unknown, { key = server.keys.client, tag }: { key?: string; tag?: string } = {}) =>
    fetch(server.url + SDK_PATHS.evaluate, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(tag && { 'if-none-match': tag }),
      },
      body: JSON.stringify(body),
    })
  return { ...server, ask }
}

const values = async (response: Response) => (await response.json()) as { values: { key: string; value: unknown }[] }

test('a page gets the values of client-side flags, with their reasons and without a rule', async () => {
  const { ask } = await started()
  const answered = await ask({ context: { targetingKey: 'ana' } })
  expect(await answered.json()).toEqual({
    format: 1,
    revision: 2,
    values: [
      {
        key: 'banner',
        value: expect.any(Boolean),
        variation: expect.stringMatching(/^(on|off)$/),
        reason: 'rollout',
        rule: 'everyone-else',
      },
    ],
  })
})

test('a server that makes a page gets no more than the page would, and the rules when it asks for them', async () => {
  const { ask, keys } = await started()
  const answered = await values(await ask({ context: {}, rules: true }, { key: keys.server }))
  expect(answered).toMatchObject({ values: [{ key: 'banner' }], snapshot: { audience: 'client', revision: 2 } })
})

test('the tag is of what this context receives', async () => {
  const { ask } = await started()
  const first = await ask({ context: { targetingKey: 'u0' } })
  const tag = first.headers.get('etag') ?? ''
  const { values: told } = await values(first)
  const same = await ask({ context: { targetingKey: 'u0', plan: 'pro' } }, { tag: `W/${tag}, "x"` })
  expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', tag])
  for (let n = 1; n < 20; n++) {
    const other = await ask({ context: { targetingKey: `u${n}` } }, { tag })
    const isSame = other.status === 304
    if (!isSame) expect((await values(other)).values[0]?.value).not.toBe(told[0]?.value)
  }
})

test.each([[{ context: 'ana' }], [{ context: [] }], [[]], ['ana']])('%j is refused', async (body) => {
  const { ask } = await started()
  const answered = await ask(body)
  expect([answered.status, (await answered.json()).code]).toEqual([422, 'invalid'])
})

test('a page without rules hears that something changed, and what, when it may know of it', async () => {
  const { url, store, keys } = await started()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.client, query: '?mode=remote' })
  await stream.find(({ event }) => event === 'changed')
  const current = await read(url + SDK_PATHS.stream, { key: keys.client, query: '?mode=remote', held: 2 })
  await current.find(({ event }) => event === 'ping')
  await change(store, [{ put: 'config', config: config('checkout', { on: false }) }], { flags: ['checkout'] })
  await change(store, [{ put: 'config', config: config('banner', { on: false }) }], { flags: ['banner'], urgent: true })
  await stream.find(({ id }) => id === '4')
  expect(stream.events).toEqual([
    { id: '2', event: 'changed', data: { revision: 2, keys: [] } },
    { id: '4', event: 'changed', data: { revision: 4, keys: ['banner'], urgent: true } },
  ])
  await current.find(({ id }) => id === '4')
})

/** A flag whose rules no page may know: a pattern, a part of a private value, a list of ids, and a flag that is told to nobody. */
async function withSecret() {
  const server = await started()
  const when = {
    any: [
      { attribute: 'email', operator: 'ends with', operand: ['@corp.test'] },
      { attribute: 'plan', operator: 'matches', operand: '(?i)enter.*' },
      { segment: 'staff' },
    ],
  } as const
  const rules = [{ id: 'r', name: null, paused: false, when, serve: { variation: 'on' } }]
  const prerequisites = [{ flag: 'base', variations: ['on'] }]
  await change(
    server.store,
    [
      { put: 'segment', project: 'shop', segment: segment('staff', { included: ['acc-1'] }) },
      { put: 'flag', flag: flag('base') },
      { put: 'config', config: config('base', { everyoneElse: { variation: 'on' } }) },
      { put: 'flag', flag: flag('secret', { clientSide: true, remoteOnly: true }) },
      { put: 'config', config: config('secret', { rules, prerequisites }) },
    ],
    { flags: ['base', 'secret'], segments: ['staff'] },
  )
  return server
}

test('of a remote-only flag pages get the values, and its rules stay on the server', async () => {
  const { ask, url, keys } = await withSecret()
  const valueFor = async (context: object) =>
    (await values(await ask({ context }))).values.find(({ key }) => key === 'secret')
  expect(await valueFor({ email: 'ana@corp.test' })).toMatchObject({ value: true, reason: 'rule', rule: 'r' })
  expect(await valueFor({ plan: 'Enterprise' })).toMatchObject({ value: true })
  expect(await valueFor({ targetingKey: 'acc-1' })).toMatchObject({ value: true })
  expect(await valueFor({ targetingKey: 'acc-2' })).toMatchObject({ value: false, reason: 'default' })

  const headers = { authorization: `Bearer ${keys.client}` }
  const snapshot = await (await fetch(url + SDK_PATHS.snapshot, { headers })).text()
  const withRules = await (await ask({ context: {}, rules: true })).text()
  const bulk = await (await ask({ context: {} })).text()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.client })
  await stream.find(({ event }) => event === 'put')
  for (const text of [snapshot, withRules, stream.text]) {
    expect(text).toContain('banner')
    expect(text).not.toMatch(/secret|base|staff|corp|enter/)
  }
  // The values name no flag that is told to nobody.
  expect(bulk).not.toMatch(/base|staff|corp|enter/)
})

test('a page without rules hears of a remote-only flag and of what decides it, whose name it is not told', async () => {
  const { url, store, keys } = await withSecret()
  const stream = await read(url + SDK_PATHS.stream, { key: keys.client, query: '?mode=remote' })
  const local = await read(url + SDK_PATHS.stream, { key: keys.client })
  await Promise.all([stream.find(({ id }) => id === '3'), local.find(({ id }) => id === '3')])
  const changed = async (write: Write, touched: object) => {
    const revision = await change(store, [write], { ...touched, urgent: true })
    // What comes together goes out together.
    await stream.find(({ id }) => id === String(revision))
  }
  await changed({ put: 'config', config: config('secret', { on: false }) }, { flags: ['secret'] })
  const asking = config('secret', { prerequisites: [{ flag: 'base', variations: ['on'] }] })
  await changed({ put: 'config', config: asking }, { flags: ['secret'] })
  await changed({ put: 'config', config: config('base', { on: false }) }, { flags: ['base'] })
  await change(store, [{ put: 'config', config: config('checkout', { on: false }) }], { flags: ['checkout'] })
  await changed({ put: 'flag', flag: flag('secret', { version: 2 }) }, { flags: ['secret'] })
  expect(stream.events.map(({ id, data }) => [id, (data as { keys: string[] }).keys])).toEqual([
    ['3', []],
    ['4', ['secret']],
    ['5', ['secret']],
    // Pages that are frozen take at once what they are told by name: a kill of what decides a flag is one of that flag.
    ['6', ['secret']],
    ['8', ['secret']],
  ])
  expect(local.events.map(({ event }) => event)).toEqual(['put'])
})
