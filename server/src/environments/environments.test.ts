import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const PRODUCTION = { params: { project: 'shop', environment: 'production' } }
const ADDRESS = '/api/v1/projects/shop/environments/production'

test('an edit changes what it names, makes a revision and is in the audit', async () => {
  const { api, store } = await shopServer()
  const before = (await api.getEnvironment(PRODUCTION)).body
  const { body } = await api.patchEnvironment({
    ...PRODUCTION,
    body: { origins: ['https://shop.test', 'https://shop.test'], privateAttributes: ['email'] },
  })
  const after = {
    ...before,
    origins: ['https://shop.test'],
    privateAttributes: ['email'],
    revision: before.revision + 1,
  }
  expect(body).toEqual({ item: after, revision: after.revision, auditId: expect.stringMatching(/^shop\//) })
  expect((await api.getEnvironment(PRODUCTION)).body).toEqual(after)
  const [entry] = await store.audit({ scope: 'shop', limit: 1 })
  expect(entry).toMatchObject({
    action: 'environment.edited',
    subject: { kind: 'environment', key: 'production', environment: 'production' },
    before,
    after,
    words:
      'Environment production was edited: pages of https://shop.test may use its client keys; its private attributes are email.',
  })
  expect(JSON.stringify(entry)).not.toContain('salt')
})

test('an edit that changes nothing makes no revision', async () => {
  const { api } = await shopServer()
  const { body: first } = await api.patchEnvironment({ ...PRODUCTION, body: { protected: false } })
  const { body: again } = await api.patchEnvironment({ ...PRODUCTION, body: { protected: false, origins: [] } })
  expect(again).toEqual({ item: first.item, revision: null, auditId: first.auditId })
})

test('edits at the same time are all kept', async () => {
  const { api } = await shopServer()
  await Promise.all([
    api.patchEnvironment({ ...PRODUCTION, body: { origins: ['https://shop.test'] } }),
    api.patchEnvironment({ ...PRODUCTION, body: { privateAttributes: ['email'] } }),
    api.patchEnvironment({ ...PRODUCTION, body: { protected: false } }),
  ])
  expect((await api.getEnvironment(PRODUCTION)).body).toMatchObject({
    origins: ['https://shop.test'],
    privateAttributes: ['email'],
    protected: false,
  })
})

test.each(['shop.test', 'https://shop.test/', 'https://shop.test/pages', '*', 'null', 'https://*.shop.test', ''])(
  '%s is no origin, and nothing is changed',
  async (origin) => {
    const { api, call } = await shopServer()
    const before = (await api.getEnvironment(PRODUCTION)).body
    const { status, body } = await call('PATCH', ADDRESS, { body: { origins: [origin] } })
    expect([status, body]).toMatchObject([422, { code: 'invalid', errors: [{ pointer: '/origins/0' }] }])
    expect((await api.getEnvironment(PRODUCTION)).body).toEqual(before)
  },
)

test('only administrators edit, and only what is there', async () => {
  const { api, clientWith } = await shopServer()
  const writer = await clientWith('write@shop')
  await expect(writer.patchEnvironment({ ...PRODUCTION, body: { origins: [] } })).rejects.toMatchObject({
    problem: { code: 'forbidden', permission: 'admin@shop/production' },
  })
  const nowhere = { params: { project: 'shop', environment: 'nowhere' } }
  await expect(api.patchEnvironment({ ...nowhere, body: { origins: [] } })).rejects.toMatchObject({
    problem: { code: 'not_found' },
  })
})

test('an attribute that becomes private is told to browsers as hashes from then on', async () => {
  const { api, call } = await shopServer()
  const { body: key } = await api.createSdkKey({ ...PRODUCTION, body: { kind: 'client', name: 'Pages' } })
  const ofFlag = { params: { ...PRODUCTION.params, flag: 'checkout' } }
  await api.patchFlag({ params: { project: 'shop', flag: 'checkout' }, body: { clientSide: true } })
  const { body: config } = await api.getConfig(ofFlag)
  await api.putConfig({
    ...ofFlag,
    ifMatch: config.revision,
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [
        {
          id: 'staff',
          name: null,
          paused: false,
          when: { attribute: 'email', operator: 'is', operand: 'ada@shop.test' },
          serve: { variation: 'on' },
        },
      ],
      everyoneElse: { variation: 'off' },
    },
  })
  const told = async () => (await call('GET', '/sdk/v1/snapshot', { token: key.secret })).body
  expect(JSON.stringify(await told())).toContain('ada@shop.test')
  await api.patchEnvironment({ ...PRODUCTION, body: { privateAttributes: ['email'] } })
  expect(JSON.stringify(await told())).not.toContain('ada@shop.test')
  expect(await told()).toMatchObject({ flags: [{ rules: [{ when: { attribute: 'email', operator: 'hashed in' } }] }] })
})
