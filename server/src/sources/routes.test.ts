import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'
import { jsonServer } from './testing/json-server.ts'

const MAIN = { project: 'shop', source: 'main' } as const
const METRIC = { project: 'shop', metric: 'http_5xx' } as const
const PROMETHEUS = { kind: 'prometheus', url: 'https://prometheus.example.com/base' } as const
const PASSWORD = 'correct horse battery staple'

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, errors, detail } = error.problem
    return { status, code, detail, errors }
  }
}

describe('a metric source', () => {
  test('is created, edited and removed, and each is in the audit', async () => {
    const { api } = await shopServer()
    const made = await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    const item = {
      key: 'main',
      kind: 'prometheus',
      url: 'https://prometheus.example.com/base',
      auth: { kind: 'none' },
      ca: null,
      every: 'PT15S',
      timeout: 'PT10S',
      version: 1,
    }
    expect(made.body.item).toEqual(item)
    expect((await api.listMetricSources({ params: MAIN })).body.items).toEqual([item])
    const again = await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    expect(again.body).toEqual({ item, revision: null, auditId: made.body.auditId })
    const edited = await api.putMetricSource({ params: MAIN, body: { ...PROMETHEUS, every: '1m', timeout: '5s' } })
    expect(edited.body.item).toMatchObject({ every: 'PT1M', timeout: 'PT5S', version: 2 })
    expect(await problemOf(api.putMetricSource({ params: MAIN, body: PROMETHEUS, ifMatch: 1 }))).toMatchObject({
      status: 412,
    })
    await api.deleteMetricSource({ params: MAIN })
    expect(await problemOf(api.getMetricSource({ params: MAIN }))).toMatchObject({ status: 404 })
    const audit = await api.listAudit({ params: MAIN, query: { subject: 'metric-source', key: 'main' } })
    expect(audit.body.items.map(({ action, words }) => [action, words])).toEqual([
      ['metric_source.deleted', 'Metric source main was removed.'],
      ['metric_source.edited', 'Metric source main was edited: prometheus at prometheus.example.com.'],
      ['metric_source.created', 'Metric source main was created: prometheus at prometheus.example.com.'],
    ])
  })

  test('tells its secret to nobody: no answer has it, and no entry of the audit', async () => {
    const { api, call, folder } = await shopServer()
    const basic = { kind: 'basic', user: 'rampart', password: PASSWORD } as const
    const made = await api.putMetricSource({ params: MAIN, body: { ...PROMETHEUS, auth: basic } })
    expect(made.body.item.auth).toEqual({ kind: 'basic', user: 'rampart' })
    const said = await Promise.all(
      ['/metric-sources', '/metric-sources/main', '/audit'].map((path) => call('GET', `/api/v1/projects/shop${path}`)),
    )
    expect(JSON.stringify([made.body, said.map(({ body }) => body)])).not.toContain('horse')
    // it has to be sent as it is, so it is stored as it is: the file is the server's alone
    const files = ['rampart.db', 'rampart.db-wal'].map((name) => readFileSync(join(folder, name)).toString('latin1'))
    expect(files.join('')).toContain(PASSWORD)
  })

  test('keeps a secret that an edit leaves out, unless it would then be sent elsewhere', async () => {
    const { api, store } = await shopServer()
    const bearer = { ...PROMETHEUS, auth: { kind: 'bearer', token: PASSWORD } } as const
    await api.putMetricSource({ params: MAIN, body: bearer })
    const keeps = { ...PROMETHEUS, auth: { kind: 'bearer' }, every: '30s' } as const
    await api.putMetricSource({ params: MAIN, body: keeps })
    expect((await store.metricSources('shop'))[0]?.secret).toBe(PASSWORD)
    const elsewhere = { ...keeps, url: 'https://mine.example.com/base' }
    expect(await problemOf(api.putMetricSource({ params: MAIN, body: elsewhere }))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/auth/token', message: expect.stringContaining('needed again') }],
    })
    expect(await problemOf(api.putMetricSource({ params: { ...MAIN, source: 'new' }, body: keeps }))).toMatchObject({
      errors: [{ pointer: '/auth/token', message: 'is needed' }],
    })
    await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    expect((await store.metricSources('shop'))[0]?.secret).toBeNull()
  })

  test.each([
    [{ url: 'https://user:pw@prometheus.example.com' }, '/url'],
    [{ url: 'file:///etc/passwd' }, '/url'],
    [{ every: '500ms' }, '/every'],
    [{ timeout: '61s' }, '/timeout'],
    [{ timeout: '0s' }, '/timeout'],
    [{ kind: 'graphite' }, '/kind'],
  ])('with %j is refused', async (over, pointer) => {
    const { call } = await shopServer()
    const answer = await call('PUT', '/api/v1/projects/shop/metric-sources/main', { body: { ...PROMETHEUS, ...over } })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })

  test('is changed by who administers the project, tried by who writes, and seen by who reads', async () => {
    const { api, clientWith } = await shopServer()
    await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    const [reader, writer] = [await clientWith('read@shop'), await clientWith('write@shop')]
    expect((await reader.getMetricSource({ params: MAIN })).body.key).toBe('main')
    expect(await problemOf(reader.testMetricSource({ params: MAIN, body: {} }))).toMatchObject({ status: 403 })
    expect(await problemOf(writer.putMetricSource({ params: MAIN, body: PROMETHEUS }))).toMatchObject({ status: 403 })
    expect(await problemOf(writer.deleteMetricSource({ params: MAIN }))).toMatchObject({ status: 403 })
  })
})

