import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Evidence } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { listen } from '../listen.ts'
import { noteBackup } from '../store/sqlite/last-backup.ts'
import { CONFIG, shopServer, type TestServer } from '../test-server.ts'
import { createLastEvidence } from './last-evidence.ts'
import { createMetrics } from './registry.ts'

const NOTHING = { streams: { server: 0, client: 0, management: 0 }, environments: [], ramps: [] }
const metricsOf = (observed = NOTHING) => createMetrics('1.2.3', () => Promise.resolve(observed))

/** The lines of one metric, without comments. */
function lines(text: unknown, name: string): readonly string[] {
  return String(text)
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
}

async function scrape({ call }: Pick<TestServer, 'call'>): Promise<string> {
  return String((await call('GET', '/metrics')).body)
}

test('docs/metrics.md lists exactly what is counted, with its kind and labels', () => {
  const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| `([a-z_]+)` \| ([a-z]+) \|([^|]*)\| .{10,} \|$/gm)]
  const listed = rows.map(([, name, kind, labels = '']) => ({
    name,
    kind,
    labels: [...labels.matchAll(/`([a-z]+)`/g)].map(([, label]) => label),
  }))
  expect(listed).toEqual(metricsOf().described())
})

describe('what is counted', () => {
  test('is told in the format of Prometheus', async () => {
    const metrics = metricsOf()
    metrics.answered({ method: 'GET', route: '/healthz', status: 200, seconds: 0.02 })
    metrics.rolledBack('guard')
    const { contentType, body } = await metrics.text()
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(lines(body, 'http_server_request_duration_seconds_count')).toEqual([
      'http_server_request_duration_seconds_count{method="GET",route="/healthz",status="200"} 1',
    ])
    expect(lines(body, 'rampart_rollbacks_total')).toEqual(['rampart_rollbacks_total{cause="guard"} 1'])
    expect(lines(body, 'rampart_build_info')).toEqual(['rampart_build_info{version="1.2.3"} 1'])
  })

  test('of evaluations has a thousand lines at most, and loses nothing', async () => {
    const metrics = metricsOf()
    const place = { project: 'shop', environment: 'production', variation: 'on' }
    for (let n = 0; n < 1_500; n += 1) metrics.evaluated({ ...place, flag: `f_${n}` }, 2)
    metrics.evaluated({ ...place, flag: 'f_0' }, 5)
    const told = lines((await metrics.text()).body, 'rampart_evaluations_total')
    expect(told).toHaveLength(1_001)
    expect(told).toContain(
      'rampart_evaluations_total{project="shop",environment="production",flag="f_0",variation="on"} 7',
    )
    expect(told).toContain(
      'rampart_evaluations_total{project="other",environment="other",flag="other",variation="other"} 1000',
    )
  })

  test('of what is gone is not told any more', async () => {
    let observed = { ...NOTHING, ramps: [rampOf('running')] }
    const metrics = createMetrics('1.2.3', () => Promise.resolve(observed))
    expect(lines((await metrics.text()).body, 'rampart_ramp_state')).toHaveLength(1)
    observed = { ...NOTHING, ramps: [rampOf('paused')] }
    expect(lines((await metrics.text()).body, 'rampart_ramp_state')).toEqual([
      'rampart_ramp_state{project="shop",environment="production",flag="checkout",state="paused"} 1',
    ])
  })
})

function rampOf(state: string) {
  return { project: 'shop', environment: 'production', flag: 'checkout', state, percent: 10, guards: [] }
}

