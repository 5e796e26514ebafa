import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from './run.ts'
import { commandsOf } from './test-command.ts'
import { FLAG, readyFlag, startTestServer, type TestServer } from './test-server.ts'
import { testWorld } from './test-world.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-cwd-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const rampart = commandsOf(() => server)

describe('flags', () => {
  test('are created, listed and read', async () => {
    const made = await rampart([
      'flags',
      'create',
      'promo',
      '--kind',
      'operational',
      '--tag',
      'a',
      '--name',
      'Promo banner',
    ])
    expect(made.code).toBe(0)
    expect(made.out).toMatch(/^✔ created promo {3}boolean {3}off, on {3}off in every environment\n {2}audit \S+\n$/)

    const listed = await rampart('flags list promo -e production')
    expect(listed.out).toMatch(
      /^flag {3}type {5}production {2}changed \(UTC\)\npromo {2}boolean {2}Off {9}\d{4}-\d\d-\d\d \d\d:\d\d\n$/,
    )

    const read = await rampart('flags get promo -e development')
    expect(read.out).toMatch(
      /^promo {3}boolean {3}operational {3}tags a\n {2}development ● off {5}Off: everyone gets off\. {3}rev \d+\n$/,
    )
  })

  test('of other types take their variations from the command', async () => {
    const made = await rampart([
      'flags',
      'create',
      'ranker',
      '--type',
      'json',
      '--variation',
      'a={"k":1}',
      '--variation',
      'b={"k":2}',
      '--json',
    ])
    expect(made.code).toBe(0)
    expect(made.json()).toMatchObject({
      item: {
        key: 'ranker',
        type: 'json',
        variations: [
          { key: 'a', value: { k: 1 } },
          { key: 'b', value: { k: 2 } },
        ],
      },
    })
  })

  test('that want variations say so before anything is asked of the server', async () => {
    expect(await rampart('flags create x --type string')).toMatchObject({ code: 2, out: '' })
    expect((await rampart('flags create x --type json --variation a={')).err).toContain(
      'the value of "a={" is not JSON',
    )
    expect((await rampart('flags create x --type string --variation a')).err).toContain('must look like key=value')
  })

  test('are switched on and off, and twice is as good as once', async () => {
    await readyFlag(server, 'switched')
    const off = await rampart('flags off switched')
    expect(off).toMatchObject({ code: 0, err: '' })
    expect(off.out).toContain('○ switched is off in production\n')
    expect((await rampart('flags off switched')).out).toContain('it was so before, nothing was changed')
    expect((await rampart('flags on switched')).out).toContain('● switched is on in production\n')
  })

  test('say with --json what the API says', async () => {
    const list = await rampart(`flags list ${FLAG} --json`)
    expect(list.json()).toMatchObject({ items: [{ key: FLAG, states: expect.any(Array) }] })
    expect((await rampart(`flags get ${FLAG} -e production -o json`)).json()).toMatchObject({
      flag: { key: FLAG },
      environments: [{ environment: 'production', on: true }],
    })
  })
})

describe('rollout set', () => {
  test('says what the share was and is', async () => {
    await readyFlag(server, 'shared')
    const set = await rampart('rollout set shared 12.5%')
    expect(set.code).toBe(0)
    expect(set.out).toMatch(
      /^✔ shared in production {3}0% → 12\.5% on\n {2}12\.5% of users get on, everyone else gets off\.\n/,
    )
    const json = await rampart('rollout set shared 20 --json')
    expect(json.json()).toMatchObject({ item: { everyoneElse: { variation: 'on', rollout: { percent: 20 } } } })
  })

  test('refuses what is no percent without asking the server', async () => {
    const world = testWorld({ env: server.env, fetch: () => Promise.reject(new Error('nothing should be asked')) })
    expect(await run(['rollout', 'set', FLAG, '120%'], world)).toBe(2)
    expect(world.err()).toBe(
      'rampart: percent: "120%" must be a percent from 0% to 100%, with at most three decimals.\n',
    )
  })

  test('warns that a flag which is off gives nobody the share', async () => {
    await rampart('flags create dormant')
    expect((await rampart('rollout set dormant 5')).out).toContain(
      'nobody gets this until rampart flags on dormant -e production',
    )
  })
})

