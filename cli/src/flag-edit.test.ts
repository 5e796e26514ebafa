import { type ConfigSettings, createAdminClient } from '@rampart/contract/admin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from './run.ts'
import { commandsOf } from './test-command.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { testWorld } from './test-world.ts'

let server: TestServer
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

/** The first line of `flags get`. */
async function headOf(flag: string): Promise<string | undefined> {
  return (await rampart(`flags get ${flag}`)).out.split('\n')[0]
}

async function untouched(...line: readonly string[]) {
  const world = testWorld({ env: server.env, fetch: () => Promise.reject(new Error('nothing should be asked')) })
  return { code: await run(line, world), out: world.out(), err: world.err() }
}

describe('flags edit', () => {
  test('changes what is named and nothing else, and says what is now', async () => {
    await rampart('flags create promo --owner ana --tag a')
    const edited = await rampart([
      ...['flags', 'edit', 'promo', '--tag', 'b', '--tag', 'c', '--kind', 'operational'],
      ...['--name', 'Promo banner', '--description', 'Shown in December'],
    ])
    expect(edited).toMatchObject({ code: 0, err: '' })
    expect(edited.out).toMatch(
      /^✔ promo: name Promo banner\n {2}description Shown in December\n {2}kind operational\n {2}tags b, c\n {2}audit demo\/\d+\n$/,
    )
    expect((await rampart('flags get promo --json')).json()).toMatchObject({
      flag: {
        name: 'Promo banner',
        description: 'Shown in December',
        kind: 'operational',
        owner: 'ana',
        tags: ['b', 'c'],
        clientSide: false,
      },
    })
  })

  test('takes away what it is told to', async () => {
    await rampart('flags create tidied --owner ana --tag a')
    const edited = await rampart(['flags', 'edit', 'tidied', '--no-owner', '--no-tag', '--description', ''])
    expect(edited.out).toMatch(/^✔ tidied: no description\n {2}no owner\n {2}no tags\n {2}audit /)
    expect(await headOf('tidied')).toBe('tidied   boolean   release')
    expect((await rampart('flags edit tidied --no-tag --tag b --no-owner --owner bo')).code).toBe(0)
    expect(await headOf('tidied')).toBe('tidied   boolean   release   owner bo   tags b')
    expect((await rampart(['flags', 'edit', 'tidied', '--owner', ''])).out).toMatch(/^✔ tidied: no owner\n/)
    expect(await headOf('tidied')).toBe('tidied   boolean   release   tags b')
  })

  test('tells pages the rules, the values or nothing', async () => {
    await rampart('flags create shown')
    const values = await rampart('flags edit shown --pages values')
    expect(values.out).toMatch(
      /^✔ shown: pages are told its values; its rules stay on the server\n {2}audit demo\/\d+\n$/,
    )
    expect(await headOf('shown')).toBe('shown   boolean   release   client-side, values only')
    const rules = await rampart('flags edit shown --pages rules')
    expect(rules.out).toMatch(/^✔ shown: pages are told its rules and values\n {2}audit /)
    expect(await headOf('shown')).toBe('shown   boolean   release   client-side')
    const nothing = await rampart('flags edit shown --pages nothing --json')
    expect(nothing.json()).toMatchObject({
      item: { key: 'shown', clientSide: false, remoteOnly: false, version: 4 },
      auditId: expect.stringMatching(/^demo\//),
    })
    expect(await headOf('shown')).toBe('shown   boolean   release')
  })

  test('says when it was so before', async () => {
    await rampart('flags create twice --pages values --owner ana')
    expect((await rampart('flags edit twice --pages values --owner ana')).out).toBe(
      '✔ twice: owner ana\n  pages are told its values; its rules stay on the server\n  It was so before, nothing was changed.\n',
    )
  })

  test('leaves its comment in the audit', async () => {
    await rampart('flags create noted')
    await rampart(['flags', 'edit', 'noted', '--pages', 'rules', '--comment', 'the shop asks for it'])
    expect((await rampart('flags history noted')).out).toContain('the shop asks for it')
  })

  test('wants to know what, before anything is asked of the server', async () => {
    expect(await untouched('flags', 'edit', 'promo')).toEqual({
      code: 2,
      out: '',
      err: 'rampart: What should be different? Name it with --name, --owner, --tag, --pages and so on.\n',
    })
    expect(await untouched('flags', 'edit', 'promo', '--pages', 'all')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Allowed choices are nothing, values, rules.'),
    })
  })

  test('of a flag that is not there is exit 3', async () => {
    expect(await rampart('flags edit nowhere --pages rules')).toMatchObject({ code: 3, out: '' })
  })
})

describe('flags create', () => {
  test.each([
    ['--pages rules', '   client-side'],
    ['--client-side', '   client-side'],
    ['--client-side --pages rules', '   client-side'],
    ['--pages values', '   client-side, values only'],
    ['--pages nothing', ''],
  ])('with %s', async (words, said) => {
    const key = words.replaceAll(/\W+/g, '_')
    expect(await rampart(`flags create ${key} ${words}`)).toMatchObject({ code: 0, err: '' })
    expect(await headOf(key)).toBe(`${key}   boolean   release${said}`)
  })

  test('does not guess between two words about pages', async () => {
    expect(await untouched('flags', 'create', 'x', '--client-side', '--pages', 'values')).toEqual({
      code: 2,
      out: '',
      err: 'rampart: --client-side is short for --pages rules, and --pages says values: give one of them.\n',
    })
  })
})

describe('what pages cannot be told', () => {
  const IN_DEVELOPMENT = { project: 'demo', environment: 'development' }

  const configure = (flag: string, rest: Partial<ConfigSettings>) =>
    createAdminClient(server).putConfig({
      params: { ...IN_DEVELOPMENT, flag },
      body: {
        on: true,
        off: 'off',
        prerequisites: [],
        layer: null,
        rules: [],
        everyoneElse: { variation: 'off' },
        ...rest,
      },
    })

  test('is refused with every reason, and the values alone are told', async () => {
    const body = { privateAttributes: ['email'] }
    await createAdminClient(server).patchEnvironment({ params: IN_DEVELOPMENT, body })
    await rampart('flags create staff')
    await configure('staff', {
      rules: ['@corp.test', '@shop.test'].map((ending, i) => ({
        id: `r${i}`,
        name: null,
        paused: false,
        when: { attribute: 'email', operator: 'ends with', operand: [ending] },
        serve: { variation: 'on' },
      })),
    })
    const refused = await rampart('flags edit staff --pages rules')
    expect(refused).toMatchObject({ code: 2, out: '' })
    for (const rule of [0, 1])
      expect(refused.err).toContain(
        `staff in development: /rules/${rule}/when/operator tests the private attribute email`,
      )
    expect((await rampart('flags edit staff --pages rules --json')).json()).toMatchObject({
      code: 'invalid',
      exitCode: 2,
      errors: [{ pointer: '/clientSide' }, { pointer: '/clientSide' }],
    })
    expect((await rampart('flags edit staff --pages values')).code).toBe(0)
  })

  test('is no prerequisite of a flag that pages evaluate', async () => {
    await rampart('flags create base --pages rules')
    await rampart('flags create asker --pages rules')
    await configure('asker', { prerequisites: [{ flag: 'base', variations: ['on'] }] })
    for (const what of ['values', 'nothing']) {
      const refused = await rampart(`flags edit base --pages ${what}`)
      expect(refused).toMatchObject({ code: 5, out: '' })
      expect(refused.err).toContain('base is a prerequisite of flags that pages evaluate: asker in development')
    }
    expect(await headOf('base')).toBe('base   boolean   release   client-side')
  })
})