describe('a server', () => {
  test('counts answers by the pattern of their address', async () => {
    const server = await shopServer()
    const { call } = server
    await call('GET', CONFIG)
    await call('GET', '/nothing/of/that/name')
    await call('GET', '/api/v1/nothing')
    await call('POST', '/k/rmp_kill_secret')
    await call('BREW', '/healthz')
    const durations = lines(await scrape(server), 'http_server_request_duration_seconds_count').join('\n')
    expect(durations).toContain('route="/api/v1/projects/:project/environments/:environment/flags/:flag",status="200"')
    expect(durations).toContain('route="/k/:secret",status="404"')
    expect(durations).toContain('method="OTHER"')
    expect(durations).not.toMatch(/nothing|rmp_kill|BREW/)
  })

  test('tells the revision of each environment, who is connected, and what was reported', async () => {
    const server = await shopServer()
    const { api, call } = server
    const params = { project: 'shop', environment: 'production' }
    const { secret } = (await api.createSdkKey({ params, body: { kind: 'server', name: 'shop' } })).body
    await call('GET', '/sdk/v1/snapshot?instance=i-1', { token: secret, headers: { 'if-none-match': '"2"' } })
    await call('POST', '/sdk/v1/events', { token: secret, body: batch() })
    await call('POST', '/sdk/v1/events', { token: secret, body: batch() })
    const text = await scrape(server)
    const place = 'project="shop",environment="production"'
    expect(lines(text, 'rampart_config_revision')).toContain(`rampart_config_revision{${place}} 2`)
    expect(lines(text, 'rampart_sdk_instances')).toContain(`rampart_sdk_instances{${place},state="current"} 1`)
    expect(lines(text, 'rampart_evaluations_total')).toEqual([
      `rampart_evaluations_total{${place},flag="checkout",variation="off"} 3`,
    ])
    expect(lines(text, 'rampart_events_ingested_total')).toEqual([
      'rampart_events_ingested_total{outcome="added"} 1',
      'rampart_events_ingested_total{outcome="duplicate"} 1',
    ])
    expect(text).toContain('rampart_db_seconds_count{command="addAllCounts"} 2')
  })

  test('tells how long a change took to those who were there', async () => {
    const server = await shopServer()
    const { api, call, advance } = server
    const params = { project: 'shop', environment: 'production' }
    const { secret } = (await api.createSdkKey({ params, body: { kind: 'server', name: 'shop' } })).body
    const poll = (instance: string, revision: number) =>
      call('GET', `/sdk/v1/snapshot?instance=${instance}`, {
        token: secret,
        headers: { 'if-none-match': `"${revision}"` },
      })
    await poll('i-1', 2)
    await api.switchFlag({ params: { ...params, flag: 'checkout' }, body: { on: true } })
    advance(2_000)
    await poll('i-2', 3)
    await poll('i-1', 3)
    await poll('i-1', 3)
    const text = await scrape(server)
    expect(lines(text, 'rampart_propagation_seconds_count')).toEqual(['rampart_propagation_seconds_count 1'])
    expect(lines(text, 'rampart_propagation_seconds_sum')).toEqual(['rampart_propagation_seconds_sum 2'])
  })

  test('tells each ramp while it runs, and why it was taken back', async () => {
    const server = await shopServer()
    const { api } = server
    const params = { project: 'shop', environment: 'production', flag: 'checkout' }
    await api.setRollout({ params, body: { percent: 0, variation: 'on' } })
    await api.switchFlag({ params, body: { on: true } })
    const body = { steps: '10%:10m,100%', guards: ['checkout_error'], allowNewMetric: true }
    const { item } = (await api.startRamp({ params, body })).body
    const place = 'project="shop",environment="production",flag="checkout"'
    const during = await scrape(server)
    expect(lines(during, 'rampart_ramp_state')).toEqual([`rampart_ramp_state{${place},state="running"} 1`])
    expect(lines(during, 'rampart_ramp_percent')).toEqual([`rampart_ramp_percent{${place}} 10`])
    await api.rollbackRamp({ params: { project: 'shop', id: item.id }, body: {} })
    const after = await scrape(server)
    expect(lines(after, 'rampart_ramp_state')).toEqual([])
    expect(lines(after, 'rampart_rollbacks_total')).toEqual(['rampart_rollbacks_total{cause="person"} 1'])
  })

  test('tells strangers nothing, and those who may read everything all of it', async () => {
    const { call, tokenWith } = await shopServer()
    expect((await call('GET', '/metrics', { token: '' })).status).toBe(401)
    for (const scope of ['read@shop', 'admin@*/production']) {
      const { status, body } = await call('GET', '/metrics', { token: await tokenWith(scope) })
      expect([status, body]).toMatchObject([403, { code: 'forbidden', permission: 'read@*' }])
    }
    expect((await call('GET', '/metrics', { token: await tokenWith('read@*') })).status).toBe(200)
  })

  test('tells this very machine without a credential, unless somebody else asks through it', async () => {
    const { app } = await shopServer()
    const listening = await listen(app, { host: '127.0.0.1', port: 0 })
    const ask = async (headers: Readonly<Record<string, string>> = {}) =>
      (await fetch(new URL('/metrics', listening.url), { headers })).status
    expect(await ask()).toBe(200)
    expect(await ask({ 'x-forwarded-for': '203.0.113.7' })).toBe(401)
    expect(await ask({ forwarded: 'for=203.0.113.7' })).toBe(401)
    expect(await ask({ via: '1.1 proxy' })).toBe(401)
    await listening.close()
  })
})

function batch(): object {
  return {
    format: 1,
    batch: 'b-1',
    instance: 'i-1',
    sdk: { name: '@rampart/node', version: '0.1.0' },
    revision: 2,
    spanMs: 0,
    evaluations: [{ flag: 'checkout', variation: 'off', reason: 'off', n: 3 }],
  }
}

test('the last evidence of the ramps that were looked at is kept, of so many', () => {
  const last = createLastEvidence(2)
  const evidence: readonly Evidence[] = []
  for (const ramp of ['r_1', 'r_2', 'r_1', 'r_3']) last.note(ramp, evidence)
  expect([last.of('r_1'), last.of('r_3')]).toEqual([evidence, evidence])
  expect(last.of('r_2')).not.toBe(evidence)
})

test('the age of the latest backup is told, and nothing while there was none', async () => {
  const server = await shopServer()
  expect(lines(await scrape(server), 'rampart_backup_age_seconds')).toEqual([])
  noteBackup(server.folder, server.clock.now())
  server.advance(90_000)
  expect(lines(await scrape(server), 'rampart_backup_age_seconds')).toEqual(['rampart_backup_age_seconds 90'])
  writeFileSync(join(server.folder, 'last-backup'), 'yesterday')
  expect(lines(await scrape(server), 'rampart_backup_age_seconds')).toEqual([])
})
