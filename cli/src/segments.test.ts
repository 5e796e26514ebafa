import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient, type Segment } from '@rampart/contract/admin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandsOf } from './test-command.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
let folder: string
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-segments-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const WHEN = '{"attribute":"plan","operator":"is","operand":"beta"}'

describe('segments set', () => {
  test('creates a segment, and changes only the parts that are named', async () => {
    const made = await rampart(['segments', 'set', 'beta', '--when', WHEN, '--include', 'acc_1', '--name', 'Beta'])
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toMatch(/^✔ created segment beta {3}1 included, 0 excluded\n {2}version 1 · audit demo\/\d+\n$/)

    await rampart('segments set beta --exclude acc_9')
    expect((await rampart('segments get beta')).out).toBe(
      `beta   Beta   by targetingKey   version 2\n  when      ${WHEN}\n  included  acc_1\n  excluded  acc_9\n`,
    )
    await rampart('segments set beta --when null --by account.id')
    expect((await rampart('segments get beta')).out).toBe(
      'beta   Beta   by account.id   version 3\n  when      no condition: only the lists\n  included  acc_1\n  excluded  acc_9\n',
    )
  })

  test('takes what get printed, makes nothing of it twice, and refuses it when somebody was faster', async () => {
    await rampart(['segments', 'set', 'file', '--when', WHEN])
    const file = join(folder, 'file.json')
    await writeFile(file, (await rampart('segments get file --json')).out)
    const same = await rampart(`segments set file --file ${file}`)
    expect(same.out).toContain('version 1: it was so before, nothing was changed')
    await rampart('segments add file acc_1')
    const late = await rampart(`segments set file --file ${file}`)
    expect(late).toMatchObject({ code: 5, out: '' })
    expect(late.err).toContain('Somebody changed it since')
    expect((await rampart(`segments set file --file ${file} --if-version 2`)).code).toBe(0)
    expect((await rampart('segments get file --json')).json()).toMatchObject({ included: [], version: 3 })
  })

  test('reads the standard input', async () => {
    const stdin = JSON.stringify({ when: null, included: ['a', 'b'] })
    expect((await rampart('segments set piped --file -', { stdin })).out).toContain(
      'created segment piped   2 included',
    )
  })

  test.each([
    ['segments set x', 'What should it be?'],
    ['segments set x --file nowhere.json', 'There is no file nowhere.json.'],
    ['segments set x --when {', '--when is not JSON'],
    ['segments set x --name y --if-version new', '--if-version: "new" must be a version'],
    ['segments add x', 'Which ids?'],
  ])('%s is refused before anything is asked of the server', async (line, words) => {
    const refused = await rampart(line, { cwd: folder, fetch: () => Promise.reject(new Error('nothing is asked')) })
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain(words)
  })

  test('shows the place in a condition where the server found a mistake', async () => {
    const wrong = await rampart(['segments', 'set', 'x', '--when', '{"attribute":"plan","operator":"is"}'])
    expect(wrong).toMatchObject({ code: 2, out: '' })
    expect(wrong.err).toContain('/when/operand is needed')
  })

  test('refuses a file that is of another segment', async () => {
    const stdin = JSON.stringify({ key: 'other', when: null })
    expect((await rampart('segments set mine --file -', { stdin })).err).toContain('has the segment other, not mine')
  })
})

describe('segments add and remove', () => {
  test('move ids on and off a list, and twice is as good as once', async () => {
    await rampart('segments set lists --include a')
    expect((await rampart('segments add lists b c')).out).toMatch(
      /^✔ added 2 to the included list of lists {3}3 included, 0 excluded\n {2}version 2 · audit /,
    )
    expect((await rampart('segments add lists b')).out).toBe(
      '✔ added 0 to the included list of lists   3 included, 0 excluded\n  version 2: it was so before, nothing was changed\n',
    )
    expect((await rampart('segments remove lists a c nobody')).out).toContain('✔ removed 2 from the included list')
    expect((await rampart('segments add lists --excluded --from -', { stdin: 'x\r\n\n y\n' })).out).toContain(
      '✔ added 2 to the excluded list of lists   1 included, 2 excluded',
    )
    expect((await rampart('segments list')).out).toMatch(/\nlists +targetingKey +– +1 +2 +4 +lists\n/)
  })

  test('say when the excluded list wins', async () => {
    await rampart('segments set wins --exclude acc_9')
    expect((await rampart('segments add wins acc_9')).err).toBe(
      'Excluded wins over included: acc_9 stay out of wins.\n',
    )
  })

  test('need a segment that is there', async () => {
    expect(await rampart('segments add nowhere a')).toMatchObject({ code: 3, out: '' })
  })

  test('lose nothing when somebody else changes the segment in between', async () => {
    await rampart('segments set race --include a')
    const api = createAdminClient(server)
    const params = { project: 'demo', segment: 'race' }
    let others = 2
    const { code } = await rampart('segments add race mine', {
      fetch: async (input, init) => {
        if (init?.method === 'PUT' && others > 0) {
          others -= 1
          const { body } = await api.getSegment({ params })
          await api.putSegment({ params, body: { ...settings(body), included: [...body.included, `other-${others}`] } })
        }
        return fetch(input, init)
      },
    })
    expect(code).toBe(0)
    expect((await api.getSegment({ params })).body.included).toEqual(['a', 'other-1', 'other-0', 'mine'])
  })

  test('a lost answer to a change is no conflict', async () => {
    await rampart('segments set lost --include a')
    let lost = false
    const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
    const added = await rampart(['segments', 'set', 'lost', '--include', 'b', '--if-version', '1'], {
      fetch: async (input, init) => {
        const answer = await fetch(input, init)
        if (init?.method !== 'PUT' || lost) return answer
        lost = true
        throw refused
      },
    })
    expect(added.code).toBe(0)
    expect(added.out).toContain('version 2: it was so before, nothing was changed')
  })
})

function settings({ when, included, excluded, by }: Segment) {
  return { when, included, excluded, by }
}
