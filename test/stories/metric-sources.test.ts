import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'
import {
  type Exporter,
  prometheusPath,
  type RunningPrometheus,
  startExporter,
  startPrometheus,
} from '../support/prometheus.ts'

if (prometheusPath === undefined) console.info('skipped: no prometheus')

const GUARD = {
  metric: 'http_5xx',
  limit: { kind: 'no_worse', margin: 1 },
  source: {
    kind: 'prometheus',
    name: 'main',
    events: 'shop_errors_total',
    total: 'shop_requests_total',
    armLabel: 'variation',
  },
} as const

describe.skipIf(prometheusPath === undefined)('a ramp that is watched by a Prometheus', () => {
  let demo: Demo
  let exporter: Exporter
  let prometheus: RunningPrometheus
  let traffic: NodeJS.Timeout

  beforeAll(async () => {
    exporter = await startExporter()
    exporter.serve('off', { requests: 1000, errors: 10 })
    exporter.serve('on', { requests: 10, errors: 1 })
    prometheus = await startPrometheus([exporter.target])
    demo = await startDemo({ env: { RAMPART_ALLOW_PRIVATE_SOURCES: '127.0.0.0/8' } })
    await demo.api.putMetricSource({
      params: { ...inProject.params, source: 'main' },
      body: { kind: 'prometheus', url: prometheus.url, every: '1s', timeout: '1s' },
    })
    await prometheus.shows('sum(shop_requests_total)', 1010)
    traffic = setInterval(() => {
      exporter.serve('on', { requests: 100, errors: 1 })
      exporter.serve('off', { requests: 900, errors: 9 })
    }, 500)
  })

  afterAll(async () => {
    clearInterval(traffic)
    await demo?.close()
    await prometheus?.close()
    exporter?.close()
  })

  const look = async (id: string) => (await demo.api.getRamp({ params: { ...inProject.params, id } })).body

  test('is held while its source stalls or is dead, moves nowhere, and goes on when it is back', {
    timeout: 180_000,
  }, async () => {
    const steps = [{ percent: 10, dwell: '10m', minUnits: 0 }, { percent: 100 }]
    const { id } = (await demo.api.startRamp({ ...ofFlag, body: { steps, guards: [GUARD] } })).body.item
    const windows = async () => (await look(id)).sources?.[0]?.windows ?? 0
    await until(async () => ((await windows()) >= 3 ? true : undefined), 30_000)

    for (const [stop, goOn, words] of [
      [() => prometheus.stall(), async () => prometheus.goOn(), /did not answer within 1 s/],
      [() => prometheus.kill(), () => prometheus.restart(), /cannot be reached/],
    ] as const) {
      await stop()
      const held = await until(async () => {
        const ramp = await look(id)
        return ramp.holds.some(({ kind }) => kind === 'source_error') ? ramp : undefined
      }, 60_000)
      expect(held.holds.find(({ kind }) => kind === 'source_error')?.words).toMatch(words)
      expect([held.state, held.percent.now, held.end]).toEqual(['running', 10, null])

      const before = await windows()
      await goOn()
      const back = await until(async () => {
        const ramp = await look(id)
        return (ramp.sources?.[0]?.windows ?? 0) > before && ramp.sources?.[0]?.state === 'ok' ? ramp : undefined
      }, 60_000)
      expect(back.holds.map(({ kind }) => kind)).not.toContain('source_error')
      expect([back.state, back.percent.now]).toEqual(['running', 10])
    }
    await demo.api.rollbackRamp({ params: { ...inProject.params, id }, body: {} })
  })

  test('does not begin with a query that brings nothing back, and says which', async () => {
    const misspelt = { ...GUARD, source: { ...GUARD.source, total: 'shop_request_total' } }
    const refused = demo.api.startRamp({ ...ofFlag, body: { guards: [misspelt], cooldown: '0s', reason: 'story' } })
    await expect(refused).rejects.toThrow(/shop_request_total → nothing/)
  })
})
