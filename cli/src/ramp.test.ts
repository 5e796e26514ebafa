import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient } from '@rampart/contract/admin'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { run } from './run.ts'
import { startFleet } from './test-fleet.ts'
import { readyFlag, startTestServer, type TestServer } from './test-server.ts'
import { type TestWorld, type TestWorldOptions, testWorld } from './test-world.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-files-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Running {
  readonly world: TestWorld
  readonly code: Promise<number>
}

function start(line: string, options: TestWorldOptions = {}): Running {
  const world = testWorld({ ...options, env: { ...server.env, ...options.env } })
  return { world, code: run(line.split(' '), world) }
}

async function rampart(line: string, options: TestWorldOptions = {}) {
  const { world, code } = start(line, options)
  return { code: await code, out: world.out(), err: world.err(), json: (): object => JSON.parse(world.out()) as object }
}

async function flag(key: string): Promise<string> {
  await readyFlag(server, key)
  return key
}

/** Waits until an expectation holds; patient, because other tests may have the processor. */
function eventually(expectation: () => void): Promise<void> {
  return vi.waitFor(expectation, { timeout: 10_000 })
}

/** Two steps that nothing watches, the first long enough to do something in it. */
const BLIND = '--no-guards --steps 1%:10m,100%'
const QUICK = '--no-guards --steps 1%:1s,100%'

describe('ramp run in a log', () => {
  test('a ramp that completes is told line by line, and exits 0', async () => {
    const key = await flag('healthy')
    const { code, out, err } = await rampart(`ramp run ${key} ${QUICK} --run build-1`)
    expect(code).toBe(0)
    expect(out.replace(/\d\d:\d\d:\d\dZ/g, 'TIME').replace(/r_[a-z0-9]+/g, 'RAMP')).toMatch(
      new RegExp(
        [
          '^TIME ramp    healthy · production · RAMP · 1%:1s,100% · no guards',
          'TIME move    0% → 1%',
          '(TIME wait    Running, step 1 of 2.*\n)?TIME pass    step 1',
          'TIME move    1% → 100%',
          'TIME end     Completed: 100% of users have on, at .*',
          `TIME result  completed {2}\\d+s {2}exit 0 {2}${server.url}/p/demo/ramps/RAMP\n$`,
        ].join('\n'),
      ),
    )
    expect(err).toMatch(
      /^The server runs this ramp \(run build-1\)\. Watch it again with: rampart ramp watch r_\S+ -p demo\n$/,
    )
  })

  test('the same run meets the same ramp, whatever became of it', async () => {
    const key = await flag('again')
    const first = await rampart(`ramp run ${key} ${QUICK} --run build-2 --json`)
    const second = await rampart(`ramp run ${key} ${QUICK} --run build-2 --json`)
    expect(second.code).toBe(0)
    // what a watcher saw of the way is its own; what became of the ramp is the same
    expect({ ...second.json(), steps: [] }).toEqual({ ...first.json(), steps: [] })
    expect(second.err).toContain('This run has its ramp already: r_')
  })

  test('with --json the standard output is one document, and the log is on the standard error', async () => {
    const key = await flag('document')
    const { code, json, err } = await rampart(`ramp run ${key} ${QUICK} --json`)
    expect(code).toBe(0)
    expect(json()).toMatchObject({
      schema: 'rampart.ramp.v1',
      project: 'demo',
      environment: 'production',
      flag: key,
      outcome: 'completed',
      by: 'system',
      cause: null,
      percent: { start: 0, reached: 100, now: 100 },
      steps: [
        { n: 1, percent: 1, dwell: 'PT1S', enteredAt: expect.any(String), leftAt: expect.any(String) },
        { n: 2, percent: 100, enteredAt: expect.any(String) },
      ],
      exitCode: 0,
    })
    expect(err).toMatch(/Z move {4}1% → 100%/)
  })

  test('with --quiet there is the result and nothing else', async () => {
    const { out, err } = await rampart(`ramp run ${await flag('quiet')} ${QUICK} --quiet`)
    expect(out).toMatch(/^\S+ result {2}completed .*\n$/)
    expect(err).toBe('')
  })
})