describe('the test of a source', () => {
  test('says what came back for a guard', async () => {
    const { api } = await shopServer()
    const { url, asked } = await jsonServer({ json: { on: { bad: 3, all: 40 }, off: { bad: 9, all: 900 } } })
    const auth = { kind: 'bearer', token: PASSWORD } as const
    await api.putMetricSource({ params: MAIN, body: { kind: 'http', url, auth } })
    const source = { kind: 'http', name: 'main', url: '/figures', events: '/{arm}/bad', total: '/{arm}/all' } as const
    const { body } = await api.testMetricSource({ params: MAIN, body: { source } })
    const words = 'treatment 3 of 40; control 9 of 900'
    expect(body).toEqual({ ok: true, words, tookMs: 0, asked: [{ query: '/figures', words }] })
    expect(asked.map((one) => [one.url, one.headers.authorization])).toEqual([['/figures', `Bearer ${PASSWORD}`]])
  })

  test('says how it failed', async () => {
    const { api } = await shopServer()
    const peer = await jsonServer({ status: 401 })
    const { url } = peer
    await api.putMetricSource({ params: MAIN, body: { kind: 'prometheus', url, timeout: '100ms' } })
    const words = async () => (await api.testMetricSource({ params: MAIN, body: {} })).body.words
    expect(await words()).toBe('main answered 401: its credential is missing or not allowed')
    peer.behave('stall')
    expect(await words()).toBe(`${new URL(url).host} did not answer within 0.1 s`)
    peer.behave({ text: '<html>' })
    expect(await words()).toBe('main: it answered 200 with something that is not JSON')
    peer.behave({ json: { status: 'success', data: { resultType: 'vector', result: [] } } })
    expect(await words()).toBe('it answers')
  })

  test('does not reach into private networks that nobody has opened', async () => {
    const { api } = await shopServer()
    await api.putMetricSource({ params: MAIN, body: { kind: 'http', url: 'http://169.254.169.254/latest/meta-data' } })
    const { body } = await api.testMetricSource({ params: MAIN, body: {} })
    expect(body).toMatchObject({ ok: false, words: expect.stringContaining('169.254.169.254 is a private address') })
  })

  test('is of the source that is named', async () => {
    const { api } = await shopServer()
    await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    const source = { kind: 'prometheus', name: 'other', events: 'a', total: 'b', armLabel: 'arm' } as const
    expect(await problemOf(api.testMetricSource({ params: MAIN, body: { source } }))).toMatchObject({
      errors: [{ pointer: '/source/name' }],
    })
    expect(await problemOf(api.testMetricSource({ params: { ...MAIN, source: 'mian' }, body: {} }))).toMatchObject({
      status: 404,
    })
  })
})

describe('the metric catalogue', () => {
  test('says what a metric means, in full or in part', async () => {
    const { api } = await shopServer()
    const made = await api.putMetricDefinition({
      params: METRIC,
      body: { direction: 'down', owner: 'ops', description: 'Answers of 500 and above', source: { kind: 'pushed' } },
    })
    expect(made.body.item).toEqual({
      metric: 'http_5xx',
      unit: '',
      direction: 'down',
      owner: 'ops',
      description: 'Answers of 500 and above',
      defaultLimit: null,
      source: { kind: 'pushed' },
      version: 1,
    })
    const edited = await api.putMetricDefinition({ params: METRIC, body: { direction: 'down', owner: null } })
    expect(edited.body.item).toEqual({ ...made.body.item, owner: null, version: 2 })
    const again = await api.putMetricDefinition({ params: METRIC, body: { direction: 'down' } })
    expect(again.body).toMatchObject({ item: { version: 2 }, revision: null, auditId: edited.body.auditId })
    expect((await api.listMetricDefinitions({ params: METRIC })).body.items).toEqual([edited.body.item])
    await api.deleteMetricDefinition({ params: METRIC })
    expect((await api.listMetricDefinitions({ params: METRIC })).body.items).toEqual([])
  })

  test('names only sources that there are', async () => {
    const { api } = await shopServer()
    await api.putMetricSource({ params: MAIN, body: PROMETHEUS })
    const source = { kind: 'prometheus', name: 'mian', events: 'a', total: 'b', armLabel: 'arm' } as const
    expect(
      await problemOf(api.putMetricDefinition({ params: METRIC, body: { direction: 'down', source } })),
    ).toMatchObject({
      status: 422,
      errors: [{ pointer: '/source/name', nearest: 'main' }],
    })
  })
})
