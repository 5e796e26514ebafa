import { createAdminClient } from '@rampart/contract/admin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandsOf } from './test-command.ts'
import { FLAG, startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
let ramp: string
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
  const api = createAdminClient(server)
  const project = 'demo'
  await api.putMetricSource({
    params: { project, source: 'main' },
    body: { kind: 'prometheus', url: 'https://prometheus.example.com', auth: { kind: 'bearer', token: 'a secret' } },
  })
  await api.putMetricDefinition({
    params: { project, metric: 'payment_failed' },
    body: { direction: 'down', owner: 'ops', source: { kind: 'pushed' }, defaultLimit: { kind: 'ratio', max: 1.5 } },
  })
  const started = await api.startRamp({
    params: { project, environment: 'production', flag: FLAG },
    body: { guards: ['payment_failed'], steps: '1%:1h,100%' },
  })
  ramp = started.body.item.id
})

afterAll(() => server.close())

test('the metric catalogue is listed with where its figures come from', async () => {
  expect((await rampart('metrics list')).out).toBe(
    'metric          should go  limit         source  owner\npayment_failed  down       at most 1.5×  pushed  ops\n',
  )
})

test('metric sources are listed, and their secrets are not', async () => {
  const { out } = await rampart('metrics sources')
  expect(out).toMatch(
    /^source {2}kind .*\nmain {4}prometheus {2}https:\/\/prometheus\.example\.com {2}bearer {6}PT15S\n$/,
  )
  expect((await rampart('metrics sources --json')).out).not.toContain('a secret')
})

test('figures are pushed once, however often a job is tried again', async () => {
  const start = new Date().toISOString()
  const push = `metrics push payment_failed --ramp ${FLAG} --treatment 3/120 --control 10/4000 --window 1s --start ${start}`
  expect((await rampart(push)).out).toBe(`payment_failed → ramp ${ramp}: 2 added.\n`)
  expect((await rampart(push)).out).toBe(`payment_failed → ramp ${ramp}: 0 added; 2 were there already.\n`)
})

test('figures of a metric that the ramp does not take are refused', async () => {
  const { code, err } = await rampart(`metrics push payment_faild --ramp ${ramp} --treatment 3/120`)
  expect([code, err]).toEqual([2, expect.stringContaining('did you mean payment_failed?')])
})
