import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectPages } from './commands/pages.ts'
import { commandsOf } from './test-command.ts'
import { readyFlag, startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

test('projects are listed', async () => {
  expect((await rampart('projects list')).out).toBe('project  name\ndemo     demo\n')
  expect((await rampart('projects list --json')).json()).toEqual({ items: [{ key: 'demo', name: 'demo', version: 1 }] })
})

test('a project is created, and given environments', async () => {
  expect((await rampart(['projects', 'create', 'app', '--name', 'The app'])).out).toMatch(
    /^✔ created project app\n {2}its environments: rampart env create production -p app --class production\n {2}audit app\/\d+\n$/,
  )
  expect((await rampart('env create production -p app --class production')).code).toBe(0)
  expect((await rampart('projects list')).out).toContain('app      The app\n')
  expect(await rampart('projects create app')).toMatchObject({ code: 5, out: '' })
})

test('environments are listed, production last', async () => {
  expect((await rampart('env list')).out).toMatch(
    /^environment {2}class {8}protected {2}revision {2}.*\ndevelopment {2}development {2}no {9}\d+ .*\nproduction {3}production {3}yes {8}\d+ .*\n$/,
  )
})

test('a flag is archived and brought back, and twice is as good as once', async () => {
  await rampart('flags create old')
  const archived = await rampart('flags archive old')
  expect(archived.out).toMatch(
    /^✔ old is archived\n {2}Code that still asks for it keeps getting its last configuration\.\n {2}audit demo\/\d+\n$/,
  )
  expect((await rampart('flags archive old')).out).toContain('It was so before, nothing was changed.')
  expect((await rampart('flags list old')).out).toBe('No flags match "old".\n')
  expect((await rampart('flags list --archived')).out).toMatch(/^flag .*\nold /)
  expect((await rampart('flags unarchive old')).out).toMatch(/^✔ old is back from the archive\n/)
  expect(await rampart('flags archive nowhere')).toMatchObject({ code: 3, out: '' })
})

test('a flag that a ramp holds is not archived', async () => {
  const { out } = await rampart('ramp start new-checkout-flow --no-guards --steps 1%:10m,100%')
  expect(await rampart('flags archive new-checkout-flow')).toMatchObject({ code: 5, out: '' })
  await rampart(`ramp rollback ${out.trim()}`)
})

test('ramps are listed by their state, those that go on and those that ended', async () => {
  await readyFlag(server, 'listed')
  const start = async () =>
    (await rampart('ramp start listed --no-guards --steps 1%:10m,100% --cooldown 0 --reason test')).out.trim()
  const first = await start()
  await rampart(`ramp rollback ${first}`)
  const second = await start()
  await rampart(`ramp pause ${second}`)
  const listed = async (filter: string) => {
    const { items } = (await rampart(`ramp list --flag listed --json ${filter}`)).json() as { items: { id: string }[] }
    return items.map(({ id }) => id)
  }
  expect(await listed('--limit 5')).toEqual([second, first])
  expect(await listed('--active')).toEqual([second])
  expect(await listed('--state paused')).toEqual([second])
  expect(await listed('--state running')).toEqual([])
  expect(await listed('--state ended')).toEqual([first])
  expect(await listed('--state rolled_back')).toEqual([first])
  expect(await listed('--state active -e development')).toEqual([])
  expect((await rampart('ramp list --flag listed --state completed')).out).toBe('No ramps.\n')
  expect(await rampart('ramp list --state gone')).toMatchObject({ code: 2, out: '' })
})

describe('an environment that a file or a variable names', () => {
  test('is what commands change, and narrows no list', async () => {
    expect((await rampart('flags list new')).out).toMatch(/^flag +type +development +production +changed/)
    expect((await rampart('flags list new -e production')).out).toMatch(/^flag +type +production +changed/)
  })

  test('that is not there is exit 3', async () => {
    const { code, err } = await rampart('flags list -e prodction')
    expect(code).toBe(3)
    expect(err).toBe('rampart: Project demo has no environment prodction; it has development, production.\n')
  })
})

describe('pages', () => {
  const pages = (sizes: readonly number[]) => {
    const asked: unknown[] = []
    const read = (page: { limit: number; cursor?: string }) => {
      asked.push(page)
      const at = Number(page.cursor ?? 0)
      const items = Array.from({ length: sizes[at] ?? 0 }, (_, i) => `${at}.${i}`)
      return Promise.resolve({ items, next: at + 1 < sizes.length ? String(at + 1) : null })
    }
    return { asked, read }
  }

  test('are read until there are enough', async () => {
    const { asked, read } = pages([2, 2, 2])
    expect(await collectPages(3, read)).toEqual(['0.0', '0.1', '1.0'])
    expect(asked).toEqual([{ limit: 3 }, { limit: 3, cursor: '1' }])
  })

  test('are read to the end when the wanted ones are few', async () => {
    const { asked, read } = pages([2, 0, 2])
    expect(await collectPages(1000, read, (item) => item.endsWith('.1'))).toEqual(['0.1', '2.1'])
    expect(asked).toHaveLength(3)
  })
})
