import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../support/demo.ts'
import { answerOf } from '../support/faulty-proxy.ts'
import { expectBridged, type Outage, type OutageReport, outage, sayFigures } from '../support/outage.ts'

/*
 * Three ways to be away that are over soon; test/long-stories/outages.test.ts has the others.
 */

const BROKEN = 'every connection breaks in the middle of a document'

const OUTAGES = {
  'nobody listens': { begin: (proxy) => proxy.set({ kind: 'refuses' }) },
  'the server answers 503': { begin: (proxy) => proxy.set(answerOf(503)) },
  [BROKEN]: { begin: (proxy) => proxy.set({ kind: 'cuts', afterBytes: 600 }) },
} satisfies Record<string, Outage>

let demo: Demo
const reports = new Map<string, Promise<OutageReport>>()

beforeAll(async () => {
  demo = await startDemo()
  // all at the same time, since most of it is waiting
  for (const [i, [words, what]] of Object.entries(OUTAGES).entries())
    reports.set(words, outage(demo, `flag-${i}`, what))
})

afterAll(async () => {
  await sayFigures(reports)
  await demo.close()
})

test.each(Object.keys(OUTAGES).filter((words) => words !== BROKEN))(
  'while %s the last known values are served, and nobody is told twice',
  async (words) => {
    expectBridged(await reports.get(words))
  },
)

test(`while ${BROKEN} no half of one is applied, and each outage is told once`, async () => {
  const report = await reports.get(BROKEN)
  expect(report).toMatchObject({
    held: { readyInTime: true, answers: [true, true] },
    started: { status: 'starting', readyInTime: true, answers: [false, true] },
    madeByQuestions: 0,
    process: { code: 0, answer: expect.stringMatching(/^(timeout|failed) true$/) },
    heardOfChange: true,
  })
  // a ping is short enough to pass: who has everything is well until there is something to be told
  const pairs = report?.said.held.map((line) => line.split(':')[0]).join(' ')
  expect(pairs).toMatch(/^warn info( warn info)*$/)
  expect(report?.said.started.map((line) => line.split(':')[0])).toEqual(['warn', 'info'])
})
