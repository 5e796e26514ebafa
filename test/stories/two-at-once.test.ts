import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createAdminClient, ProblemError } from '@rampart/contract/admin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, FLAG, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { describedFetch } from '../support/described.ts'
import { root } from '../support/imports.ts'
import { runCli, until } from '../support/processes.ts'

/* Two who want the same thing at once: two people at one flag, and a pipeline whose runner was lost. */

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
})

afterAll(() => demo.close())

async function person(name: string) {
  const made = await demo.api.createToken({ body: { kind: 'machine', name, scopes: ['write@demo'] } })
  return createAdminClient({ url: demo.url, token: made.body.secret, fetch: describedFetch })
}

async function problemOf(call: Promise<unknown>): Promise<ProblemError['problem']> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ProblemError) return error.problem
  throw new Error('there was no problem', { cause: error })
}

test('who saves second is shown what the first one saved, overwrites nothing, and saves on top of it', async () => {
  const [ana, bo] = await Promise.all([person('Ana'), person('Bo')])
  const read = await ana.getConfig(ofFlag)
  const { on, off, prerequisites, layer, rules } = read.body
  const base = { on, off, prerequisites, layer, rules }
  const share = (percent: number) => ({
    ...base,
    everyoneElse: { variation: 'on', rollout: { percent, otherwise: 'off' } },
  })
  const ifMatch = read.body.revision

  const first = await ana.putConfig({ ...ofFlag, ifMatch, body: share(20) })
  const problem = await problemOf(bo.putConfig({ ...ofFlag, ifMatch, body: share(30) }))
  expect(problem).toMatchObject({
    status: 412,
    code: 'revision_mismatch',
    retryable: false,
    currentRevision: first.body.item.revision,
    current: { everyoneElse: { rollout: { percent: 20 } }, revision: first.body.item.revision },
  })
  expect((await demo.api.getConfig(ofFlag)).body.everyoneElse).toEqual(share(20).everyoneElse)

  const again = await bo.putConfig({ ...ofFlag, ifMatch: problem.currentRevision ?? 0, body: share(30) })
  expect(again.body.item.everyoneElse).toEqual(share(30).everyoneElse)
  const { items } = (await demo.api.listAudit({ ...inProject, query: { limit: 2 } })).body
  expect(items.map(({ actor }) => actor.name)).toEqual(['Bo', 'Ana'])
})

test('of ten who save at the same moment exactly one does', async () => {
  const { revision, on, off, prerequisites, layer, rules } = (await demo.api.getConfig(ofFlag)).body
  const saves = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      demo.api.putConfig({
        ...ofFlag,
        ifMatch: revision,
        body: {
          on,
          off,
          prerequisites,
          layer,
          rules,
          everyoneElse: { variation: 'on', rollout: { percent: 40 + i, otherwise: 'off' } },
        },
      }),
    ),
  )
  expect(saves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await demo.api.getConfig(ofFlag)).body.revision).toBe(revision + 1)
})

const RUN = ['ramp', 'run', FLAG, '-p', 'demo', '-e', 'production', '--run', 'build-7', '--steps', '50%:6s,100%']
const BLINDLY = ['--no-guards', '--min-samples', '0', '--json']

test('a pipeline whose runner was lost meets its ramp again, and ends as that ends', { timeout: 90_000 }, async () => {
  await demo.api.setRollout({ ...ofFlag, body: { percent: 0 } })
  const lost = startCli([...RUN, ...BLINDLY])
  const ramp = await until(async () => {
    const { items } = (await demo.api.listRamps({ ...inProject, query: { state: 'active' } })).body
    return items[0]
  })
  lost.kill('SIGKILL')
  await once(lost, 'exit')
  expect((await demo.api.getRamp({ params: { project: 'demo', id: ramp.id } })).body.state).toBe('running')

  const again = await runCli(demo, [...RUN, ...BLINDLY])
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`This run has its ramp already: ${ramp.id}`) })
  expect(JSON.parse(again.stdout)).toMatchObject({ id: ramp.id, outcome: 'completed', exitCode: 0 })
  expect((await demo.api.listRamps(inProject)).body.items.map(({ id }) => id)).toEqual([ramp.id])

  const third = await runCli(demo, [...RUN, ...BLINDLY])
  expect({ code: third.code, id: (JSON.parse(third.stdout) as { id: string }).id }).toEqual({ code: 0, id: ramp.id })
})

function startCli(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['cli/bin/rampart.js', ...args], {
    cwd: root,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', CI: 'true', RAMPART_URL: demo.url, RAMPART_TOKEN: demo.adminToken },
  })
}