describe('kill and restore', () => {
  test('a kill is said at once, and twice is no failure', async () => {
    await readyFlag(server, 'killed')
    const kill = await rampart(['kill', 'killed', '--reason', '5xx on checkout'])
    expect(kill).toMatchObject({ code: 0, err: '' })
    expect(kill.out).toBe(
      '✖ killed killed in production   everyone gets off\n' +
        '  no SDK is connected: it holds for those that come\n' +
        '  restore with: rampart restore killed -p demo -e production\n',
    )
    expect((await rampart('kill killed --wait 0')).out).toContain('✖ killed was killed before in production')
    expect((await rampart('flags get killed')).out).toContain('▲ killed')
    const restored = await rampart('restore killed')
    expect(restored.code).toBe(0)
    expect(restored.out).toContain('✔ restored killed in production')
  })

  test('a kill with --json is one document with the propagation', async () => {
    await readyFlag(server, 'killed-json')
    expect((await rampart('kill killed-json --json')).json()).toMatchObject({
      already: false,
      item: { flag: 'killed-json', killed: { by: { via: 'cli' }, reason: null } },
      propagation: { instances: 0, holding: 0 },
    })
  })
})

describe('what goes wrong', () => {
  test.each([
    ['flags get nothing-here', 3],
    ['flags list -p nowhere', 3],
    ['flags', 2],
    ['flags lst', 2],
    ['flags list --bogus', 2],
    ['kill', 2],
    [`kill ${FLAG} --wait soon`, 2],
    [`flags create ${FLAG}`, 5],
  ])('rampart %s exits %i and says why on the standard error', async (line, code) => {
    const result = await rampart(line)
    expect(result).toMatchObject({ code, out: '' })
    expect(result.err).not.toBe('')
  })

  test('is with --json the problem document with its exit code', async () => {
    const { code, json } = await rampart('flags get nothing-here --json')
    expect(code).toBe(3)
    expect(json()).toMatchObject({
      code: 'not_found',
      status: 404,
      exitCode: 3,
      requestId: expect.stringMatching(/^req_/),
    })
    const wrong = await rampart('flags list --bogus --json')
    expect(wrong.json()).toMatchObject({ code: 'usage', detail: "unknown option '--bogus'", exitCode: 2 })
  })

  test('names the nearest command', async () => {
    expect((await rampart('flgs list')).err).toContain('(Did you mean flags?)')
  })

  test('a wrong token is exit 4 and is not printed', async () => {
    const secret = 'rmp_svc_aaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbb'
    const { code, out, err } = await rampart('flags list --debug', { env: { RAMPART_TOKEN: secret } })
    expect(code).toBe(4)
    expect(out + err).not.toContain(secret)
    expect(err).toMatch(/^GET http:\S+ → 401 in \d+ms \(request req_\S+\)$/m)
  })

  test('a server that is away is exit 6 after the time that was given', async () => {
    const away = await rampart('flags list --retry-for 300ms', { env: { RAMPART_URL: 'http://127.0.0.1:9' } })
    expect(away.code).toBe(6)
    const lines = away.err.trimEnd().split('\n')
    expect(lines.filter((line) => line.includes('trying again'))).toHaveLength(1)
    expect(lines.at(-1)).toMatch(/^rampart: The server at http:\/\/127\.0\.0\.1:9 cannot be reached: /)
  })

  test('is an error annotation in GitHub Actions', async () => {
    const { err } = await rampart('flags get nothing-here', { env: { GITHUB_ACTIONS: 'true' } })
    expect(err).toMatch(/^::error title=There is no such thing::.*nothing-here/m)
  })

  test('an outage is lived through', async () => {
    let calls = 0
    const world = testWorld({
      env: server.env,
      fetch: (input, init) => {
        calls += 1
        if (calls > 1) return fetch(input, init)
        return Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
        )
      },
    })
    expect(await run(['flags', 'get', FLAG], world)).toBe(0)
    expect(world.err()).toMatch(
      /^the server refuses connections \(\S+\); trying again for up to 1m\nconnected again after \d+s\n$/,
    )
  })
})

