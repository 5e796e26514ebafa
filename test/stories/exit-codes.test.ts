import type { Ramp } from '@rampart/contract/admin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, inEnvironment, inProject, startDemo } from '../support/demo.ts'
import { report, reported } from '../support/outcomes.ts'
import { type RunningCli, startCli, until } from '../support/processes.ts'

/* What a pipeline learns of a ramp: the real command, a real server, and every way a ramp can end or be left. */

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
  await reported(demo, 'checkout_error')
  const plan = (key: string, body: object) => demo.api.putPlan({ params: { ...inProject.params, plan: key }, body })
  await plan('quick-no-data', { steps: '50%:0s,100%', guards: ['checkout_error'], noDataGrace: '1s' })
  await plan('no-cooldown', { steps: '50%:10m,100%', guards: ['checkout_error'], cooldown: '0s' })
})

afterAll(() => demo.close())

type Meanwhile = (ramp: Ramp, cli: RunningCli) => unknown

interface Outcome {
  readonly args: readonly string[]
  readonly code: number
  /** What the document on the standard output says besides. */
  readonly says: object
  /** What becomes of the ramp while the command watches it. */
  readonly meanwhile?: Meanwhile
}

const LONG = ['--steps', '50%:10m,100%']
const AT_ONCE = ['--steps', '50%:0s,100%']
const GUARDED = ['--guard', 'checkout_error']
const BLIND = ['--no-guards', '--min-samples', '0']

const ofRamp = ({ id }: Ramp) => ({ params: { ...inProject.params, id }, body: {} })
const harm: Meanwhile = (ramp) => report(demo, ramp, { treatment: 200, control: 200 }, { treatment: 80, control: 8 })
const fewUnits: Meanwhile = (ramp) => report(demo, ramp, { treatment: 5, control: 5 }, { treatment: 0, control: 0 })

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'that completes is 0': { args: [...AT_ONCE, ...BLIND], code: 0, says: { outcome: 'completed' } },
  'that reaches the step waited for is 0': {
    args: [...LONG, ...GUARDED, '--until', 'step:50%'],
    code: 0,
    says: { outcome: 'running' },
  },
  'rolled back by a guard is 10': {
    args: [...LONG, ...GUARDED],
    code: 10,
    says: { outcome: 'rolled_back', by: 'guard' },
    meanwhile: harm,
  },
  'rolled back by a person is 11': {
    args: [...LONG, ...GUARDED],
    code: 11,
    says: { outcome: 'rolled_back', by: 'person' },
    meanwhile: (ramp) => demo.api.rollbackRamp(ofRamp(ramp)),
  },
  'rejected is 11': {
    args: [...AT_ONCE, ...BLIND, '--approve-at', '100%'],
    code: 11,
    says: { outcome: 'rolled_back', by: 'person', cause: { kind: 'rejected' } },
    meanwhile: (ramp) => demo.api.rejectRamp(ofRamp(ramp)),
  },
  'taken back for want of any data is 13': {
    args: ['--plan', 'quick-no-data', '--on-no-data', 'rollback'],
    code: 13,
    says: { outcome: 'rolled_back', by: 'policy', cause: { kind: 'no_data' } },
  },
  'taken back for want of enough data is 13': {
    args: [...AT_ONCE, ...GUARDED, '--max-hold', '1s', '--on-few-samples', 'rollback'],
    code: 13,
    says: { outcome: 'rolled_back', by: 'policy', cause: { kind: 'max_dwell' } },
    meanwhile: fewUnits,
  },
  'held for want of enough data is 13': {
    args: [...AT_ONCE, ...GUARDED, '--max-hold', '1s', '--on-few-samples', 'hold'],
    code: 13,
    says: { outcome: 'running' },
    meanwhile: fewUnits,
  },
  'killed is 11': {
    args: [...LONG, ...GUARDED],
    code: 11,
    says: { outcome: 'killed', by: 'person' },
    meanwhile: ({ flag }) => demo.api.killFlag({ params: { ...inEnvironment.params, flag }, body: {} }),
  },
  'superseded is 11': {
    args: [...LONG, ...GUARDED],
    code: 11,
    says: { outcome: 'superseded', by: 'person' },
    meanwhile: ({ flag }) =>
      demo.api.startRamp({
        params: { ...inEnvironment.params, flag },
        body: { steps: '60%:10m,100%', guards: [], replace: true, run: 'another' },
      }),
  },
  'held by a guard is 12 when asked to leave then': {
    args: [...LONG, '--guard', 'checkout_error:hold', '--exit-on-hold'],
    code: 12,
    says: { outcome: 'running' },
    meanwhile: harm,
  },
  'paused is 12 when asked to leave then': {
    args: [...LONG, ...GUARDED, '--exit-on-hold'],
    code: 12,
    says: { outcome: 'paused' },
    meanwhile: (ramp) => demo.api.pauseRamp(ofRamp(ramp)),
  },
  'waiting for an approval is 12 when asked to leave then': {
    args: [...AT_ONCE, ...BLIND, '--approve-at', '100%', '--exit-on-hold'],
    code: 12,
    says: { outcome: 'running' },
  },
  'left after the time that was given is 124': {
    args: [...LONG, ...GUARDED, '--timeout', '1s'],
    code: 124,
    says: { outcome: 'running' },
  },
  'taken back after the time that was given is 124 as well': {
    args: [...LONG, ...GUARDED, '--timeout', '1s', '--on-timeout', 'rollback'],
    code: 124,
    says: { outcome: 'rolled_back', by: 'person' },
  },
  'interrupted is 130, and goes on': {
    args: [...LONG, ...GUARDED],
    code: 130,
    says: { outcome: 'running' },
    meanwhile: (_, cli) => interrupt(cli, 'SIGINT'),
  },
  'terminated is 143, and goes on': {
    args: [...LONG, ...GUARDED],
    code: 143,
    says: { outcome: 'running' },
    meanwhile: (_, cli) => interrupt(cli, 'SIGTERM'),
  },
}

