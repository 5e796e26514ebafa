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

async function listed(key: string): Promise<object | undefined> {
  const { items } = (await rampart('env list --json')).json() as { items: { key: string }[] }
  return items.find((environment) => environment.key === key)
}

describe('env create', () => {
  test('makes an environment of a class, protected when it is production or when it is said', async () => {
    expect((await rampart('env create qa --class staging')).out).toMatch(
      /^✔ created qa {3}staging {3}every flag is off there\n {2}audit demo\/\d+\n$/,
    )
    expect((await rampart('env create live --class production')).out).toContain('production   protected   every')
    await rampart('env create canary --class production --no-protected')
    await rampart('env create gate --class staging --protected')
    expect([await listed('canary'), await listed('gate')]).toMatchObject([{ protected: false }, { protected: true }])
    expect((await rampart('flags get new-checkout-flow')).out).toMatch(/qa .*off/i)
  })

  test('wants a class, and refuses a key that is taken', async () => {
    expect(await rampart('env create other')).toMatchObject({ code: 2, out: '' })
    expect(await rampart('env create other --class live')).toMatchObject({ code: 2, out: '' })
    expect(await rampart('env create production --class production')).toMatchObject({ code: 5, out: '' })
    expect(await listed('other')).toBeUndefined()
  })
})

describe('env edit', () => {
  test('changes what is named and nothing else, and says what is now', async () => {
    const edited = await rampart([
      ...['env', 'edit', 'production', '--origin', 'https://shop.example', '--origin', 'http://localhost:5173'],
      ...['--private-attribute', 'email'],
    ])
    expect(edited).toMatchObject({ code: 0, err: '' })
    expect(edited.out).toMatch(
      /^✔ production: pages of https:\/\/shop\.example, http:\/\/localhost:5173 may use its client keys\n {2}private attributes: email\n {2}audit demo\/\d+\n$/,
    )
    await rampart('env edit production --private-attribute email --private-attribute account.name')
    expect(await listed('production')).toMatchObject({
      protected: true,
      origins: ['https://shop.example', 'http://localhost:5173'],
      privateAttributes: ['email', 'account.name'],
    })
  })

  test('takes away what it is told to', async () => {
    await rampart('env edit development --origin https://a.example --private-attribute email --protected')
    const edited = await rampart('env edit development --no-origin --no-private-attribute --no-protected')
    expect(edited.out).toMatch(
      /^✔ development: not protected\n {2}pages of every origin may use its client keys\n {2}private attributes: none\n {2}audit /,
    )
    expect(await listed('development')).toMatchObject({ protected: false, origins: [], privateAttributes: [] })
  })

  test('says when it was so before', async () => {
    await rampart('env edit development --origin https://b.example')
    const again = await rampart('env edit development --origin https://b.example')
    expect(again).toMatchObject({ code: 0 })
    expect(again.out).toContain('It was so before, nothing was changed.')
  })

  test('refuses what is no origin, an environment that is not there and an edit of nothing, and changes nothing', async () => {
    const before = await listed('production')
    const refused = await rampart('env edit production --origin https://shop.example/checkout')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('must be an origin such as https://shop.example')
    expect(await rampart('env edit nowhere --no-origin')).toMatchObject({ code: 3, out: '' })
    expect(await listed('production')).toEqual(before)

    const world = testWorld({ env: server.env, fetch: () => Promise.reject(new Error('nothing should be asked')) })
    expect(await run(['env', 'edit', 'production'], world)).toBe(2)
    expect(world.err()).toContain('What should be different?')
  })
})
