import { type ConfigSettings, ProblemError } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, errors, current, detail } = error.problem
    return { status, code, errors, current, detail }
  }
}

const status = (answer: unknown) => (answer as { readonly status: number }).status

/** Boolean flags of these keys, and how each is made to ask for others. */
async function flagsServer(...keys: readonly string[]) {
  const server = await shopServer()
  for (const key of keys) await server.api.createFlag({ params: DEVELOPMENT, body: { key } })
  const asking = (flag: string, prerequisites: ConfigSettings['prerequisites']) =>
    server.api.putConfig({
      params: { ...DEVELOPMENT, flag },
      body: { on: true, off: 'off', prerequisites, layer: null, rules: [], everyoneElse: { variation: 'on' } },
    })
  const ask = (flag: string, ...asked: readonly string[]) =>
    asking(
      flag,
      asked.map((key) => ({ flag: key, variations: ['on'] })),
    )
  return { ...server, ask, asking }
}

test('prerequisites lead as deep as evaluation follows, and no deeper', async () => {
  const keys = Array.from({ length: 22 }, (_, i) => `f${i}`)
  const { ask } = await flagsServer(...keys)
  for (let i = 20; i > 1; i--) await ask(`f${i - 1}`, `f${i}`)
  expect(status(await problemOf(ask('f20', 'f21')))).toBe(422)
  expect(await problemOf(ask('f0', 'f1'))).toMatchObject({ status: 422, code: 'cycle' })
})

test('a circle is refused wherever it is closed, and the answer says how it leads', async () => {
  const { ask } = await flagsServer('a', 'b', 'c')
  await ask('a', 'b')
  await ask('b', 'c')
  expect(await problemOf(ask('c', 'a'))).toMatchObject({
    status: 422,
    code: 'cycle',
    detail: 'The prerequisites would lead in a circle or too deep: a → b → c → a. Nothing was changed.',
  })
  expect(await problemOf(ask('c', 'c'))).toMatchObject({ code: 'cycle' })
})

test('of two flags that ask for each other at once, one is refused', async () => {
  const { ask } = await flagsServer('a', 'b', 'c')
  await ask('b', 'c')
  const both = await Promise.all([problemOf(ask('a', 'b')), problemOf(ask('c', 'a'))])
  expect(both.map(status).toSorted((a, b) => a - b)).toEqual([200, 422])
})

test('what is asked for must be there, alive, and able to give it', async () => {
  const { api, asking } = await flagsServer('a', 'b', 'old')
  await api.patchFlag({ params: { ...DEVELOPMENT, flag: 'old' }, body: { archived: true } })
  const wrong = await problemOf(
    asking('a', [
      { flag: 'b', variations: ['on', 'maybe'] },
      { flag: 'nobody', variations: ['on'] },
      { flag: 'old', variations: ['on'] },
    ]),
  )
  expect(wrong).toMatchObject({
    errors: [
      { pointer: '/prerequisites/0/variations/1', message: 'names no variation of b: maybe' },
      { pointer: '/prerequisites/1/flag', message: 'names no flag of this project: nobody' },
      { pointer: '/prerequisites/2/flag', message: 'is archived: old' },
    ],
  })
})

test('a flag that others ask for is not archived, also when they begin to ask at the same moment', async () => {
  const { api, ask } = await flagsServer('a', 'b')
  const archive = () => problemOf(api.patchFlag({ params: { ...DEVELOPMENT, flag: 'b' }, body: { archived: true } }))
  const both = await Promise.all([problemOf(ask('a', 'b')), archive()])
  expect([
    [200, 409],
    [422, 200],
  ]).toContainEqual(both.map(status))
  const { prerequisites } = (await api.getConfig({ params: { ...DEVELOPMENT, flag: 'a' } })).body
  const { archivedAt } = (await api.getFlag({ params: { ...DEVELOPMENT, flag: 'b' } })).body
  expect(prerequisites.length > 0).toBe(archivedAt === null)
})

test('a segment is not deleted while a rule begins to use it', async () => {
  const { api } = await flagsServer('a')
  const segment = { project: 'shop', segment: 'beta' }
  await api.putSegment({ params: segment, body: { when: null, included: ['u'] } })
  const rule = { id: 'r', name: null, paused: false, when: { segment: 'beta' }, serve: { variation: 'on' } }
  const use = api.putConfig({
    params: { ...DEVELOPMENT, flag: 'a' },
    body: { on: true, off: 'off', prerequisites: [], layer: null, rules: [rule], everyoneElse: { variation: 'off' } },
  })
  const both = await Promise.all([problemOf(use), problemOf(api.deleteSegment({ params: segment }))])
  expect([
    [200, 409],
    [422, 200],
  ]).toContainEqual(both.map(status))
})