describe('the exit code of a ramp', () => {
  test.concurrent.for(Object.entries(OUTCOMES))('%s', async ([name, { args, code, says, meanwhile }], { expect }) => {
    const flag = await readyFlag(name)
    const cli = run(flag, args)
    if (meanwhile !== undefined) await meanwhile(await begun(flag, cli), cli)
    const { code: exit, stdout, stderr } = await cli.finished
    expect({ exit, stderr: exit === code ? '' : stderr }).toEqual({ exit: code, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ ...says, flag, exitCode: code })
    if (code === 130 || code === 143) expect((await rampOf(flag))?.state).toBe('running')
  })
})

describe('a ramp that does not begin', () => {
  test.concurrent('because its flag is killed is 5', async ({ expect }) => {
    const flag = await readyFlag('killed before')
    await demo.api.killFlag({ params: { ...inEnvironment.params, flag }, body: {} })
    const { code, stdout } = await run(flag, [...LONG, ...GUARDED]).finished
    expect([code, JSON.parse(stdout)]).toEqual([5, expect.objectContaining({ code: 'killed', exitCode: 5 })])
  })

  test.concurrent('because another one runs is 5, and because it was taken back a moment ago as well', async ({
    expect,
  }) => {
    const flag = await readyFlag('taken')
    const { body } = await demo.api.startRamp({
      params: { ...inEnvironment.params, flag },
      body: { steps: '50%:10m,100%', guards: ['checkout_error'], run: 'first' },
    })
    const second = await run(flag, [...LONG, ...GUARDED]).finished
    await demo.api.rollbackRamp(ofRamp(body.item))
    const third = await run(flag, [...LONG, ...GUARDED]).finished
    expect([second.code, JSON.parse(second.stdout)]).toEqual([5, expect.objectContaining({ code: 'ramp_active' })])
    expect([third.code, JSON.parse(third.stdout)]).toEqual([5, expect.objectContaining({ code: 'cooling_down' })])
  })

  test.concurrent('because the server is not there is 6', async ({ expect }) => {
    const away = { url: 'http://127.0.0.1:9', adminToken: demo.adminToken }
    const args = ['ramp', 'run', 'any', '-p', 'demo', '-e', 'production', ...LONG, '--no-guards']
    expect((await startCli(away, [...args, '--retry-for', '200ms']).finished).code).toBe(6)
  })
})

test('the same run of a pipeline is told how its ramp ended, with the code of that end', async () => {
  const flag = await readyFlag('again')
  const args = ['--plan', 'no-cooldown', '--run', 'build-9']
  const first = run(flag, args)
  await harm(await begun(flag, first), first)
  expect((await first.finished).code).toBe(10)
  const again = await run(flag, args).finished
  expect([again.code, JSON.parse(again.stdout)]).toEqual([10, expect.objectContaining({ outcome: 'rolled_back' })])
})

/** Once the command has shown the ramp it hears signals. */
async function interrupt(cli: RunningCli, signal: NodeJS.Signals): Promise<void> {
  await cli.mentions(/^\d\d:\d\d:\d\dZ /m)
  cli.kill(signal)
}

let flags = 0

/** A flag of its own, on for nobody. */
async function readyFlag(name: string): Promise<string> {
  flags += 1
  const flag = `f${flags}`
  const of = { params: { ...inEnvironment.params, flag } }
  await demo.api.createFlag({ ...inProject, body: { key: flag, name } })
  await demo.api.setRollout({ ...of, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...of, body: { on: true } })
  return flag
}

function run(flag: string, args: readonly string[]): RunningCli {
  return startCli(demo, ['ramp', 'run', flag, '-p', 'demo', '-e', 'production', ...args, '--json'])
}

/** The ramp that the command has begun. */
async function begun(flag: string, cli: RunningCli): Promise<Ramp> {
  const ramp = await Promise.race([until(() => rampOf(flag)), cli.finished.then(() => undefined)])
  if (ramp === undefined) throw new Error(`no ramp began: ${(await cli.finished).stderr}`)
  return ramp
}

async function rampOf(flag: string): Promise<Ramp | undefined> {
  return (await demo.api.listRamps({ ...inProject, query: { flag } })).body.items[0]
}