describe('ramp run with a defect', () => {
  test('is taken back, exits 10, and leaves the evidence in every form', async () => {
    const key = await flag('defect')
    const stop = startFleet(server.url, server.sdkKey, { units: 100, control: 0.02, treatment: 0.9 })
    try {
      const env = {
        GITHUB_ACTIONS: 'true',
        GITHUB_RUN_ID: '1',
        GITHUB_OUTPUT: join(folder, 'outputs'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      }
      const bad = await rampart(`ramp run ${key} --guard checkout_error --allow-new-metric --steps 20%:2m,100%`, {
        env,
      })
      expect(bad.code).toBe(10)
      expect(bad.out).toMatch(/^::group::step 1\/2 · 20%\n/)
      expect(bad.out).toMatch(
        / check {3}FAIL checkout_error: [\d.]+% of users without, [\d.]+% with.*\n.* move {4}20% → 0%\n/,
      )
      expect(bad.out).toMatch(
        /\n::endgroup::\n::error title=Rolled back%3A defect \(production\)::Rolled back 20%25 → 0%25 at .*checkout_error: .*\n/,
      )
      expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toMatch(
        /^ramp_id=r_\S+\noutcome=rolled_back\npercent=0\ncause=guard:checkout_error\nrevision=\d+\nurl=http\S+\nduration_s=\d+\n$/,
      )
      const summary = await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')
      expect(summary).toMatch(/^## ↶ Rolled back: defect in production\n\nRolled back 20% → 0% at /)
      expect(summary).toContain('✖ FAIL')

      const status = await rampart(`ramp status ${key}`)
      expect(status.code).toBe(0)
      expect(status.out).toMatch(/^↶ rolled back {3}defect · production {3}20% → 0% {3}after /)
      const watched = await rampart(`ramp watch ${key} --json`)
      expect(watched.code).toBe(10)
      expect(watched.json()).toMatchObject({
        outcome: 'rolled_back',
        by: 'guard',
        cause: { kind: 'guard', guard: 'checkout_error', step: 1, limit: { kind: 'no_worse' } },
        steps: [{ verdicts: { fail: 1 } }, {}],
        exitCode: 10,
      })

      const soon = await rampart(`ramp run ${key} --guard checkout_error --steps 20%:2m,100%`)
      expect(soon.code).toBe(5)
      expect(soon.err).toContain('pass --cooldown 0 and a --reason')
    } finally {
      await stop()
    }
  })
})

describe('a ramp that is steered', () => {
  test('is started, looked at, paused, resumed, advanced and rolled back by the key of its flag', async () => {
    const key = await flag('steered')
    const started = await rampart(`ramp start ${key} ${BLIND} --run s-1`)
    expect(started.out).toMatch(/^r_[a-z0-9]+\n$/)
    const id = started.out.trim()
    expect((await rampart(`ramp start ${key} ${BLIND} --run s-1`)).out.trim()).toBe(id)

    const status = await rampart(`ramp status ${id}`)
    expect(status.out).toMatch(/^steered · production +ramp r_\S+ · plan Defaults\n◉ running {3}step 1\/2 {3}1%/)
    expect(status.out).toContain('No guards: nothing watches this ramp.')
    expect((await rampart(`ramp list --flag ${key} --active`)).out).toMatch(new RegExp(`\n${id} .*◉ running`))

    expect((await rampart(`ramp pause ${key} --reason logs`)).out).toMatch(
      /^‖ paused {3}steered · production {3}1% {3}ramp r_/,
    )
    expect((await rampart(`ramp resume ${key}`)).out).toMatch(/^◉ running /)
    expect((await rampart(`ramp advance ${key} --to 100%`)).out).toMatch(/^✔ completed {3}steered · production {3}100%/)
    expect(await rampart(`ramp advance ${key}`)).toMatchObject({ code: 3 })
    expect(await rampart(`ramp rollback ${id}`)).toMatchObject({ code: 5 })
  })

  test('is rolled back by a person, which a watcher learns as exit 11', async () => {
    const key = await flag('taken-back')
    const { world, code } = start(`ramp run ${key} ${BLIND}`)
    await eventually(() => expect(world.out()).toContain('move    0% → 1%'))
    await rampart(`ramp rollback ${key} --reason no`)
    expect(await code).toBe(11)
    expect(world.out()).toMatch(/end {5}Rolled back 1% → 0% .*\(no\)/)
  })

  test('is killed with its flag, which a watcher learns as exit 11', async () => {
    const key = await flag('killed-under-it')
    const { world, code } = start(`ramp run ${key} ${BLIND} --json`)
    await eventually(() => expect(world.err()).toContain('move    0% → 1%'))
    expect((await rampart(`kill ${key}`)).out).toMatch(
      /^✖ killed killed-under-it .* ramp r_\S+ ended \(killed\), the share goes back to 0%\n/,
    )
    expect(await code).toBe(11)
    expect(JSON.parse(world.out())).toMatchObject({ outcome: 'killed', cause: { kind: 'kill' }, exitCode: 11 })
    expect(await rampart(`ramp run ${key} ${BLIND}`)).toMatchObject({ code: 5 })
  })

  test('refuses a second ramp, unless it is to be replaced', async () => {
    const key = await flag('twice')
    const first = start(`ramp run ${key} ${BLIND}`)
    await eventually(() => expect(first.world.out()).toContain('move'))
    const refused = await rampart(`ramp run ${key} ${BLIND}`)
    expect(refused.code).toBe(5)
    expect(refused.err).toContain('--replace')
    expect((await rampart(`rollout set ${key} 5`)).code).toBe(5)
    expect((await rampart(`ramp start ${key} ${BLIND} --replace`)).code).toBe(0)
    expect(await first.code).toBe(11)
    expect((await rampart(`rollout set ${key} 5 --end-ramp`)).code).toBe(0)
  })

  test('waits for an approval, which is exit 12 for who does not want to wait', async () => {
    const key = await flag('approved')
    const waits = await rampart(
      `ramp run ${key} --no-guards --steps 1%:1s,50%:10m,100% --approve-at 50% --exit-on-hold`,
    )
    expect(waits.code).toBe(12)
    expect(waits.out).toContain('an approval to go to 50%')
    expect(waits.out).toContain('the ramp goes on; watch it again with: rampart ramp watch r_')
    const on = start(`ramp watch ${key} --until step:50%`)
    await eventually(() => expect(on.world.out()).toContain('move'))
    expect((await rampart(`ramp approve ${key}`)).code).toBe(0)
    expect(await on.code).toBe(0)
    expect((await rampart(`ramp rollback ${key}`)).code).toBe(0)
  })
})

describe('a watcher that stops', () => {
  test('by its time leaves the ramp, or does with it what was asked, and exits 124', async () => {
    const key = await flag('timed')
    const left = await rampart(`ramp run ${key} ${BLIND} --timeout 300ms`)
    expect(left.code).toBe(124)
    expect(left.out).toContain('the ramp goes on')
    const paused = await rampart(`ramp watch ${key} --timeout 300ms --on-timeout pause --json`)
    expect(paused.json()).toMatchObject({ outcome: 'paused', exitCode: 124 })
    const back = await rampart(`ramp watch ${key} --timeout 300ms --on-timeout rollback --json`)
    expect(back.json()).toMatchObject({ outcome: 'rolled_back', by: 'person', exitCode: 124 })
  })

  test('by a signal leaves the ramp unless told otherwise', async () => {
    const key = await flag('signalled')
    const first = start(`ramp run ${key} ${BLIND}`)
    await eventually(() => expect(first.world.out()).toContain('move'))
    first.world.kill('SIGINT')
    expect(await first.code).toBe(130)
    expect((await rampart(`ramp status ${key} --json`)).json()).toMatchObject({ outcome: 'running' })

    const second = start(`ramp watch ${key} --on-interrupt rollback`)
    await eventually(() => expect(second.world.out()).toContain('move'))
    second.world.kill('SIGTERM')
    expect(await second.code).toBe(143)
    expect((await rampart(`ramp status ${key} --json`)).json()).toMatchObject({ outcome: 'rolled_back' })
  })

  test('detached prints the id and leaves at once', async () => {
    const { code, out } = await rampart(`ramp run ${await flag('detached')} ${BLIND} --detach`)
    expect(code).toBe(0)
    expect(out).toMatch(/^r_[a-z0-9]+\n$/)
  })
})

describe('ramp run on a terminal', () => {
  const terminal = { terminal: 100 }

  test('draws the ramp, takes keys, and leaves the end on the screen', async () => {
    const key = await flag('seen')
    const { world, code } = start(`ramp run ${key} ${BLIND} --color never`, terminal)
    const shows = (text: string) => eventually(() => expect(world.frames.at(-1)).toContain(text))
    await shows('◉ running   step 1/2   1%')
    await shows('p pause · a advance · r roll back · d detach (ramp goes on)')
    world.press('p')
    await shows('‖ paused')
    world.press('p')
    await shows('◉ running')
    world.press('r')
    await shows('Press r again')
    world.press('r')
    expect(await code).toBe(11)
    expect(world.out()).toMatch(/^↶ rolled back {3}seen · production {3}1% → 0% {3}after /)
    expect(world.out()).toMatch(/\n {2}next {4}rampart ramp run seen /)
  })

  test('asks on Ctrl-C what should become of the ramp', async () => {
    const key = await flag('asked')
    const { world, code } = start(`ramp run ${key} ${BLIND}`, terminal)
    await eventually(() => expect(world.frames.at(-1)).toContain('running'))
    world.press('\u0003')
    await eventually(() => expect(world.frames.at(-1)).toContain('Leave: l let the ramp go on'))
    world.press('p')
    expect(await code).toBe(130)
    expect((await rampart(`ramp status ${key} --json`)).json()).toMatchObject({ outcome: 'paused' })
  })

  test('is a log with CI=true, and listens to no key', async () => {
    const { world, code } = start(`ramp run ${await flag('ci')} ${QUICK}`, { ...terminal, env: { CI: 'true' } })
    expect(await code).toBe(0)
    expect(world.frames).toEqual([])
    expect(world.out()).toContain('result  completed')
  })

  test('an advance past what is not known yet is asked for, unless -y was given', async () => {
    const key = await flag('unsure')
    await rampart(`ramp start ${key} --guard checkout_error --allow-new-metric --steps 1%:10m,50%:10m,100%`)
    const { world, code } = start(`ramp advance ${key}`, terminal)
    await eventually(() => expect(world.err()).toContain('without waiting for this? [y/N] '))
    expect(world.err()).toContain('no data checkout_error: ')
    world.press('n')
    expect(await code).toBe(0)
    expect(world.err()).toMatch(/Nothing was changed\.\n$/)
    expect((await rampart(`ramp advance ${key} -y`, terminal)).out).toContain('50%')
    await rampart(`ramp rollback ${key}`)
  })
})

test('a watcher lives through a server that is away, and says so once', async () => {
  const key = await flag('outage')
  let away = false
  const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
  const { world, code } = start(`ramp run ${key} ${BLIND} --heartbeat 100ms`, {
    fetch: (input, init) => (away ? Promise.reject(refused) : fetch(input, init)),
  })
  await eventually(() => expect(world.out()).toContain('move'))
  away = true
  await eventually(() => expect(world.err()).toContain('trying again'))
  away = false
  await eventually(() => expect(world.err()).toContain('connected again'))
  await createAdminClient(server)
    .listRamps({ params: { project: 'demo' }, query: { flag: key } })
    .then(({ body }) => rampart(`ramp rollback ${body.items[0]?.id}`))
  expect(await code).toBe(11)
  expect(world.err().match(/trying again/g)).toHaveLength(1)
})

test('a watcher that gives up says that the ramp goes on', async () => {
  const key = await flag('given-up')
  let away = false
  const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
  const { world, code } = start(`ramp run ${key} ${BLIND} --heartbeat 100ms --retry-for 200ms`, {
    fetch: (input, init) => (away ? Promise.reject(refused) : fetch(input, init)),
  })
  await eventually(() => expect(world.out()).toContain('move'))
  away = true
  expect(await code).toBe(6)
  expect(world.err()).toContain('The ramp goes on without this command. Watch it again with: rampart ramp watch r_')
})
