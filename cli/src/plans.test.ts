import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPlan } from './plan-file.ts'
import { commandsOf } from './test-command.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
let folder: string
const rampart = commandsOf(() => server)

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-plans-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function file(name: string, content: unknown): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify(content))
  return join(folder, name)
}

const CAREFUL = { key: 'careful', name: 'Careful', steps: '1%:10m,100%', guards: ['checkout_error<=1.5x:hold'] }

test('a plan is applied, read, listed, and applied once more without making a new version of it', async () => {
  const path = await file('careful.json', CAREFUL)
  const made = await rampart(`plan apply ${path}`)
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toMatch(/^✔ plan careful is version 1\n {2}step {2}share .*\n {2}audit demo\/\d+\n$/s)
  expect((await rampart('plan get careful')).out).toBe(
    [
      'careful   Careful   version 1',
      '  step  share  dwell  least units  must rule out  approval',
      '  1     1%     10m    100          5×             no',
      '  2     100%   –      –            –              no',
      '  guard           limit         reaction  from step',
      '  checkout_error  at most 1.5×  hold      1',
      '  no bake · a step waits at most 1h, then hold · no data for 20m: hold · cool-down 15m',
      '',
    ].join('\n'),
  )
  expect((await rampart('plan list')).out).toBe(
    'plan     version  steps        guards          name\ncareful  1        1%:10m,100%  checkout_error  Careful\n',
  )
  expect((await rampart(`plan apply ${path}`)).out).toBe(
    '✔ plan careful is version 1, as it was: nothing was changed\n',
  )
})

test('a plan that was printed can be applied, and not when somebody was faster', async () => {
  const stdin = JSON.stringify({ ...CAREFUL, key: undefined })
  expect((await rampart('plan apply - --key printed', { stdin })).code).toBe(0)
  const printed = (await rampart('plan get printed --json')).out
  expect((await rampart('plan validate -', { stdin: printed })).code).toBe(0)
  expect((await rampart('plan apply -', { stdin: printed })).out).toContain('nothing was changed')
  expect(
    (await rampart('plan apply - --key printed --json', { stdin: stdin.replace('10m', '20m') })).json(),
  ).toMatchObject({ item: { version: 2, steps: [{ dwell: 'PT20M' }, {}] } })
  expect(await rampart('plan apply -', { stdin: printed })).toMatchObject({ code: 5, out: '' })
})

test('validate asks no server, and says every place that is wrong', async () => {
  const nothing = { RAMPART_URL: '', RAMPART_TOKEN: '', RAMPART_PROJECT: '' }
  const good = await rampart(`plan validate ${await file('good.json', CAREFUL)}`, { env: nothing })
  expect(good).toMatchObject({ code: 0, err: '' })
  expect(good.out).toMatch(/^✔ \S+good\.json is the plan careful\n$/)
  const path = await file('bad.json', { ...CAREFUL, key: 'care ful', stepps: '1%', steps: '10%,5%', guards: ['Foo'] })
  const bad = await rampart(`plan validate ${path}`, { env: nothing })
  expect(bad).toMatchObject({ code: 9, err: '' })
  expect(bad.out).toMatch(
    /^✖ \S+bad\.json is no plan\n {2}\/key must be 1 to 128 .*\n {2}\/stepps is not known here\n$/,
  )
  expect((await rampart(`plan validate ${path} --json`, { env: nothing })).json()).toMatchObject({
    ok: false,
    mistakes: [{ pointer: '/key' }, { pointer: '/stepps' }],
  })
})

test('a file that is no plan is not applied, and its mistakes are told', async () => {
  const path = await file('wrong.json', { ...CAREFUL, steps: '10%,5%' })
  const refused = await rampart(`plan apply ${path}`)
  expect(refused).toMatchObject({ code: 2, out: '' })
  expect(refused.err).toMatch(/is no plan; nothing was changed\.\n {2}\/steps step 2, "5%", must be above/)
  expect((await rampart(`plan apply ${path} --json`)).json()).toMatchObject({
    code: 'usage',
    errors: [{ pointer: '/steps' }],
    exitCode: 2,
  })
})

describe('a plan in a file', () => {
  const mistakes = (content: object, named?: string) => {
    const read = readPlan({ ...content }, named)
    return read.ok ? [] : read.mistakes.map(({ pointer, message }) => `${pointer} ${message}`)
  }

  test.each([
    [{ guards: [] }, ['/key is needed, here or with --key']],
    [{ key: 'a' }, ['/guards is needed: a guard such as "checkout_error", or [] to ramp blindly']],
    [
      { ...CAREFUL, guards: ['Foo', 'p95(x'] },
      [expect.stringMatching(/^\/guards\/0 /), expect.stringMatching(/^\/guards\/1 /)],
    ],
    [{ ...CAREFUL, bake: 5 }, [expect.stringMatching(/^\/bake /)]],
    [{ ...CAREFUL, maxDwell: 'soon' }, ['/maxDwell must be a duration such as PT10M, 30s, 10m, 2h or 1d']],
    [{ ...CAREFUL, steps: [{ percent: 120 }] }, [expect.stringMatching(/^\/steps\/0\/percent /)]],
    [{ ...CAREFUL, steps: [{ percent: 1, dwel: '1m' }] }, ['/steps/0/dwel is not known here']],
    [{ ...CAREFUL, version: '1' }, ['/version must be a number']],
    [{ ...CAREFUL, window: 'Mon-Fri' }, ['/window is not known here']],
  ])('%j is refused with its places', (content, expected) => {
    expect(mistakes(content)).toEqual(expected)
  })

  test('may leave its key to the command, but not say another', () => {
    expect(mistakes({ guards: [] }, 'given')).toEqual([])
    expect(mistakes(CAREFUL, 'other')).toEqual(['/key is careful, not other'])
  })
})
