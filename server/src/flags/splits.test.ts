import { SDK_PATHS } from '@rampart/contract/wire'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const RANKER = { project: 'shop', environment: 'development', flag: 'ranker' } as const

/** A text flag with three variations, and what SDKs are told of it. */
async function rankerServer() {
  const server = await shopServer()
  const variations = ['a', 'b', 'c'].map((key) => ({ key, name: null, value: key }))
  await server.api.createFlag({ params: RANKER, body: { key: 'ranker', type: 'string', variations } })
  const { secret } = (await server.api.createSdkKey({ params: RANKER, body: { kind: 'server', name: 'shop' } })).body
  const settings = { on: true, off: 'a', prerequisites: [], layer: null, rules: [] }
  return {
    ...server,
    weigh: async (weights: Readonly<Record<string, number>>) =>
      (
        await server.api.putConfig({
          params: RANKER,
          body: { ...settings, everyoneElse: { split: { weights } } },
        })
      ).body,
    served: async () => {
      const { body } = await server.call('GET', SDK_PATHS.snapshot, { token: secret })
      const { flags } = body as { readonly flags: readonly { readonly key: string; readonly serve: unknown }[] }
      return flags.find(({ key }) => key === 'ranker')?.serve
    },
  }
}

test('a change of weights moves only what one variation gives to the others', async () => {
  const { weigh, served } = await rankerServer()
  await weigh({ a: 50_000, b: 25_000, c: 25_000 })
  expect(await served()).toEqual({
    to: [
      [50_000, 0],
      [75_000, 1],
      [100_000, 2],
    ],
  })
  await weigh({ a: 40_000, b: 30_000, c: 30_000 })
  expect(await served()).toEqual({
    to: [
      [40_000, 0],
      [45_000, 1],
      [50_000, 2],
      [75_000, 1],
      [100_000, 2],
    ],
  })
})

test('people read and write weights; slices stay the server’s, and the same weights make no revision', async () => {
  const { api, weigh } = await rankerServer()
  const first = await weigh({ a: 50_000, b: 50_000 })
  expect(first.item.everyoneElse).toEqual({ split: { weights: { a: 50_000, b: 50_000 } } })
  const read = (await api.getConfig({ params: RANKER })).body
  expect(Object.keys(read)).not.toContain('slices')
  expect((await weigh({ b: 50_000, a: 50_000 })).item).toEqual(first.item)
})

test('a kill and its undo leave the slices as they were', async () => {
  const { api, weigh, served } = await rankerServer()
  await weigh({ a: 50_000, b: 50_000 })
  await weigh({ a: 20_000, b: 50_000, c: 30_000 })
  const before = await served()
  await api.killFlag({ params: RANKER, body: {} })
  await api.restoreFlag({ params: RANKER, body: {} })
  expect(await served()).toEqual(before)
})
