import { createBrowserClient } from '@rampart/browser'
import { createBrowserClient as createRemoteClient } from '@rampart/browser/remote'
import { createClient } from '@rampart/node'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { until } from '../../../test/support/processes.ts'
import { createTestFlags, flagHandlers } from './msw.ts'

const flags = createTestFlags({ checkout: false })
const server = setupServer(...flagHandlers({ flags }))

beforeAll(() => server.listen())
afterAll(() => server.close())

test.each([['stream' as const], [{ poll: 1_000 }]])(
  'the real client runs against handlers, by %o',
  async (transport) => {
    flags.set('checkout', false)
    const client = createClient({ url: 'https://flags.example', key: 'rmp_srv_test', transport, logger: 'silent' })
    onTestFinished(() => client.close())
    expect(await client.ready()).toMatchObject({ status: 'ready' })
    expect(client.isEnabled('checkout', 'ana')).toBe(false)
    flags.set('checkout', true)
    await until(() => client.isEnabled('checkout', 'ana') || undefined)
    client.count('order', 'ana')
    await client.flush()
  },
)

test.each([
  ['here', createBrowserClient],
  ['on the server', createRemoteClient],
])('so does a page’s client whose rules are %s', async (_, create) => {
  flags.set('checkout', false)
  const client = create({
    url: 'https://flags.example',
    key: 'rmp_pub_test',
    context: 'ana',
    cache: 'none',
    logger: 'silent',
  })
  onTestFinished(() => client.close())
  expect(await client.ready()).toMatchObject({ status: 'ready' })
  expect(client.isEnabled('checkout')).toBe(false)
  flags.set('checkout', true)
  await until(() => client.isEnabled('checkout') || undefined)
})
