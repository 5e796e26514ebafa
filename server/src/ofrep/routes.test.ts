import { beforeEach, expect, test } from 'vitest'
import { type Answered, PLACE, shopServer } from '../test-server.ts'

const SINGLE = '/ofrep/v1/evaluate/flags/checkout'
const BULK = '/ofrep/v1/evaluate/flags'

let shop: Awaited<ReturnType<typeof shopServer>>
let token: string

beforeEach(async () => {
  shop = await shopServer()
  const made = await shop.api.createSdkKey({ params: PLACE, body: { kind: 'server', name: 'python' } })
  token = made.body.secret
  await shop.api.setRollout({ params: PLACE, body: { percent: 100, variation: 'on' } })
  await shop.api.switchFlag({ params: PLACE, body: { on: true } })
})

const ask = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  shop.call('POST', path, { token, body, headers })

test('one flag is evaluated for a context', async () => {
  const answer = await ask(SINGLE, { context: { targetingKey: 'ana' } })
  expect(answer).toMatchObject({
    status: 200,
    body: { key: 'checkout', value: true, variant: 'on', metadata: { flagSetId: 'shop/production', version: '4' } },
  })
})

test('an API key in its own header is as good as a bearer token', async () => {
  const answer = await shop.call('POST', SINGLE, { token: '', body: {}, headers: { 'x-api-key': token } })
  expect(answer.status).toBe(200)
})

test('a killed flag has no value', async () => {
  await shop.api.killFlag({ params: PLACE, body: {} })
  const answer = await ask(SINGLE, { context: { targetingKey: 'ana' } })
  // the Python provider reads the variant of every answer
  expect(answer).toMatchObject({ status: 200, body: { reason: 'DISABLED', variant: 'off' } })
  expect(answer.body).not.toHaveProperty('value')
})

test('an unknown flag, a missing targeting key and a context that is none are said by their code', async () => {
  await shop.api.setRollout({ params: PLACE, body: { percent: 50 } })
  expect(await ask(`${BULK}/chekcout`, {})).toMatchObject({
    status: 404,
    body: { key: 'chekcout', errorCode: 'FLAG_NOT_FOUND' },
  })
  expect(await ask(SINGLE, { context: {} })).toMatchObject({
    status: 400,
    body: { errorCode: 'TARGETING_KEY_MISSING' },
  })
  expect(await ask(SINGLE, { context: { targetingKey: null } })).toMatchObject({
    status: 400,
    body: { errorCode: 'TARGETING_KEY_MISSING' },
  })
  for (const context of ['ana', { targetingKey: 5 }]) {
    expect(await ask(SINGLE, { context })).toMatchObject({
      status: 400,
      body: { key: 'checkout', errorCode: 'INVALID_CONTEXT' },
    })
  }
})

