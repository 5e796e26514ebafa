import { ProblemError } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const
const CHECKOUT = { ...DEVELOPMENT, flag: 'checkout' } as const

/** A flag with two rules, one of them paused, and 10% for everyone else; e-mail addresses are private. */
async function ruledServer() {
  const server = await shopServer()
  const { api } = server
  await api.patchEnvironment({ params: DEVELOPMENT, body: { privateAttributes: ['email'] } })
  const rule = { paused: false, serve: { variation: 'on' } }
  await api.putConfig({
    params: CHECKOUT,
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [
        {
          ...rule,
          id: 'corp',
          name: 'Colleagues',
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
  return server
}

test('an explanation is the answer, every step to it, and the rules with those that are paused', async () => {
  const { clientWith } = await ruledServer()
  const reader = await clientWith('read@shop')
  const context = { account: { id: 'acc_918' }, country: 'US', email: 'ada@example.test' }
  const { body } = await reader.explain({ params: DEVELOPMENT, body: { flag: 'checkout', context } })
  expect(body).toEqual({
    environment: 'development',
    revision: expect.any(Number),
    masked: ['email'],
    items: [
      {
        flag: 'checkout',
        answer: {
          value: false,
          variation: 'off',
          reason: 'rollout',
          rule: 'everyone-else',
          position: expect.any(Number),
        },
        steps: [
          { step: 'switch', state: 'on' },
          {
            step: 'rule',
            rule: 'corp',
            verdict: 'false',
            when: { kind: 'attribute', attribute: 'email', operator: 'ends with', verdict: 'false' },
          },
          {
            step: 'serve',
            rule: 'everyone-else',
            by: 'account.id',
            unit: 'acc_918',
            rollout: {
              percent: 10,
              below: 429_496_730,
              position: body.items[0]?.answer.position,
              inside: false,
              otherwise: 'off',
            },
            variation: 'off',
          },
        ],
        rules: [
          { id: 'corp', name: 'Colleagues', paused: false },
          { id: 'not-eu', name: null, paused: true },
        ],
      },
    ],
  })
})

test('several flags are explained for one context, and prerequisites along with them', async () => {
  const { api } = await ruledServer()
  await api.createFlag({ params: DEVELOPMENT, body: { key: 'next' } })
  await api.putConfig({
    params: { ...DEVELOPMENT, flag: 'next' },
    body: {
      on: true,
      off: 'off',
      prerequisites: [{ flag: 'checkout', variations: ['on'] }],
      layer: null,
      rules: [],
      everyoneElse: { variation: 'on' },
    },
  })
  const context = { targetingKey: 'u', email: 'ada@corp.test' }
  const { body } = await api.explain({ params: DEVELOPMENT, body: { flags: ['checkout', 'next'], context } })
  expect(body.items.map(({ flag, answer }) => [flag, answer.value, answer.reason])).toEqual([
    ['checkout', true, 'rule'],
    ['next', true, 'default'],
  ])
  const step = body.items[1]?.steps.find((one) => one.step === 'prerequisite')
  expect(step).toMatchObject({ flag: 'checkout', given: 'on', met: true })
  expect(JSON.stringify(body)).not.toContain('corp.test')
})

test('a change shows in the next explanation, and nothing is counted', async () => {
  const { api, call } = await ruledServer()
  const ask = async () =>
    (await api.explain({ params: DEVELOPMENT, body: { flag: 'checkout', context: {} } })).body.items[0]?.answer.reason
  expect(await ask()).toBe('rollout')
  await api.killFlag({ params: CHECKOUT, body: {} })
  expect(await ask()).toBe('killed')
  const served = await call('GET', '/api/v1/projects/shop/environments/development/flags/checkout/evaluations')
  expect(served.status).toBe(200)
  expect(JSON.stringify(served.body)).not.toMatch(/"n":[1-9]/)
})

test('an earlier revision is explained, and read, as it was served', async () => {
  const { api } = await ruledServer()
  const body = { flag: 'checkout', context: { email: 'ada@corp.test' } }
  const first = (await api.explain({ params: DEVELOPMENT, body })).body
  await api.createFlag({ params: { project: 'shop' }, body: { key: 'later' } })
  await api.killFlag({ params: CHECKOUT, body: {} })
  const query = { revision: first.revision }
  expect((await api.explain({ params: DEVELOPMENT, body })).body.items[0]?.answer.reason).toBe('killed')
  expect((await api.explain({ params: DEVELOPMENT, query, body })).body).toEqual(first)
  const snapshot = (await api.readSnapshot({ params: DEVELOPMENT, query })).body
  expect(snapshot.revision).toBe(first.revision)
  expect(snapshot.flags.map(({ key, killed }) => [key, killed])).toEqual([['checkout', undefined]])
  const unborn = await api.explain({ params: DEVELOPMENT, query, body: { flag: 'later', context: {} } })
  expect(unborn.body.items[0]?.answer.error).toBe('flag_not_found')
})

test.each(['0', '4000', 'x', '-1', '1.5'])('revision %s cannot be explained', async (revision) => {
  const { call } = await shopServer()
  const path = '/api/v1/projects/shop/environments/development'
  const status = revision === '0' || revision === '4000' ? 404 : 422
  const body = { flag: 'checkout', context: {} }
  expect((await call('POST', `${path}/explain?revision=${revision}`, { body })).status).toBe(status)
  expect((await call('GET', `${path}/snapshot?revision=${revision}`)).status).toBe(status)
})

test.each([
  [{ flag: 'chekout', context: {} }, 404],
  [{ flag: 'checkout' }, 422],
  [{ flag: 'checkout', context: [] }, 422],
  [{ flag: 'checkout', flags: ['checkout'], context: {} }, 422],
  [{ flags: [], context: {} }, 422],
])('%j cannot be explained: %i', async (body, status) => {
  const { call } = await shopServer()
  const asked = await call('POST', '/api/v1/projects/shop/environments/development/explain', { body })
  expect(asked.status).toBe(status)
})

test('the nearest flag is named when there is none of that key, and another project stays closed', async () => {
  const { api, clientWith } = await shopServer()
  const asked = { params: DEVELOPMENT, body: { flag: 'chekout', context: {} } }
  await expect(api.explain(asked)).rejects.toMatchObject({ problem: { hint: 'Did you mean checkout?' } })
  const stranger = await clientWith('read@other')
  await expect(stranger.explain(asked)).rejects.toBeInstanceOf(ProblemError)
})
