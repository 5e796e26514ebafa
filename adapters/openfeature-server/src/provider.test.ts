import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk'
import { createClient } from '@rampart/node'
import { scenarioSnapshot } from '@rampart/openfeature/scenarios'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createSwitch, type Inside, SHOP, serverInside } from '../../../test/support/inside.ts'
import { until } from '../../../test/support/processes.ts'
import { RampartProvider } from './provider.ts'

const NOBODY = 'http://127.0.0.1:9'
const CHECKOUT = { ...SHOP, flag: 'checkout' }

// Its own log says of each failed start what the tests look at.
OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} })
afterEach(() => OpenFeature.clearProviders())

/** Every event of the provider that this domain has, in order. */
function eventsOf(domain: string) {
  const client = OpenFeature.getClient(domain)
  const told: { event: ProviderEvents; flagsChanged?: string[] }[] = []
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const) {
    client.addHandler(event, () => void told.push({ event }))
  }
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    told.push({ event: ProviderEvents.ConfigurationChanged, flagsChanged: details?.flagsChanged ?? [] })
  })
  return { client, told, heard: (event: ProviderEvents) => told.some((one) => one.event === event) || undefined }
}

async function shop(): Promise<Inside> {
  const server = await serverInside()
  await createSwitch(server, 'checkout')
  return server
}

const ready = async (server: Inside, domain: string) => {
  const provider = new RampartProvider({ url: server.url, key: server.keys.server, logger: 'silent' })
  await OpenFeature.setProviderAndWait(domain, provider)
  return provider
}

test('a provider makes its own client, answers with the metadata of Rampart, and closes it', async () => {
  const server = await shop()
  const provider = await ready(server, 'own')
  const client = OpenFeature.getClient('own')
  expect(client.providerStatus).toBe(ProviderStatus.READY)
  expect(await client.getBooleanDetails('checkout', false, { targetingKey: 'ana' })).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'DEFAULT',
    flagMetadata: { flagSetId: 'shop/production', reason: 'default', rule: 'everyone-else', revision: 4, version: '4' },
  })
  await provider.onClose()
  await provider.onClose()
  await expect(provider.resolveBooleanEvaluation('checkout', false, {})).rejects.toMatchObject({
    code: 'PROVIDER_NOT_READY',
  })
  // It begins anew where it is initialized again.
  await provider.initialize()
  expect(await provider.resolveBooleanEvaluation('checkout', false, {})).toMatchObject({ value: true })
  await provider.onClose()
})

test('a change of a flag is told with its key, once the provider is ready', async () => {
  const server = await shop()
  await ready(server, 'changes')
  const { told } = eventsOf('changes')
  await server.api.killFlag({ params: CHECKOUT, body: {} })
  const changed = await until(() => told.find(({ event }) => event === ProviderEvents.ConfigurationChanged))
  expect(changed.flagsChanged).toEqual(['checkout'])
  expect(await OpenFeature.getClient('changes').getBooleanDetails('checkout', true)).toMatchObject({
    value: false,
    reason: 'DISABLED',
  })
})

test('Provider not ready error, Provider status accessibility (not ready): until the server has answered', async () => {
  const client = createClient({ url: NOBODY, key: 'rmp_srv_test', logger: 'silent' })
  onTestFinished(() => client.close())
  const provider = new RampartProvider(client, { timeout: 300 })
  OpenFeature.setProvider('away', provider)
  const { client: asked, heard } = eventsOf('away')
  expect(asked.providerStatus).toBe(ProviderStatus.NOT_READY)
  for (const [details, fallback] of [
    [await asked.getBooleanDetails('checkout', false), false],
    [await asked.getStringDetails('checkout', 'bye'), 'bye'],
    [await asked.getNumberDetails('checkout', 0.1), 0.1],
    [await asked.getObjectDetails('checkout', { a: 1 }), { a: 1 }],
  ] as const) {
    expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' })
  }
  await until(() => heard(ProviderEvents.Error))
  // What cannot be evaluated in error is said by the provider itself.
  expect(asked.providerStatus).toBe(ProviderStatus.ERROR)
  expect(await asked.getBooleanDetails('checkout', true)).toMatchObject({
    value: true,
    errorCode: 'PROVIDER_NOT_READY',
  })
})

