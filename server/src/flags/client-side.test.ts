import { type ConfigSettings, ProblemError } from '@rampart/contract/admin'
import { type Condition, compile, evaluate, type Snapshot } from '@rampart/core'
import { expect, test } from 'vitest'
import { shopServer } from '../test-server.ts'

const DEVELOPMENT = { project: 'shop', environment: 'development' } as const
const CHECKOUT = { ...DEVELOPMENT, flag: 'checkout' } as const
const BETA = { project: 'shop', segment: 'beta' } as const

async function problemOf(work: Promise<unknown>) {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status, code, errors, current } = error.problem
    return { status, code, errors, current }
  }
}

/** A client-side flag in an environment where e-mail addresses are private, and what browsers are told. */
async function browserServer() {
  const server = await shopServer()
  const { api, call } = server
  await api.patchEnvironment({ params: DEVELOPMENT, body: { privateAttributes: ['email'] } })
  await api.patchFlag({ params: CHECKOUT, body: { clientSide: true } })
  const { secret } = (await api.createSdkKey({ params: DEVELOPMENT, body: { kind: 'client', name: 'shop' } })).body
  const settings = (rest: Partial<ConfigSettings>): ConfigSettings => ({
    on: true,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [],
    everyoneElse: { variation: 'off' },
    ...rest,
  })
  return {
    ...server,
    when: (when: Condition, paused = false) =>
      api.putConfig({
        params: CHECKOUT,
        body: settings({ rules: [{ id: 'r', name: null, paused, when, serve: { variation: 'on' } }] }),
      }),
    asking: (flag: string) =>
      api.putConfig({ params: CHECKOUT, body: settings({ prerequisites: [{ flag, variations: ['on'] }] }) }),
    told: async () => (await call('GET', '/sdk/v1/snapshot', { token: secret })).body as Snapshot,
  }
}

const email = (operator: string, operand: unknown) => ({ attribute: 'email', operator, operand }) as Condition

test('a browser answers by the hash of a private value, which it is never sent', async () => {
  const { api, when, told } = await browserServer()
  await api.putSegment({ params: BETA, body: { when: email('is', 'ada@example.com'), included: ['acc_1'] } })
  await when({ any: [email('is one of', ['bo@example.com']), { segment: 'beta' }] })
  const snapshot = await told()
  expect(JSON.stringify(snapshot)).not.toMatch(/example\.com|acc_1/)
  const compiled = compile(snapshot)
  const answers = [
    { targetingKey: 'x', email: 'ada@example.com' },
    { targetingKey: 'x', email: 'bo@example.com' },
    { targetingKey: 'x', email: 'cy@example.com' },
    { targetingKey: 'acc_1' },
  ].map((context) => evaluate(compiled, 'checkout', context).value)
  expect(answers).toEqual([true, true, false, true])
})