test('no body, an empty one and a null context are an empty context; what is no JSON is said to be none', async () => {
  for (const body of [undefined, {}, { context: null }, { context: {} }]) {
    expect((await shop.call('POST', SINGLE, { token, ...(body && { body }) })).status).toBe(200)
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const broken = await shop.app.request(SINGLE, { method: 'POST', headers, body: '{"context":' })
  expect([broken.status, ((await broken.json()) as { errorCode: string }).errorCode]).toEqual([400, 'PARSE_ERROR'])
})

test('of all flags those that cannot be evaluated say so, beside the others', async () => {
  await shop.api.createFlag({ params: PLACE, body: { key: 'banner' } })
  await shop.api.setRollout({ params: PLACE, body: { percent: 50 } })
  expect((await ask(BULK, {})).body).toMatchObject({
    flags: [
      { key: 'banner', reason: 'DISABLED' },
      { key: 'checkout', errorCode: 'TARGETING_KEY_MISSING' },
    ],
    metadata: { flagSetId: 'shop/production' },
  })
})

test('every failure has metadata, which the Java provider reads of all', async () => {
  const context = { targetingKey: 'ana' }
  for (const [address, body, token] of [
    [`${BULK}/chekcout`, { context }],
    [SINGLE, { context: 'ana' }],
    [BULK, { context: 'ana' }],
    [SINGLE, { context }, 'rmp_srv_mistyped'],
  ] as const) {
    const { body: failure } = await (token ? shop.call('POST', address, { token, body }) : ask(address, body))
    expect(failure).toMatchObject({ errorCode: expect.any(String), metadata: expect.any(Object) })
  }
})

test('all flags come sorted, under a tag of what this context receives', async () => {
  await shop.api.createFlag({ params: PLACE, body: { key: 'banner' } })
  await shop.api.setRollout({ params: PLACE, body: { percent: 50 } })
  const first = await ask(BULK, { context: { targetingKey: 'u1' } })
  const tag = first.headers.get('etag') ?? ''
  const again = await ask(BULK, { context: { targetingKey: 'u1' } }, { 'if-none-match': `W/${tag}, "x"` })
  const others = await Promise.all(
    Array.from({ length: 20 }, (_, i) => ask(BULK, { context: { targetingKey: `u${i}` } }, { 'if-none-match': tag })),
  )
  expect((first.body as { flags: { key: string }[] }).flags.map(({ key }) => key)).toEqual(['banner', 'checkout'])
  expect([again.status, again.headers.get('etag')]).toEqual([304, tag])
  // somebody on the other side of the rollout is not told "not modified"
  expect(others.some(({ status }) => status === 200)).toBe(true)
})

test('without a key there is a problem, and a machine token is of the wrong kind', async () => {
  expect((await shop.call('POST', SINGLE, { token: '', body: {} })).status).toBe(401)
  expect((await shop.call('POST', SINGLE, { body: {}, token: shop.adminToken })).status).toBe(403)
})

test('a change of one flag leaves what is said of another as it was', async () => {
  await shop.api.createFlag({ params: PLACE, body: { key: 'banner' } })
  const flagsNow = async () => ((await ask(BULK, {})).body as { flags: { key: string }[] }).flags
  const [bannerBefore] = await flagsNow()
  await shop.api.killFlag({ params: PLACE, body: {} })
  const [bannerAfter] = await flagsNow()
  expect([bannerBefore?.key, bannerAfter]).toEqual(['banner', bannerBefore])
})

test('a tag holds for five minutes at most, because the address of the stream in the answer does not last', async () => {
  const first = await ask(BULK, {})
  const held = { 'if-none-match': first.headers.get('etag') ?? '' }
  expect((await ask(BULK, {}, held)).status).toBe(304)
  shop.advance(300_000)
  const second = await ask(BULK, {}, held)
  expect(second.status).toBe(200)
  expect(second.body).not.toEqual(first.body)
})

test('what is refused as a problem is said in the words of the protocol too', async () => {
  const refused = await shop.call('POST', SINGLE, { token: '', body: {} })
  expect(refused.body).toMatchObject({ code: 'unauthenticated', key: 'checkout', errorCode: 'GENERAL' })
  const large = await ask(BULK, { context: { text: 'x'.repeat(1 << 19) } })
  expect(large).toMatchObject({ status: 413, body: { code: 'too_large', errorCode: 'INVALID_CONTEXT' } })
  expect(large.body).not.toHaveProperty('key')
})

test('a client key sees client-side flags, remote-only ones too, and nothing of what they ask for', async () => {
  const { body } = await shop.api.createSdkKey({ params: PLACE, body: { kind: 'client', name: 'pages' } })
  await shop.api.createFlag({ params: PLACE, body: { key: 'base' } })
  await shop.api.switchFlag({ params: { ...PLACE, flag: 'base' }, body: { on: true } })
  await shop.api.patchFlag({ params: PLACE, body: { clientSide: true, remoteOnly: true } })
  await shop.api.putConfig({
    params: PLACE,
    body: {
      on: true,
      off: 'off',
      prerequisites: [{ flag: 'base', variations: ['on'] }],
      layer: null,
      rules: [],
      everyoneElse: { variation: 'on' },
    },
    ifMatch: (await shop.api.getConfig({ params: PLACE })).body.revision,
  })
  const asPage = (path: string) => shop.call('POST', path, { token: body.secret, body: {} })
  const all = await asPage(BULK)
  expect(all.body).toMatchObject({ flags: [{ key: 'checkout', value: true }] })
  expect((all.body as { flags: unknown[] }).flags).toHaveLength(1)
  expect(await asPage(SINGLE)).toMatchObject({ status: 200, body: { value: true } })
  expect(await asPage(`${BULK}/base`)).toMatchObject({ status: 404, body: { errorCode: 'FLAG_NOT_FOUND' } })
  await shop.api.killFlag({ params: { ...PLACE, flag: 'base' }, body: {} })
  expect((await asPage(SINGLE)).body).toMatchObject({ key: 'checkout', value: false })
})

test('the address of the stream has the prefix that the server is reached by', async () => {
  const prefixed = await shopServer({ publicUrl: 'https://example.test/flags/' })
  const made = await prefixed.api.createSdkKey({ params: PLACE, body: { kind: 'server', name: 'java' } })
  const { body } = await prefixed.call('POST', BULK, { token: made.body.secret, body: {} })
  expect(body).toMatchObject({
    eventStreams: [{ type: 'sse', endpoint: { requestUri: expect.stringMatching(/^\/flags\/ofrep\/v1\//) } }],
  })
})
