import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient } from '@rampart/contract/admin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextOf } from './context.ts'
import { commandsOf } from './test-command.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'rampart-cli-eval-'))
  const api = createAdminClient({ url: server.url, token: server.token })
  const params = { project: 'demo', environment: 'production', flag: 'checkout-v2' }
  await api.createFlag({ params, body: { key: 'checkout-v2' } })
  const rule = { paused: false, serve: { variation: 'on' } }
  const revision = (await api.getConfig({ params })).body.revision
  await api.putConfig({
    params,
    ifMatch: revision,
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [
        {
          ...rule,
          id: 'beta-testers',
          name: null,
          when: { attribute: 'email', operator: 'ends with', operand: ['@corp.test'] },
        },
        {
          ...rule,
          id: 'not-eu',
          name: null,
          paused: true,
          when: { attribute: 'country', operator: 'is', operand: 'US' },
        },
      ],
      everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' }, by: 'account.id' },
    },
  })
  const limit = { project: 'demo', environment: 'production', flag: 'limit' }
  const variations = [
    { key: 'none', name: null, value: 0 },
    { key: 'some', name: null, value: 5 },
  ]
  await api.createFlag({ params: limit, body: { key: 'limit', type: 'number', variations } })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const rampart = commandsOf(() => server)

test('an answer is one line: the variation, the reason, the rule and the revision', async () => {
  const said = await rampart('eval checkout-v2 --context account.id=acc_918 --context email=ada@corp.test')
  expect(said.code).toBe(0)
  expect(said.out).toMatch(/^on {3}rule {3}rule beta-testers {3}rev \d+\n$/)
})

test('a trace has every step, in the order of evaluation', async () => {
  const said = await rampart('eval checkout-v2 --context account.id=acc_918 --context country=DE --trace')
  expect(said.code).toBe(0)
  const lines = said.out.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^(on|off) {3}rollout {3}rule everyone-else {3}rev \d+$/)
  expect(lines[1]).toBe('  ✔ switch on')
  expect(lines[2]).toMatch(/^ {2}✖ rule 1 beta-testers +email ends with @corp\.test: attribute missing$/)
  expect(lines[3]).toMatch(/^ {2}‖ rule 2 not-eu +paused$/)
  expect(lines[4]).toMatch(
    /^ {2}▶ everyone else +position\(account\.id=acc_918\) = \d+\.\d{3} {3}(?:in|outside) 0–10 {3}→ (?:on|off)$/,
  )
  expect(lines).toHaveLength(5)
})

test('a value that the name of its variation does not say is told, also when it is nought', async () => {
  expect((await rampart('eval limit')).out).toMatch(/^none = 0 {3}off {3}rev \d+\n$/)
})

test('every environment is asked with --all-envs, production last', async () => {
  const said = await rampart('eval checkout-v2 --all-envs --context account.id=acc_918')
  expect(said.code).toBe(0)
  expect(said.out.split('\n').map((line) => line.split(' ')[0])).toEqual(['development', 'production', ''])
})

test('an earlier revision is asked with --revision, and one that is still to come is not found', async () => {
  const api = createAdminClient({ url: server.url, token: server.token })
  const environment = { project: 'demo', environment: 'production' }
  const { revision } = (await api.explain({ params: environment, body: { flag: 'checkout-v2', context: {} } })).body
  const asked = 'eval checkout-v2 --context email=ada@corp.test'
  await api.killFlag({ params: { ...environment, flag: 'checkout-v2' }, body: {} })
  const now = await rampart(`${asked} -e production --json`)
  expect(now.json()).toMatchObject({ revision: revision + 1, answer: { reason: 'killed' } })
  const before = await rampart(`${asked} -e production --json --revision ${revision}`)
  expect(before.json()).toMatchObject({ revision, answer: { value: true, rule: 'beta-testers' } })
  await api.restoreFlag({ params: { ...environment, flag: 'checkout-v2' }, body: {} })
  expect(await rampart(`${asked} -e production --revision 4000`)).toMatchObject({ code: 3 })
  expect(await rampart(`${asked} --all-envs --revision 4`)).toMatchObject({ code: 2 })
  expect(await rampart(`${asked} -e production --revision x`)).toMatchObject({ code: 2 })
})

test('attributes come from a file too, and those of the command line win', async () => {
  await writeFile(join(folder, 'context.json'), '{"email":"bo@corp.test","account.id":"acc_1"}')
  const file = await rampart('eval checkout-v2 --context-file context.json --json', { cwd: folder })
  expect(file.json()).toMatchObject({
    flag: 'checkout-v2',
    environment: 'production',
    answer: { rule: 'beta-testers' },
  })
  expect(file.json()).not.toHaveProperty('steps')
  const both = await rampart('eval checkout-v2 --context-file context.json --context email=x --json --trace', {
    cwd: folder,
  })
  expect(both.json()).toMatchObject({ answer: { rule: 'everyone-else' }, steps: [{ step: 'switch' }, {}, {}] })
})

test('a flag that is not there is not found, and wrong input is said before the server is asked', async () => {
  expect((await rampart('eval checkuot-v2')).code).toBe(3)
  expect((await rampart('eval checkout-v2 --context email')).code).toBe(2)
  expect((await rampart('eval checkout-v2 --context age:=thirty')).code).toBe(2)
  expect((await rampart('eval checkout-v2 --all-envs -e production')).code).toBe(2)
})

test('a text is never taken for something else, and JSON is taken as it is', () => {
  expect(contextOf(['plan=pro', 'age=30', 'n:=30', 'tags:=["a"]', 'url=a:=b', 'empty='])).toEqual({
    plan: 'pro',
    age: '30',
    n: 30,
    tags: ['a'],
    url: 'a:=b',
    empty: '',
  })
})
