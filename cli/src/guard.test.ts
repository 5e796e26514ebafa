import { createAdminClient } from '@rampart/contract/admin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandsOf } from './test-command.ts'
import { readyFlag, startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
const rampart = commandsOf(() => server)
const inDemo = { project: 'demo', environment: 'production' }
let units = 0

beforeAll(async () => {
  server = await startTestServer()
  await send({
    totals: [
      { metric: 'checkout_error', n: 7 },
      { metric: 'checkout_ms', n: 10, sum: 1_200, histogram: [[56, 10]] },
    ],
  })
})

afterAll(() => server.close())

function send(part: object): Promise<void> {
  const batch = {
    format: 1,
    batch: crypto.randomUUID(),
    instance: crypto.randomUUID(),
    sdk: { name: 'test', version: '1' },
    revision: 1,
    spanMs: 1000,
    evaluations: [],
    ...part,
  }
  return fetch(`${server.url}/sdk/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.sdkKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  }).then(({ status }) => expect(status).toBe(202))
}

const fresh = (n: number) =>
  Array.from({ length: n }, () => {
    units += 1
    return units.toString(16).padStart(16, '0')
  })

/** A ramp at half, whose new variation fails so many of 2,000 units, and the old one 80. */
async function rampOf(flag: string, failed: number): Promise<string> {
  await readyFlag(server, flag)
  const { body } = await createAdminClient(server).startRamp({
    params: { ...inDemo, flag },
    body: { steps: '50%:1h,100%', guards: ['checkout_error:hold'] },
  })
  const seen = { treatment: fresh(2_000), control: fresh(2_000) }
  const first = [
    { metric: 'checkout_error', treatment: seen.treatment.slice(0, failed), control: seen.control.slice(0, 80) },
  ]
  const evaluations = { treatment: 2_000, control: 2_000 }
  await send({ watched: [{ ramp: body.item.id, seq: 1, agoMs: 0, seen, evaluations, first }] })
  return body.item.id
}

test('a guard that is well is 0, one that has tripped 10, and the words are those of the ramp', async () => {
  await rampOf('guard-well', 70)
  expect(await rampart('guard check guard-well --metric checkout_error')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ok checkout_error: /),
  })
  const ramp = await rampOf('guard-bad', 400)
  const bad = await rampart('guard check guard-bad --metric checkout_error --json')
  expect([bad.code, bad.json()]).toEqual([
    10,
    expect.objectContaining({ ramp, verdict: 'tripped', exitCode: 10, words: expect.any(String) }),
  ])
  expect((await rampart('guard check guard-bad --metric checkout_error --limit <=30x')).code).not.toBe(10)
})

test('a guard that cannot tell yet is 13, and one that the ramp does not watch is wrong input', async () => {
  await rampOf('guard-young', 70)
  // nothing is as young as the window
  expect((await rampart('guard check guard-young --metric checkout_error --window 1ms')).code).toBe(13)
  const unknown = await rampart('guard check guard-young --metric checkout_eror')
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('its guards are: checkout_error')])
  expect((await rampart('guard check no-such-flag --metric checkout_error')).code).toBe(3)
})

test('what was reported of a metric is shown over time, measured values with their mean', async () => {
  const errors = await rampart('metrics query checkout_error')
  expect(errors.out).toMatch(/^from \(UTC, 10 s each\) {2}n\n\d{4}-\d\d-\d\d \d\d:\d\d:\d0 +\d+\n/)
  const latency = await rampart('metrics query checkout_ms --since 2h')
  expect(latency.out).toMatch(/^from \(UTC, .*\) +n +mean +p50 .*\n.* \d+ +120 +\d+/)
  expect((await rampart('metrics query nothing_like_it')).out).toBe('Nothing was reported in this time.\n')
  const { metric, steps } = (await rampart('metrics query checkout_error --json')).json() as {
    readonly metric: string
    readonly steps: readonly { readonly n: number }[]
  }
  // a report may cover the end of one step and the beginning of the next
  expect([metric, steps.reduce((sum, { n }) => sum + n, 0)]).toEqual(['checkout_error', 7])
})
