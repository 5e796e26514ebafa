import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, test } from 'vitest'
import { type Demo, inProject, startDemo } from '../support/demo.ts'
import { answerOf } from '../support/faulty-proxy.ts'
import { expectBridged, type Outage, type OutageReport, outage, sayFigures } from '../support/outage.ts'

/*
 * Three ways to be away that are over soon; test/long-stories/outages.test.ts has the others.
 */

/** Longer than what passes before a connection breaks, compressed too. */
const LONG = ['a', 'b'].map((key) => ({ key, name: null, value: randomBytes(2_048).toString('hex') }))

const OUTAGES = {
  'nobody listens': { begin: (proxy) => proxy.set({ kind: 'refuses' }) },
  'the server answers 503': { begin: (proxy) => proxy.set(answerOf(503)) },
  'every connection breaks in the middle of a document': {
    async begin(proxy) {
      // whoever has everything is well with the first ping, which is shorter than that
      await proxy.set({ kind: 'refuses' })
      await demo.api.createFlag({ ...inProject, body: { key: 'besides', type: 'string', variations: LONG } })
      await proxy.set({ kind: 'cuts', afterBytes: 600 })
    },
  },
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

test.each(Object.keys(OUTAGES))(
  'while %s the last known values are served, and nobody is told twice',
  async (words) => {
    expectBridged(await reports.get(words))
  },
)
