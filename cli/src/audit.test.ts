import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandsOf } from './test-command.ts'
import { readyFlag, startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

function inSmallPages(url: URL): URL {
  const small = new URL(url)
  if (small.searchParams.has('limit')) small.searchParams.set('limit', '3')
  return small
}

/** Rows without their times and numbers. */
function rows(out: string): readonly string[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME')
        .replace(/demo\/\d+/, 'demo/N')
        .replace(/ {2,}/g, ' | ')
        .replace(/, at \d\d:\d\d:\d\d UTC after \d+s/, ''),
    )
}

describe('flags history', () => {
  test('has what people did to a flag and what its ramps did, newest first', async () => {
    await readyFlag(server, 'seen')
    await rampart(['rollout', 'set', 'seen', '5%', '--comment', 'a small start'])
    await rampart('ramp run seen --no-guards --steps 50%:1s,100%')
    const history = await rampart('flags history seen')
    expect(history.code).toBe(0)
    expect(rows(history.out)).toEqual([
      'when (UTC) | audit | by | environment | what',
      'TIME | demo/N | the ramp | production | seen: Completed: 100% of users have on.',
      'TIME | demo/N | Bootstrap (cli) | production | seen: Ramp to on started at 50% (steps 50%, 100%), nothing watches it.',
      expect.stringMatching(/^TIME \| demo\/N \| Bootstrap \(cli\) \| production \| .*5% of users .* “a small start”$/),
      expect.stringMatching(
        /^TIME \| demo\/N \| Bootstrap \(api\) \| production \| seen was switched on in production/,
      ),
      expect.stringMatching(/^TIME \| demo\/N \| Bootstrap \(api\) \| production \| /),
      'TIME | demo/N | Bootstrap (api) | – | seen was created, off in every environment.',
    ])
    const newest = await rampart('flags history seen --limit 2 --json')
    expect(newest.json()).toMatchObject({ items: [{ action: 'ramp.completed' }, { action: 'ramp.started' }] })
    // What is the same everywhere was changed there too, and nothing else.
    expect((await rampart('flags history seen -e development')).out.split('\n').slice(1)).toEqual([
      expect.stringMatching(/ – +seen was created, off in every environment\.$/),
      '',
    ])
    expect((await rampart('audit list --flag seen')).out).toBe(history.out)
  })

  test('of a flag that is not there is exit 3', async () => {
    expect(await rampart('flags history nowhere')).toMatchObject({ code: 3, out: '' })
  })
})

describe('audit list', () => {
  test('has everything, or what one thing is about', async () => {
    await rampart('segments set audited --include a')
    await rampart('segments add audited b')
    const all = await rampart('audit list --limit 2')
    expect(rows(all.out).slice(1)).toEqual([
      'TIME | demo/N | Bootstrap (cli) | – | Segment audited was edited.',
      'TIME | demo/N | Bootstrap (cli) | – | Segment audited was created.',
    ])
    expect((await rampart('audit list --segment audited --json')).json()).toMatchObject({
      items: [{ action: 'segment.edited' }, { action: 'segment.created' }],
    })
    const { out: id } = await rampart('ramp start new-checkout-flow --no-guards --steps 1%:10m,100%')
    await rampart(`ramp rollback ${id.trim()} --reason seen`)
    expect(rows((await rampart(`audit list --ramp ${id.trim()} -e production`)).out)).toHaveLength(3)
  })

  test('reads on until it has as many as were asked for', async () => {
    const { json } = await rampart('audit list --limit 1000 --json', {
      fetch: (input, init) => fetch(input instanceof URL ? inSmallPages(input) : input, init),
    })
    const { items } = json() as { items: { n: number }[] }
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: items.length }, (_, i) => items.length - i))
    expect(items.length).toBeGreaterThan(6)
  })

  test.each([
    ['audit list --flag nowhere', 3],
    ['audit list --segment nowhere', 3],
    ['audit list --ramp r_nowhere', 3],
    ['audit list --flag a --segment b', 2],
    ['audit list --limit none', 2],
  ])('%s exits %i', async (line, code) => {
    expect(await rampart(line)).toMatchObject({ code, out: '' })
  })
})

describe('audit verify', () => {
  test('says that the record holds, or from where it does not', async () => {
    expect((await rampart('audit verify')).out).toMatch(
      /^✔ the audit of demo holds {3}\d+ entries, each follows from the one before\n$/,
    )
    const database = new DatabaseSync(server.databaseFile)
    database.exec(`update audit set body = replace(body, 'production', 'somewhere') where scope = 'demo' and n = 3`)
    database.close()
    const broken = await rampart('audit verify')
    expect(broken.code).toBe(9)
    expect(broken.out).toMatch(/^✖ the audit of demo does not hold from demo\/3 on/)
    expect((await rampart('audit verify --json')).json()).toMatchObject({ ok: false, brokenAt: 3 })
  })
})
