import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { type RunningShop, startShop, until } from '../support/processes.ts'

let demo: Demo
let shop: RunningShop

beforeAll(async () => {
  demo = await startDemo()
  shop = await startShop({ url: demo.url, key: demo.serverKey })
  await until(async () => {
    const metrics = await demo.api.listMetrics(inEnvironment)
    return metrics.body.items.some(({ name }) => name === 'checkout_error') ? true : undefined
  }, 60_000)
})

afterAll(async () => {
  await shop.close()
  await demo.close()
})

test('a server killed in the middle of a ramp goes on after a restart and takes a bad release back', {
  timeout: 180_000,
}, async () => {
  const started = await demo.api.startRamp({
    ...ofFlag,
    body: { steps: '1%:10m,100%', guards: ['checkout_error'], run: 'crash' },
  })
  const { id } = started.body.item
  await demo.kill()
  await demo.restart()

  const after = await demo.api.getRamp({ params: { project: 'demo', id } })
  expect(after.body).toMatchObject({ state: 'running', step: 1, percent: { now: 1 } })

  await shop.setDefect(true)
  await demo.kill()
  await demo.restart()
  const ended = await until(async () => {
    const { body } = await demo.api.getRamp({ params: { project: 'demo', id } })
    return body.end === null ? undefined : body
  }, 120_000)
  expect(ended).toMatchObject({ state: 'rolled_back', end: { by: 'guard' }, percent: { now: 0 } })

  const audit = await demo.api.listAudit({ ...inProject, query: { subject: 'ramp', key: id } })
  expect(audit.body.items.map(({ action }) => action).filter((action) => action === 'ramp.rolled_back')).toHaveLength(1)
  const chain = await demo.api.verifyAudit(inProject)
  expect(chain.body.ok).toBe(true)
})

test('nothing that was acknowledged is lost, and revisions stay consecutive', async () => {
  const acknowledged: number[] = []
  for (let round = 0; round < 4; round += 1) {
    const writing = Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        try {
          const done = await demo.api.setRollout({ ...ofFlag, body: { percent: (round * 20 + i) % 100 } })
          if (done.body.revision !== null) acknowledged.push(done.body.revision)
        } catch (error) {
          // the connection broke with the server: this one was not acknowledged
          if ('problem' in (error as object)) throw error
        }
      }),
    )
    const before = acknowledged.length
    await until(() => (acknowledged.length > before + round * 3 ? true : undefined))
    await demo.kill()
    await writing
    await demo.restart()
  }
  const environment = await demo.api.getEnvironment(inEnvironment)
  const entries: { readonly revision: number }[] = []
  let cursor: string | undefined
  do {
    const page = await demo.api.listAudit({
      ...inProject,
      query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    })
    entries.push(...page.body.items.flatMap(({ revisions }) => revisions))
    cursor = page.body.next ?? undefined
  } while (cursor !== undefined)
  const revisions = entries.map(({ revision }) => revision).sort((a, b) => a - b)

  expect(acknowledged.length).toBeGreaterThan(0)
  expect(acknowledged.filter((revision) => !revisions.includes(revision))).toEqual([])
  expect(revisions).toEqual(Array.from({ length: environment.body.revision }, (_, i) => i + 1))
})