describe('settings', () => {
  test('a missing one is asked for by the flag that gives it', async () => {
    const { code, err } = await rampart('flags list', { env: { RAMPART_PROJECT: '' } })
    expect(code).toBe(2)
    expect(err).toBe('rampart: Which project? Please pass -p or set RAMPART_PROJECT.\n')
  })

  test('a token comes from a file or the standard input, never with the line break', async () => {
    await writeFile(join(folder, 'token'), `${server.token}\n`)
    const env = { RAMPART_TOKEN: '' }
    expect((await rampart('flags list --token-file token', { env, cwd: folder })).code).toBe(0)
    expect((await rampart('flags list', { env: { ...env, RAMPART_TOKEN_FILE: 'token' }, cwd: folder })).code).toBe(0)
    expect((await rampart('flags list --token-stdin', { env, stdin: `${server.token}\n` })).code).toBe(0)
    expect((await rampart('flags list --token-file missing', { env, cwd: folder })).err).toContain('there is no file')
    expect((await rampart('flags list --token-stdin', { env })).err).toContain('nothing came on the standard input')
  })

  test('the repository’s file gives address, project and environment, in a folder above too', async () => {
    const config = { url: server.url, project: 'demo', environment: 'development' }
    await writeFile(join(folder, 'rampart.config.json'), JSON.stringify(config))
    const env = { RAMPART_URL: '', RAMPART_PROJECT: '', RAMPART_ENV: '' }
    const read = await rampart(`flags get ${FLAG}`, { env, cwd: join(folder, 'src') })
    expect(read.out).toMatch(/\n {2}development ● off .*\n {2}production {2}▲ on /)
    expect((await rampart(`flags on ${FLAG}`, { env, cwd: folder })).code).toBe(0)
  })

  test('a protected environment is changed only when it is named with the command', async () => {
    const config = { url: server.url, project: 'demo', environment: 'production' }
    await writeFile(join(folder, 'rampart.config.json'), JSON.stringify(config))
    const env = { RAMPART_URL: '', RAMPART_PROJECT: '', RAMPART_ENV: '' }
    const refused = await rampart(`flags off ${FLAG}`, { env, cwd: folder })
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('production is protected: name it with -e production')
    expect((await rampart(`flags off ${FLAG} -e production`, { env, cwd: folder })).code).toBe(0)
    expect((await rampart(`flags on ${FLAG} -e production`, { env, cwd: folder })).code).toBe(0)
  })

  test('the tour answers when nothing else is configured', async () => {
    const tour = { url: server.url, adminToken: server.token, project: 'demo', environment: 'production' }
    await writeFile(join(folder, 'tour.json'), JSON.stringify(tour))
    const world = testWorld({ env: { RAMPART_DATA: folder } })
    expect(await run(['flags', 'get', FLAG], world)).toBe(0)
    const away = testWorld({ env: { RAMPART_DATA: join(folder, 'none') } })
    expect(await run(['flags', 'list'], away)).toBe(2)
  })
})

describe('the audit', () => {
  test('keeps the comment, the pipeline’s when none is given, and that it came by this command', async () => {
    await readyFlag(server, 'audited')
    await rampart(['rollout', 'set', 'audited', '1', '--comment', 'größer: 1%'])
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKFLOW: 'Deploy', GITHUB_RUN_NUMBER: '7', GITHUB_RUN_ID: '70' }
    await rampart(['rollout', 'set', 'audited', '2'], { env })
    const response = await fetch(`${server.url}/api/v1/projects/demo/audit?subject=flag&key=audited`, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    const { items } = (await response.json()) as { items: { comment: string; actor: { via: string } }[] }
    expect(items.slice(0, 2).map(({ comment, actor }) => [comment, actor.via])).toEqual([
      ['Deploy #7', 'cli'],
      ['größer: 1%', 'cli'],
    ])
  })
})

describe('help', () => {
  test('of exit codes is the table', async () => {
    const { code, out } = await rampart('help exit-codes')
    expect(code).toBe(0)
    expect(out).toContain('\n  10  Rolled back by a guard ')
    expect(out).toContain('\n 124  --timeout reached')
  })

  test('begins with two examples, and is there for each command', async () => {
    expect((await rampart('--help')).out).toMatch(/^Examples:\n {2}rampart ramp run .*\n {2}rampart kill /)
    expect((await rampart('help ramp run')).out).toContain('Usage: rampart ramp run [options] <flag>')
    expect((await rampart([])).out).toMatch(/^Examples:/)
    expect(await rampart('help nonsense')).toMatchObject({ code: 2 })
  })

  test('version is the version', async () => {
    const { out } = await rampart('version')
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await rampart('--version')).out).toBe(out)
  })
})