test('a provider that started while the server was away is ready when it comes', async () => {
  const server = await shop()
  await server.stop()
  const provider = new RampartProvider({ url: server.url, key: server.keys.server, logger: 'silent' }, { timeout: 100 })
  await expect(OpenFeature.setProviderAndWait('late', provider)).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' })
  const { client, heard } = eventsOf('late')
  expect(client.providerStatus).toBe(ProviderStatus.ERROR)
  await server.start()
  await until(() => heard(ProviderEvents.Ready))
  expect(client.providerStatus).toBe(ProviderStatus.READY)
  expect(await client.getBooleanValue('checkout', false)).toBe(true)
})

test('Provider in fatal state error, Provider status accessibility (fatal): a key that is refused', async () => {
  const server = await shop()
  await server.api.revokeSdkKey({ params: { ...SHOP, id: server.ids.server } })
  await expect(ready(server, 'refused')).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
  const client = OpenFeature.getClient('refused')
  expect(client.providerStatus).toBe(ProviderStatus.FATAL)
  expect(await client.getBooleanDetails('checkout', true)).toMatchObject({
    value: true,
    reason: 'ERROR',
    errorCode: 'PROVIDER_FATAL',
  })
})

test('options that name no server are fatal too', async () => {
  const provider = new RampartProvider({ url: 'not an address', key: 'rmp_srv_test', logger: 'silent' })
  await expect(OpenFeature.setProviderAndWait('nowhere', provider)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
})

test('Provider status accessibility (stale): the server goes away, comes back, and the provider is well again', async () => {
  const server = await shop()
  await ready(server, 'outage')
  const { client, heard } = eventsOf('outage')
  await server.stop()
  await until(() => heard(ProviderEvents.Stale))
  expect(client.providerStatus).toBe(ProviderStatus.STALE)
  expect(await client.getBooleanValue('checkout', false)).toBe(true)
  await server.start()
  await until(() => client.providerStatus === ProviderStatus.READY || undefined)
})

/** A server that takes counts, and never answers anything else. */
async function hanging(): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url?.endsWith('/events')) response.writeHead(202).end('{}')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each([
  ['is away', async () => NOBODY],
  ['does not answer', hanging],
])('a start from older values alone, while the server %s, is stale, and not an error', async (why, address) => {
  const server = await shop()
  const snapshot = await (
    await fetch(`${server.url}/sdk/v1/snapshot`, { headers: { authorization: `Bearer ${server.keys.server}` } })
  ).json()
  const options = {
    url: await address(),
    key: server.keys.server,
    bootstrap: snapshot as never,
    logger: 'silent',
  } as const
  await OpenFeature.setProviderAndWait(why, new RampartProvider(options, { timeout: 100 }))
  const client = OpenFeature.getClient(why)
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  expect(await client.getBooleanValue('checkout', false)).toBe(true)
})

test('one provider serves several domains, and leaves a client that was handed to it open', async () => {
  const server = await shop()
  const own = createClient({ url: server.url, key: server.keys.server, logger: 'silent' })
  onTestFinished(() => own.close())
  const provider = new RampartProvider(own)
  await OpenFeature.setProviderAndWait('one', provider)
  await OpenFeature.setProviderAndWait('other', provider)
  expect(await OpenFeature.getClient('one').getBooleanValue('checkout', false)).toBe(true)
  expect(await OpenFeature.getClient('other').getBooleanValue('checkout', false)).toBe(true)
  await OpenFeature.clearProviders()
  expect(own.status).toBe('ready')
})

test('what is tracked reaches the guards: events by their name, and amounts', async () => {
  const server = await shop()
  await ready(server, 'tracking')
  const client = OpenFeature.getClient('tracking')
  client.track('order', { targetingKey: 'ana' })
  client.track('order_value', { targetingKey: 'ana' }, { value: 99.5, currency: 'EUR' })
  // Closing sends what was counted.
  await OpenFeature.clearProviders()
  const metrics = await server.api.listMetrics({ params: SHOP })
  expect(metrics.body.items.map(({ name }) => name).sort()).toEqual(['order', 'order_value'])
})

