import { compile, type Snapshot, type Watch, type WireFlag } from '@rampart/core'
import { expect, test } from 'vitest'
import { createExposures } from './exposures.ts'
import type { Counted } from './service.ts'

const PLACE = { project: 'shop', environment: 'production' }
const ELSEWHERE = { project: 'shop', environment: 'staging' }

const flag: WireFlag = {
  key: 'checkout',
  version: 1,
  type: 'boolean',
  hash: 'rampart-1',
  on: true,
  off: 0,
  variations: ['off', 'on'],
  values: [false, true],
  rules: [],
  serve: { to: 1, rollout: [50, 0] },
}
const watch: Watch = {
  ramp: 'r_1',
  seq: 1,
  flag: 'checkout',
  rule: 'everyone-else',
  percent: 50,
  salt: 'salt',
  controlSample: 1,
  tickMs: 1_000,
  metrics: [{ metric: 'failed', take: 'first' }],
}
const snapshot: Snapshot = {
  format: 1,
  project: 'shop',
  environment: 'production',
  audience: 'server',
  revision: 7,
  flags: [flag],
  segments: [],
  layers: [],
  watches: [watch],
  salt: 'salt',
  hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
}
const configuration = compile(snapshot)

function exposures() {
  const written: [environment: string, counted: Counted][] = []
  const errors: unknown[] = []
  let failing: Error | undefined
  const made = createExposures(
    async ({ environment }, counted) => {
      if (failing) throw failing
      written.push([environment, counted])
    },
    (error) => errors.push(error),
    () => 10_500,
  )
  return {
    ...made,
    written,
    errors,
    fail: (error: Error | undefined) => {
      failing = error
    },
  }
}

test('what is given is counted as an SDK counts it: each answer, and each unit of a ramp once', async () => {
  const { note, flush, written } = exposures()
  const units = ['ana', 'ben', 'cem', 'dia', 'eli', 'fay']
  for (const targetingKey of [...units, ...units]) note(PLACE, configuration, 'checkout', { targetingKey })
  note(PLACE, configuration, 'chekcout', {})
  await flush()
  await flush()
  expect(written.length).toBe(1)
  const [[environment, counted] = ['', undefined]] = written
  expect([environment, counted?.revision, counted?.unknown]).toEqual(['production', 7, [{ flag: 'chekcout', n: 1 }]])
  expect(counted?.evaluations.reduce((sum, { n }) => sum + n, 0)).toBe(12)
  const [row] = counted?.watched ?? []
  expect(row).toMatchObject({ ramp: 'r_1', seq: 1, agoMs: 0 })
  expect((row?.seen.treatment.length ?? 0) + (row?.seen.control.length ?? 0)).toBe(units.length)
  // Who was met is not told of again.
  note(PLACE, configuration, 'checkout', { targetingKey: 'ana' })
  await flush()
  expect(written[1]?.[1].watched?.[0]?.seen).toEqual({ treatment: [], control: [] })
})

test('environments are kept apart', async () => {
  const { note, flush, written } = exposures()
  note(PLACE, configuration, 'checkout', {})
  note(ELSEWHERE, configuration, 'checkout', {})
  note(ELSEWHERE, configuration, 'checkout', {})
  await flush()
  expect(written.map(([environment, { evaluations }]) => [environment, evaluations[0]?.n])).toEqual([
    ['production', 1],
    ['staging', 2],
  ])
})

test('what cannot be written is kept, under the same name, and so is what comes meanwhile', async () => {
  const { note, flush, written, errors, fail } = exposures()
  fail(new Error('the disk is full'))
  note(PLACE, configuration, 'checkout', {})
  await flush()
  note(PLACE, configuration, 'checkout', {})
  await Promise.all([flush(), flush()])
  expect([written.length, errors.length]).toEqual([0, 2])
  fail(undefined)
  await flush()
  expect(written.map(([, { evaluations }]) => evaluations[0]?.n)).toEqual([1, 1])
  expect(written[0]?.[1].batch).not.toBe(written[1]?.[1].batch)
})

test('what is noted while something is being written is written before the next flush answers', async () => {
  const { note, flush, written } = exposures()
  note(PLACE, configuration, 'checkout', {})
  const first = flush()
  await Promise.resolve()
  note(PLACE, configuration, 'checkout', {})
  await Promise.all([first, flush(), flush()])
  expect(written.map(([, { evaluations }]) => evaluations[0]?.n)).toEqual([1, 1])
})
