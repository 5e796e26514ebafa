import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sdkKeyRows, tokenRows } from './output/credentials.ts'
import { paintFor } from './output/paint.ts'
import { commandsOf } from './test-command.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

describe('tokens', () => {
  test('are created with their secret alone on the standard output, listed without it, and revoked', async () => {
    const made = await rampart('tokens create --name ci-shop --scope ramp@demo/* --scope kill@demo/* --expires 90d')
    expect(made.code).toBe(0)
    expect(made.out).toMatch(/^rmp_svc_[a-z2-7]{26}_[a-z2-7]{6}\n$/)
    expect(made.err).toMatch(
      /^Made the token ci-shop \(t_\w+\): ramp@demo\/\*, kill@demo\/\*; expires \d{4}-\d\d-\d\d \d\d:\d\d UTC; audit instance\/\d+\.\n/,
    )
    const env = { RAMPART_TOKEN: made.out.trim() }
    expect((await rampart('env list', { env })).code).toBe(0)

    const listed = await rampart('tokens list')
    expect(listed.out).toMatch(/\nt_\w+ +machine +ci-shop +rmp_svc_…[a-z2-7]{4} .* ramp@demo\/\* kill@demo\/\*\n/)
    expect(listed.out).not.toContain(made.out.trim())

    expect((await rampart('tokens revoke ci-shop')).out).toMatch(/^✔ revoked ci-shop \(t_\w+, rmp_svc_…/)
    expect(await rampart('env list', { env })).toMatchObject({ code: 4 })
    expect(await rampart('tokens revoke ci-shop')).toMatchObject({ code: 3, out: '' })
  })

  test('may be printed as a line of an environment file, or as the whole answer', async () => {
    const line = await rampart('tokens create --name line --scope read@demo --env-line --quiet')
    expect(line.out).toMatch(/^RAMPART_TOKEN=rmp_svc_\S+\n$/)
    expect(line.err).toBe('')
    const kill = await rampart('tokens create --kind kill-url --name pager --scope kill@demo/production --env-line')
    expect(kill.out).toMatch(/^RAMPART_KILL_URL=http:\/\/\S+\/k\/rmp_kill_\S+\n$/)
    expect((await rampart('tokens create --name json --scope read@demo --json')).json()).toMatchObject({
      item: { name: 'json', kind: 'machine', expiresAt: null },
      secret: expect.stringMatching(/^rmp_svc_/),
      url: null,
    })
  })

  test('are masked in the log of GitHub Actions before they are printed', async () => {
    const made = await rampart('tokens create --name gh --scope read@demo', { env: { GITHUB_ACTIONS: 'true' } })
    expect(made.err.startsWith(`::add-mask::${made.out}`)).toBe(true)
  })

  test('of the command itself are only revoked when that is said', async () => {
    const refused = await rampart('tokens revoke Bootstrap')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('pass --yes')
    await rampart('tokens create --name own --scope admin@* -q').then(async ({ out }) => {
      expect((await rampart('tokens revoke own -y', { env: { RAMPART_TOKEN: out.trim() } })).code).toBe(0)
    })
  })

  test('with the same name are told apart by their ids', async () => {
    for (let i = 0; i < 2; i += 1) await rampart('tokens create --name twin --scope read@demo')
    const refused = await rampart('tokens revoke twin')
    expect(refused.code).toBe(2)
    const id = /t_\w+/.exec(refused.err)?.[0] ?? ''
    expect((await rampart(`tokens revoke ${id}`)).code).toBe(0)
    expect((await rampart('tokens revoke twin')).code).toBe(0)
  })

  test('that are gone when the answer to their revocation was lost are revoked', async () => {
    await rampart('tokens create --name lost --scope read@demo')
    let lost = false
    const revoked = await rampart('tokens revoke lost', {
      fetch: async (input, init) => {
        const answer = await fetch(input, init)
        if (init?.method !== 'DELETE' || lost) return answer
        lost = true
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
      },
    })
    expect(revoked.code).toBe(0)
    expect(revoked.out).toContain('✔ revoked lost')
  })

  test.each([
    ['tokens create --name x', 'required option'],
    ['tokens create --name x --scope read@demo --expires soon', '--expires: "soon" must be a time such as 90d'],
    ['tokens create --name x --scope read@demo --expires 2020-01-01', '--expires: "2020-01-01"'],
    ['tokens create --name x --scope everything', '/scopes/0 must look like verb@project'],
    ['tokens create --kind kill-url --name x --scope read@demo', 'A kill URL takes kill@project/environment'],
  ])('%s is exit 2', async (line, words) => {
    const refused = await rampart(line)
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain(words)
  })

  test('expire at a moment, too', async () => {
    const made = await rampart('tokens create --name dated --scope read@demo --expires 2099-01-31 --json')
    expect(made.json()).toMatchObject({ item: { expiresAt: '2099-01-31T00:00:00.000Z' } })
  })
})

describe('SDK keys', () => {
  test('are created for an environment, listed for all, and revoked', async () => {
    const made = await rampart('sdk-keys create -e development --name shop --env-line')
    expect(made.out).toMatch(/^RAMPART_SDK_KEY=rmp_srv_\S+\n$/)
    expect(made.err).toMatch(/^Made the server SDK key shop \(k_\w+\) for development; audit demo\/\d+\.\n/)
    expect((await rampart('sdk-keys create -e development --kind client --name pages --env-line')).out).toMatch(
      /^RAMPART_CLIENT_KEY=rmp_pub_\S+\n$/,
    )
    const listed = await rampart('sdk-keys list')
    expect(listed.out.split('\n').map((row) => row.split(/ {2,}/).slice(1, 4).join(' '))).toEqual([
      'environment kind name',
      expect.stringMatching(/^development client pages$|^development server shop$/),
      expect.stringMatching(/^development client pages$|^development server shop$/),
      'production server fleet',
      '',
    ])
    expect((await rampart('sdk-keys list -e production --json')).json()).toMatchObject({ items: [{ name: 'fleet' }] })
    expect((await rampart('sdk-keys revoke shop')).out).toMatch(/^✔ revoked shop \(k_\w+, rmp_srv_….*of development/)
    expect(await rampart('sdk-keys revoke shop')).toMatchObject({ code: 3 })
  })

  test('are refused for an environment that is not there', async () => {
    expect(await rampart('sdk-keys list -e nowhere')).toMatchObject({ code: 3, out: '' })
    expect(await rampart('sdk-keys create -e nowhere --name x')).toMatchObject({ code: 3, out: '' })
  })
})

test('a list says what has expired, what never will, and what was never used', () => {
  const paint = paintFor('never', false, {})
  const now = Date.parse('2026-06-01T00:00:00.000Z')
  const token = {
    id: 't_1',
    kind: 'machine',
    name: 'ci',
    scopes: ['read@demo'],
    prefix: 'rmp_svc_…aaaa',
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-05-01T12:30:00.000Z',
    lastUsedAt: null,
  } as const
  expect(tokenRows([{ ...token, scopes: [...token.scopes] }], { now, paint })[1]).toBe(
    't_1  machine  ci    rmp_svc_…aaaa  never       expired 2026-05-01 12:30  read@demo',
  )
  expect(tokenRows([], { now, paint })).toEqual(['No tokens.'])
  expect(sdkKeyRows([], { now, paint })).toEqual(['No SDK keys.'])
})
