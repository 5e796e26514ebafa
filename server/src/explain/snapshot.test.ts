import { compile, evaluate, type Snapshot, unitHash } from '@rampart/core'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'
import { masked } from './masked-snapshot.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const
const CHECKOUT = { ...DEVELOPMENT, flag: 'checkout' } as const

async function privateServer() {
  const server = await shopServer()
  const { api } = server
  await api.patchEnvironment({ params: DEVELOPMENT, body: { privateAttributes: ['email'] } })
  await api.putSegment({
    params: { project: 'shop', segment: 'staff' },
    body: { when: null, included: ['ada@corp.test'], by: 'email' },
  })
  await api.putSegment({ params: { project: 'shop', segment: 'beta' }, body: { when: null, included: ['acc_1'] } })
  const rule = (id: string, when: object) =>
    ({ id, name: null, paused: false, when, serve: { variation: 'on' } }) as never
  await api.putConfig({
    params: CHECKOUT,
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [
        rule('bo', { attribute: 'email', operator: 'is', operand: 'bo@corp.test' }),
        rule('corp', { attribute: 'email', operator: 'ends with', operand: ['@other.test'] }),
        rule('staff', { any: [{ segment: 'staff' }, { segment: 'beta' }] }),
      ],
      everyoneElse: { variation: 'off' },
    },
  })
  return server
}

test('whoever may look reads what SDKs are served, without private values and watches', async () => {
  const { clientWith } = await privateServer()
  const { body, etag } = await (await clientWith('read@shop')).readSnapshot({ params: DEVELOPMENT })
  expect(body).toMatchObject({ format: 1, ...DEVELOPMENT, audience: 'server', watches: [] })
  expect(etag).toBe(body.revision)
  expect(JSON.stringify(body)).not.toMatch(/corp\.test|other\.test/)
  const [flag] = body.flags
  expect(flag?.rules.map(({ when }) => when)).toEqual([
    { attribute: 'email', operator: 'hashed in', operand: [unitHash('bo@corp.test', body.salt)] },
    { attribute: 'email', operator: 'ends with' },
    { any: [{ segment: 'staff' }, { segment: 'beta' }] },
  ])
  expect(body.segments).toEqual([
    { key: 'beta', included: ['acc_1'] },
    { key: 'staff', included: [unitHash('ada@corp.test', body.salt)], by: 'email', hashed: true },
  ])
})

test('a masked snapshot answers as the real one, or cannot judge: never otherwise', async () => {
  const { api } = await privateServer()
  const compiled = compile((await api.readSnapshot({ params: DEVELOPMENT })).body)
  const rules = ['bo@corp.test', 'ada@corp.test', 'cy@other.test'].map(
    (email) => evaluate(compiled, 'checkout', { targetingKey: 'u', email }).rule,
  )
  expect(rules).toEqual(['bo', 'staff', 'everyone-else'])
  expect(compiled.problems.map(({ what }) => what)).toEqual(['the operand of "ends with" must be a list of texts'])
})

test('nobody reads the snapshot of an environment they may not see, or that is not there', async () => {
  const { clientWith, api } = await privateServer()
  const stranger = await clientWith('read@other')
  await expect(stranger.readSnapshot({ params: DEVELOPMENT })).rejects.toMatchObject({ problem: { status: 403 } })
  await expect(api.readSnapshot({ params: { ...DEVELOPMENT, environment: 'none' } })).rejects.toMatchObject({
    problem: { status: 404 },
  })
})

test('without private attributes a snapshot stays as it is, but for its watches', async () => {
  const { api } = await shopServer()
  const { body } = await api.readSnapshot({ params: DEVELOPMENT })
  const plain: Snapshot = { ...body, segments: [{ key: 's', included: ['a'] }] }
  expect(masked(plain, [])).toEqual(plain)
})