test.each<[string, Condition, string, RegExp]>([
  ['part of a private value', email('ends with', ['@corp.test']), '/rules/0/when/operator', /private attribute email/],
  ['a private number', { not: email('is', 5) }, '/rules/0/when/not/operator', /private attribute email/],
  [
    'a pattern that browsers read in another way',
    { attribute: 'plan', operator: 'matches', operand: '(?i)pro' },
    '/rules/0/when/operand',
    /uses \(\?i/,
  ],
])('a client-side flag cannot test %s', async (_, condition, pointer, message) => {
  const { when } = await browserServer()
  expect(await problemOf(when(condition))).toMatchObject({
    status: 422,
    errors: [{ pointer, message: expect.stringMatching(message) }],
  })
  // a rule that nobody is given is told to nobody
  await when(condition, true)
})

test('a client-side flag asks only for flags that are client-side, and these stay so', async () => {
  const { api, asking } = await browserServer()
  await api.createFlag({ params: DEVELOPMENT, body: { key: 'base' } })
  const BASE = { ...DEVELOPMENT, flag: 'base' }
  expect(await problemOf(asking('base'))).toMatchObject({
    errors: [{ pointer: '/prerequisites/0/flag', message: 'is not client-side, as this flag is: base' }],
  })
  await api.patchFlag({ params: BASE, body: { clientSide: true } })
  await asking('base')
  expect(await problemOf(api.patchFlag({ params: BASE, body: { clientSide: false } }))).toMatchObject({
    status: 409,
    code: 'in_use',
    current: ['checkout in development'],
  })
})

test('a flag becomes client-side only when browsers can be told it in every environment', async () => {
  const { api, when } = await browserServer()
  await api.patchFlag({ params: CHECKOUT, body: { clientSide: false } })
  await when(email('ends with', ['@corp.test']))
  expect(await problemOf(api.patchFlag({ params: CHECKOUT, body: { clientSide: true } }))).toMatchObject({
    status: 422,
    errors: [
      {
        pointer: '/clientSide',
        message: expect.stringMatching(
          /^cannot be true unless remoteOnly is: checkout in development: .rules.0.when.operator tests the private/,
        ),
      },
    ],
  })
})

test('a segment of a client-side flag cannot begin to test what browsers cannot be told', async () => {
  const { api, when } = await browserServer()
  await api.putSegment({ params: BETA, body: { when: { attribute: 'plan', operator: 'is', operand: 'pro' } } })
  await api.putSegment({ params: { ...BETA, segment: 'all' }, body: { when: { segment: 'beta' } } })
  await when({ segment: 'all' })
  const wrong = api.putSegment({ params: BETA, body: { when: email('contains', ['corp']) } })
  expect(await problemOf(wrong)).toMatchObject({
    status: 422,
    errors: [{ pointer: '/when', message: expect.stringContaining('checkout in development') }],
  })
  await api.putSegment({ params: BETA, body: { when: email('is', 'ada@example.com'), included: ['acc_1'] } })
})

test('an attribute that a client-side flag tests by its parts cannot become private', async () => {
  const { api, when } = await browserServer()
  await when({ attribute: 'phone', operator: 'starts with', operand: ['+49'] })
  const patch = (privateAttributes: string[]) =>
    api.patchEnvironment({ params: DEVELOPMENT, body: { privateAttributes } })
  expect(await problemOf(patch(['email', 'phone']))).toMatchObject({
    status: 422,
    errors: [{ pointer: '/privateAttributes', message: expect.stringContaining('checkout in development') }],
  })
  await patch(['email', 'iban'])
})

test('a remote-only flag may test and ask for whatever there is, until pages are to evaluate it', async () => {
  const { api, when, asking, told } = await browserServer()
  await api.createFlag({ params: DEVELOPMENT, body: { key: 'base' } })
  await api.patchFlag({ params: CHECKOUT, body: { remoteOnly: true } })
  expect((await told()).flags).toEqual([])
  await asking('base')
  await when(email('ends with', ['@corp.test']))
  await api.patchEnvironment({ params: DEVELOPMENT, body: { privateAttributes: ['email', 'phone'] } })
  expect(await problemOf(api.patchFlag({ params: CHECKOUT, body: { remoteOnly: false } }))).toMatchObject({
    status: 422,
    errors: [{ pointer: '/remoteOnly', message: expect.stringMatching(/^cannot be false: checkout in development: /) }],
  })
  await when({ attribute: 'plan', operator: 'is', operand: 'pro' })
  const { item } = (await api.patchFlag({ params: CHECKOUT, body: { remoteOnly: false } })).body
  expect([item.clientSide, item.remoteOnly]).toEqual([true, false])
  expect((await told()).flags.map(({ key }) => key)).toEqual(['checkout'])
})

test('a flag that pages evaluate asks for no remote-only flag, and what it asks for does not become one', async () => {
  const { api, asking } = await browserServer()
  const BASE = { ...DEVELOPMENT, flag: 'base' }
  await api.createFlag({ params: DEVELOPMENT, body: { key: 'base', clientSide: true, remoteOnly: true } })
  expect(await problemOf(asking('base'))).toMatchObject({
    errors: [{ pointer: '/prerequisites/0/flag', message: 'is remote-only, and pages evaluate this flag: base' }],
  })
  await api.patchFlag({ params: BASE, body: { remoteOnly: false } })
  await asking('base')
  expect(await problemOf(api.patchFlag({ params: BASE, body: { remoteOnly: true } }))).toMatchObject({
    status: 409,
    code: 'in_use',
    current: ['checkout in development'],
  })
})

test('the audit says what pages are told from now on', async () => {
  const { api } = await browserServer()
  await api.patchFlag({ params: CHECKOUT, body: { remoteOnly: true } })
  await api.patchFlag({ params: CHECKOUT, body: { clientSide: false, owner: 'Ana' } })
  await api.patchFlag({ params: CHECKOUT, body: { owner: 'Bo' } })
  const { items } = (await api.listAudit({ params: DEVELOPMENT, query: { limit: '4' } })).body
  expect(items.map(({ words }) => words)).toEqual([
    'checkout was edited.',
    'checkout was edited: pages are told nothing of it.',
    'checkout was edited: pages are told its values; its rules stay on the server.',
    expect.any(String),
  ])
})