test('a key that is refused after the start was given up is fatal', async () => {
  const refusing = createServer(({ url }, response) => {
    setTimeout(() => response.writeHead(url?.endsWith('/events') ? 202 : 401).end('{}'), 300)
  })
  await new Promise<void>((resolve) => void refusing.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    refusing.closeAllConnections()
    refusing.close()
  })
  const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`
  const provider = new RampartProvider(
    { url, key: 'rmp_srv_test', cacheFile: false, logger: 'silent' },
    { timeout: 50 },
  )
  await expect(OpenFeature.setProviderAndWait('late', provider)).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' })
  const client = OpenFeature.getClient('late')
  expect(client.providerStatus).toBe(ProviderStatus.ERROR)
  await until(() => client.providerStatus === ProviderStatus.FATAL || undefined)
})

test('a client that its owner closes leaves the provider stale, with the answers that there are', async () => {
  const server = await shop()
  const own = createClient({ url: server.url, key: server.keys.server, logger: 'silent' })
  await OpenFeature.setProviderAndWait('closed', new RampartProvider(own))
  await own.close()
  const client = OpenFeature.getClient('closed')
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  expect(await client.getBooleanValue('checkout', false)).toBe(true)
})

test('lists are structures too, and what is tracked is tracked for its context', async () => {
  const server = await serverInside()
  const own = createClient({ url: server.url, key: server.keys.server, logger: 'silent', overrides: { list: [1, 2] } })
  onTestFinished(() => own.close())
  const track = vi.spyOn(own, 'track')
  await OpenFeature.setProviderAndWait('tracked', new RampartProvider(own))
  const client = OpenFeature.getClient('tracked')
  expect(await client.getObjectValue('list', [])).toEqual([1, 2])
  client.track('order', { targetingKey: 'ana', plan: 'pro' }, { value: 5 })
  expect(track.mock.calls).toEqual([['order', { targetingKey: 'ana', plan: 'pro' }, { value: 5 }]])
})

/** A provider over the flags of OpenFeature's suite, and what its client said of each question, counted as it says. */
async function overSuite(domain: string) {
  const own = createClient({ transport: 'offline', bootstrap: scenarioSnapshot('server'), logger: 'silent' })
  const counted = vi.spyOn(own, 'details')
  await OpenFeature.setProviderAndWait(domain, new RampartProvider(own))
  return {
    client: OpenFeature.getClient(domain),
    counted: () => counted.mock.results.map(({ value }) => value.error?.code ?? value.variation),
  }
}

test('a structure that is asked of a flag that gives none is a mismatch, and nobody is counted as exposed', async () => {
  const { client, counted } = await overSuite('mismatch')
  const fallback = { a: 1 }
  expect(await client.getObjectDetails('string-flag', fallback)).toMatchObject({
    value: fallback,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
    flagMetadata: { flagSetId: 'shop/production', reason: 'error' },
  })
  expect(counted()).toEqual(['type_mismatch'])
  // A list as fallback is one structure like another.
  expect(await client.getObjectValue('object-flag', [])).toMatchObject({ imagesPerPage: 100 })
  expect(counted()).toEqual(['type_mismatch', 'template'])
})

test('a fallback of no type, or of another, lets no other type pass', async () => {
  const { client } = await overSuite('untyped')
  const mismatch = (value: unknown) => ({ value, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' })
  expect(await client.getBooleanDetails('string-flag', null as never)).toMatchObject(mismatch(null))
  expect(await client.getStringDetails('boolean-flag', undefined as never)).toMatchObject(mismatch(undefined))
  expect(await client.getNumberDetails('boolean-flag', true as never)).toMatchObject(mismatch(true))
  expect(await client.getObjectDetails('boolean-flag', null as never)).toMatchObject(mismatch(null))
  expect(await client.getBooleanValue('boolean-flag', null as never)).toBe(true)
})

test('a provider that is given up and taken again while it starts tells of each change once, and of none once it is closed', async () => {
  const server = await shop()
  const own = createClient({ url: server.url, key: server.keys.server, logger: 'silent' })
  onTestFinished(() => own.close())
  const provider = new RampartProvider(own)
  const told = vi.fn()
  provider.events.addHandler(ProviderEvents.ConfigurationChanged, told)
  const first = provider.initialize()
  await provider.onClose()
  const second = provider.initialize()
  await Promise.allSettled([first, second])
  await server.api.killFlag({ params: CHECKOUT, body: {} })
  await until(() => own.isEnabled('checkout', 'ana', true) === false || undefined)
  expect(told).toHaveBeenCalledTimes(1)
  await provider.onClose()
  await server.api.restoreFlag({ params: CHECKOUT, body: {} })
  await until(() => own.isEnabled('checkout', 'ana') || undefined)
  expect(told).toHaveBeenCalledTimes(1)
})
