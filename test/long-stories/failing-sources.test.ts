import type { Ramp } from '@rampart/contract/admin'
import { afterAll, beforeAll, test } from 'vitest'
import { type Demo, inEnvironment, inProject, startDemo } from '../support/demo.ts'
import { type JsonSource, startJsonSource } from '../support/json-source.ts'
import { until } from '../support/processes.ts'

/* Whatever becomes of a source while a ramp runs, the ramp says so, moves nowhere, and goes on when the source is well again. */

let demo: Demo

beforeAll(async () => {
  demo = await startDemo({ env: { RAMPART_ALLOW_PRIVATE_SOURCES: '127.0.0.0/8' } })
})

afterAll(() => demo.close())

const look = async (id: string): Promise<Ramp> => (await demo.api.getRamp({ params: { ...inProject.params, id } })).body

async function watchedBy(source: JsonSource, name: string): Promise<string> {
  const of = { params: { ...inEnvironment.params, flag: name } }
  await demo.api.createFlag({ ...inProject, body: { key: name } })
  await demo.api.setRollout({ ...of, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...of, body: { on: true } })
  await demo.api.putMetricSource({
    params: { ...inProject.params, source: name },
    body: { kind: 'http', url: source.url, every: '1s', timeout: '1s' },
  })
  const started = await demo.api.startRamp({
    ...of,
    body: {
      steps: [{ percent: 10, dwell: '10m', minUnits: 0 }, { percent: 100 }],
      guards: [
        {
          metric: 'http_5xx',
          limit: { kind: 'no_worse', margin: 1 },
          source: { kind: 'http', name, url: '/', events: '/{arm}/bad', total: '/{arm}/all' },
        },
      ],
    },
  })
  return started.body.item.id
}

test.concurrent.for([
  ['dies', 'source_error', /cannot be reached|broke off/],
  ['stalls', 'source_error', /did not answer within 1 s/],
  ['lies', 'no_data', /is "NaN", not a number/],
] as const)('a source that %s holds its ramp and no more, and is forgiven', async ([mood, kind, words], { expect }) => {
  const source = await startJsonSource()
  try {
    const id = await watchedBy(source, mood)
    await until(async () => (((await look(id)).sources?.[0]?.windows ?? 0) >= 1 ? true : undefined))
    source.be(mood)
    const held = await until(async () => {
      const ramp = await look(id)
      return ramp.holds.some((hold) => hold.kind === kind && words.test(hold.words)) ? ramp : undefined
    })
    expect([held.state, held.percent.now, held.end]).toEqual(['running', 10, null])
    expect(held.verdicts[0]?.verdict).toBe(kind === 'no_data' ? 'no_data' : 'error')

    source.be('well')
    const back = await until(async () => {
      const ramp = await look(id)
      return ramp.sources?.[0]?.state === 'ok' && ramp.holds.every((hold) => hold.kind !== kind) ? ramp : undefined
    })
    expect([back.state, back.percent.now, back.end]).toEqual(['running', 10, null])
    // that nobody could judge it was said to people
    const { items } = (await demo.api.listAudit({ ...inProject, query: { subject: 'ramp', key: id } })).body
    expect(items.map(({ action }) => action)).toEqual(['ramp.warned', 'ramp.started'])
  } finally {
    source.close()
  }
})
