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
    body: { key: 'checkout', value: true, variant: 'on', metadata: { flagSetId: 'shop/production' } },
  })
})

test('an API key in its own header is as good as a bearer token', async () => {
  const answer = await shop.call('POST', SINGLE, { token: '', body: {}, headers: { 'x-api-key': token } })
  expect(answer.status).toBe(200)
})

test('a killed flag has no value', async () => {
  await shop.api.killFlag({ params: PLACE, body: {} })
  const answer = await ask(SINGLE, { context: { targetingKey: 'ana' } })
  expect(answer).toMatchObject({ status: 200, body: { reason: 'DISABLED' } })
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
  expect(await ask(SINGLE, { context: 'ana' })).toMatchObject({
    status: 400,
    body: { key: 'checkout', errorCode: 'INVALID_CONTEXT' },
  })
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
  expect(again.status).toBe(304)
  // somebody on the other side of the rollout is not told "not modified"
  expect(others.some(({ status }) => status === 200)).toBe(true)
})

test('without a key there is a problem, and a machine token is of the wrong kind', async () => {
  expect((await shop.call('POST', SINGLE, { token: '', body: {} })).status).toBe(401)
  expect((await shop.call('POST', SINGLE, { body: {}, token: shop.adminToken })).status).toBe(403)
})
