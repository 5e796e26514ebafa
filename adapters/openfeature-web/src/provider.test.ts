import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk'
import { createBrowserClient, type Snapshot } from '@rampart/browser'
import { createBrowserClient as createRemoteClient } from '@rampart/browser/remote'
import { scenarioSnapshot } from '@rampart/openfeature/scenarios'
import { createTestBrowserClient } from '@rampart/testing/browser'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createSwitch, type Inside, SHOP, serverInside } from '../../../test/support/inside.ts'
import { until } from '../../../test/support/processes.ts'
import { RampartProvider } from './provider.ts'

const NOBODY = 'http://127.0.0.1:9'
const CHECKOUT = { ...SHOP, flag: 'checkout' }
const QUIET = { cache: 'none', logger: 'silent' } as const

// Its own log says of each failed start what the tests look at.
OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} })
afterEach(() => OpenFeature.clearProviders())

async function shop(): Promise<Inside> {
  const server = await serverInside()
  await createSwitch(server, 'checkout')
  return server
}

const ready = (server: Inside, domain: string) =>
  OpenFeature.setProviderAndWait(
    domain,
    new RampartProvider({ url: server.url, key: server.keys.client, ...QUIET }, { timeout: 5_000 }),
  )

test('a provider makes its own client, answers for the context of its domain, and closes the client', async () => {
  const server = await shop()
  await server.api.setRollout({ params: CHECKOUT, body: { percent: 50, variation: 'on' } })
  await OpenFeature.setContext('own', { targetingKey: 'ana' })
  await ready(server, 'own')
  const client = OpenFeature.getClient('own')
  expect(client.providerStatus).toBe(ProviderStatus.READY)
  expect(client.getBooleanDetails('checkout', false)).toMatchObject({
    reason: 'SPLIT',
    flagMetadata: { flagSetId: 'shop/production', reason: 'rollout', rule: 'everyone-else', version: '5' },
  })
  const answers = new Set<boolean>()
  for (let i = 0; i < 20; i += 1) {
    await OpenFeature.setContext('own', { targetingKey: `user-${i}` })
    answers.add(client.getBooleanValue('checkout', false))
  }
  expect(answers).toEqual(new Set([true, false]))
})

test('a change for whoever looks at the page is told with its key', async () => {
  const server = await shop()
  await ready(server, 'changes')
  const client = OpenFeature.getClient('changes')
  const changed: (string[] | undefined)[] = []
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changed.push(details?.flagsChanged))
  await server.api.killFlag({ params: CHECKOUT, body: {} })
  expect(await until(() => changed[0])).toEqual(['checkout'])
  expect(client.getBooleanDetails('checkout', true)).toMatchObject({ value: false, reason: 'DISABLED' })
})

test('Provider not ready error, Provider status accessibility (not ready, error): until the server has answered', async () => {
  const provider = new RampartProvider({ url: NOBODY, key: 'rmp_pub_test', ...QUIET }, { timeout: 100 })
  expect(() => provider.resolveBooleanEvaluation('checkout', false)).toThrow('not initialized')
  const started = OpenFeature.setProviderAndWait('away', provider)
  const client = OpenFeature.getClient('away')
  expect(client.providerStatus).toBe(ProviderStatus.NOT_READY)
  for (const [details, fallback] of [
    [client.getBooleanDetails('checkout', false), false],
    [client.getStringDetails('checkout', 'bye'), 'bye'],
    [client.getNumberDetails('checkout', 0.1), 0.1],
    [client.getObjectDetails('checkout', { a: 1 }), { a: 1 }],
  ] as const) {
    expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' })
  }
  await expect(started).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' })
  expect(client.providerStatus).toBe(ProviderStatus.ERROR)
})

test('Provider in fatal state error, Provider status accessibility (fatal): a key that is refused', async () => {
  const server = await shop()
  await server.api.revokeSdkKey({ params: { ...SHOP, id: server.ids.client } })
  await expect(ready(server, 'refused')).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
  const client = OpenFeature.getClient('refused')
  expect(client.providerStatus).toBe(ProviderStatus.FATAL)
  expect(client.getBooleanDetails('checkout', true)).toMatchObject({
    value: true,
    reason: 'ERROR',
    errorCode: 'PROVIDER_FATAL',
  })
})

test('Provider status accessibility (stale): the server goes away, comes back, and the provider is well again', async () => {
  const server = await shop()
  await ready(server, 'outage')
  const client = OpenFeature.getClient('outage')
  await server.stop()
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  expect(client.getBooleanValue('checkout', false)).toBe(true)
  await server.start()
  await until(() => client.providerStatus === ProviderStatus.READY || undefined)
})

test('a client that was handed over is told who looks at the page, and stays open', async () => {
  const server = await shop()
  const own = createBrowserClient({ url: server.url, key: server.keys.client, context: 'nobody', ...QUIET })
  onTestFinished(() => own.close())
  await OpenFeature.setContext('handed', { targetingKey: 'ana' })
  await OpenFeature.setProviderAndWait('handed', new RampartProvider(own, { timeout: 5_000 }))
  expect(OpenFeature.getClient('handed').getBooleanValue('checkout', false)).toBe(true)
  await OpenFeature.clearProviders()
  expect(own.status).toBe('ready')
})

test('what is tracked is reported: events by their name, and amounts', async () => {
  const server = await shop()
  const sent: string[] = []
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (url.endsWith('/sdk/v1/events') && typeof init.body === 'string') sent.push(init.body)
    return real(url, init)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  await ready(server, 'tracking')
  const client = OpenFeature.getClient('tracking')
  client.track('order')
  client.track('order_value', { value: 99.5 })
  // Closing sends what was counted.
  await OpenFeature.clearProviders()
  expect(sent.join()).toContain('"metric":"order","n":1')
  expect(sent.join()).toContain('"metric":"order_value","n":1,"sum":99.5')
})

/** What is told of a domain, in order. */
function heardOf(domain: string): ProviderEvents[] {
  const heard: ProviderEvents[] = []
  const client = OpenFeature.getClient(domain)
  const { Ready, Stale, Error: Failed, ContextChanged, Reconciling } = ProviderEvents
  for (const event of [Ready, Stale, Failed, ContextChanged, Reconciling])
    client.addHandler(event, () => void heard.push(event))
  return heard
}

/** A server that takes counts, and answers what the test says or nothing to whatever else it is asked. */
async function hanging(answer: (response: ServerResponse) => void = () => {}): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url?.endsWith('/events')) response.writeHead(202).end('{}')
    else answer(response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('another context while the server is away: the answers are of it at once, and stale as before', async () => {
  const server = await shop()
  await ready(server, 'moved')
  const client = OpenFeature.getClient('moved')
  await server.stop()
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  const began = performance.now()
  await OpenFeature.setContext('moved', { targetingKey: 'ben' })
  expect(performance.now() - began).toBeLessThan(1_000)
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  expect(client.getBooleanValue('checkout', false)).toBe(true)
})

test('another context that a server has to answer for: reconciling until then, in error when it does not, and healed', async () => {
  const server = await shop()
  const remote = createRemoteClient({ url: server.url, key: server.keys.client, context: 'ana', ...QUIET })
  onTestFinished(() => remote.close())
  await OpenFeature.setContext('asked', { targetingKey: 'ana' })
  await OpenFeature.setProviderAndWait('asked', new RampartProvider(remote, { timeout: 300 }))
  const client = OpenFeature.getClient('asked')
  await until(() => client.providerStatus === ProviderStatus.READY || undefined)
  const heard = heardOf('asked')
  heard.length = 0
  await OpenFeature.setContext('asked', { targetingKey: 'cem' })
  expect([heard, client.providerStatus]).toEqual([
    [ProviderEvents.Reconciling, ProviderEvents.ContextChanged],
    ProviderStatus.READY,
  ])
  await server.stop()
  await OpenFeature.setContext('asked', { targetingKey: 'ben' })
  expect(client.providerStatus).toBe(ProviderStatus.ERROR)
  await server.start()
  await until(() => client.providerStatus === ProviderStatus.READY || undefined)
})

test('what a page began with is stale while the server does not answer', async () => {
  const server = await shop()
  const bootstrap = createBrowserClient({ url: server.url, key: server.keys.client, context: 'ana', ...QUIET })
  await bootstrap.ready()
  await bootstrap.close()
  const options = { url: await hanging(), key: 'rmp_pub_test', bootstrap: bootstrap.snapshot(), ...QUIET }
  await OpenFeature.setProviderAndWait('begun', new RampartProvider(options, { timeout: 100 }))
  const client = OpenFeature.getClient('begun')
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
  expect(client.getBooleanValue('checkout', false)).toBe(true)
})

test('a key that is refused after the start was given up is fatal', async () => {
  const url = await hanging((response) => setTimeout(() => response.writeHead(401).end(), 300))
  const provider = new RampartProvider({ url, key: 'rmp_pub_test', ...QUIET }, { timeout: 50 })
  await expect(OpenFeature.setProviderAndWait('late', provider)).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' })
  const client = OpenFeature.getClient('late')
  expect(client.providerStatus).toBe(ProviderStatus.ERROR)
  await until(() => client.providerStatus === ProviderStatus.FATAL || undefined)
})

test('a flag that is killed gives its off variation, whatever else a newer server says of it', async () => {
  const killed = { key: 'x', version: 1, type: 'boolean', hash: 'newer', on: true, killed: true, off: 0 }
  const bootstrap = {
    ...{ format: 1, project: 'shop', environment: 'production', audience: 'client', revision: 7, salt: '' },
    ...{ segments: [], layers: [], watches: [], hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 } },
    flags: [{ ...killed, variations: ['off', 'on'], values: [false, true] }],
  } as unknown as Snapshot
  const own = createBrowserClient({ url: NOBODY, key: 'rmp_pub_test', context: 'ana', bootstrap, ...QUIET })
  onTestFinished(() => own.close())
  await OpenFeature.setProviderAndWait('newer', new RampartProvider(own, { timeout: 50 }))
  expect(OpenFeature.getClient('newer').getBooleanDetails('x', true)).toMatchObject({
    value: false,
    reason: 'DISABLED',
  })
})

test('what it made is closed with it, what it was given is not, and neither is told of after that', async () => {
  const server = await shop()
  const own = createBrowserClient({ url: server.url, key: server.keys.client, context: 'ana', ...QUIET })
  onTestFinished(() => own.close())
  const options = { url: server.url, key: server.keys.client, ...QUIET }
  const open = vi.spyOn(globalThis, 'fetch')
  onTestFinished(() => open.mockRestore())
  const made = new RampartProvider(options, { timeout: 5_000 })
  const given = new RampartProvider(own, { timeout: 5_000 })
  await Promise.all([made.initialize({ targetingKey: 'ana' }), given.initialize({ targetingKey: 'ana' })])
  const stream = open.mock.calls.map(([, init]) => init?.signal).find((signal) => signal && !signal.aborted)
  const told = vi.fn()
  for (const provider of [made, given]) provider.events.addHandler(ProviderEvents.ConfigurationChanged, told)
  await Promise.all([made.onClose(), given.onClose()])
  expect([stream?.aborted, own.status]).toEqual([true, 'ready'])
  await server.api.killFlag({ params: CHECKOUT, body: {} })
  await until(() => own.isEnabled('checkout', true) === false || undefined)
  expect(told).not.toHaveBeenCalled()
})

test('a client that was handed over answers for the context that there is when it starts', async () => {
  const server = await shop()
  await server.api.setRollout({ params: CHECKOUT, body: { percent: 50, variation: 'on' } })
  const own = createBrowserClient({ url: server.url, key: server.keys.client, context: 'nobody', ...QUIET })
  onTestFinished(() => own.close())
  await own.ready({ timeout: 5_000 })
  const before = own.isEnabled('checkout')
  const units = Array.from({ length: 20 }, (_, i) => `user-${i}`)
  const another = units.find((unit) => {
    void own.identify(unit)
    return own.isEnabled('checkout') !== before
  })
  if (another === undefined) throw new Error('everybody is on one side')
  await own.identify('nobody')
  await OpenFeature.setContext('there', { targetingKey: another })
  await OpenFeature.setProviderAndWait('there', new RampartProvider(own, { timeout: 5_000 }))
  expect(OpenFeature.getClient('there').getBooleanValue('checkout', before)).toBe(!before)
})

/** A provider over the flags of OpenFeature's suite, and what its client said of each question, counted as it says. */
async function overSuite(domain: string) {
  const own = createBrowserClient({
    ...{ url: NOBODY, key: 'rmp_pub_test', context: 'ana', bootstrap: scenarioSnapshot('client') },
    ...QUIET,
  })
  onTestFinished(() => own.close())
  const counted = vi.spyOn(own, 'details')
  await OpenFeature.setProviderAndWait(domain, new RampartProvider(own, { timeout: 50 }))
  return {
    client: OpenFeature.getClient(domain),
    counted: () => counted.mock.results.map(({ value }) => value.error?.code ?? value.variation),
  }
}

test('a structure that is asked of a flag that gives none is a mismatch, and nobody is counted as exposed', async () => {
  const { client, counted } = await overSuite('mismatch')
  const fallback = { a: 1 }
  expect(client.getObjectDetails('string-flag', fallback)).toMatchObject({
    value: fallback,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
    flagMetadata: { flagSetId: 'shop/production', reason: 'error' },
  })
  expect(counted()).toEqual(['type_mismatch'])
  // A list as fallback is one structure like another.
  expect(client.getObjectValue('object-flag', [])).toMatchObject({ imagesPerPage: 100 })
  expect(counted()).toEqual(['type_mismatch', 'template'])
})

test('a fallback of no type, or of another, lets no other type pass', async () => {
  const { client } = await overSuite('untyped')
  const mismatch = (value: unknown) => ({ value, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' })
  expect(client.getBooleanDetails('string-flag', null as never)).toMatchObject(mismatch(null))
  expect(client.getStringDetails('boolean-flag', undefined as never)).toMatchObject(mismatch(undefined))
  expect(client.getNumberDetails('boolean-flag', true as never)).toMatchObject(mismatch(true))
  expect(client.getObjectDetails('boolean-flag', null as never)).toMatchObject(mismatch(null))
  expect(client.getBooleanValue('boolean-flag', null as never)).toBe(true)
})

test('a page that was made with a bootstrap has its values before a server was heard, and is stale until then', async () => {
  const bootstrap = scenarioSnapshot('client')
  const options = { url: await hanging(), key: 'rmp_pub_test', bootstrap, ...QUIET }
  const waited = vi.spyOn(globalThis, 'setTimeout')
  onTestFinished(() => waited.mockRestore())
  await OpenFeature.setProviderAndWait('first-frame', new RampartProvider(options, { timeout: 60_000 }))
  const client = OpenFeature.getClient('first-frame')
  expect([client.providerStatus, client.getBooleanValue('boolean-flag', false)]).toEqual([ProviderStatus.READY, true])
  await until(() => client.providerStatus === ProviderStatus.STALE || undefined)
})

test('another context is no change of the configuration, also where its flags answer otherwise; one that fails tells what it missed', async () => {
  const server = await shop()
  await server.api.setRollout({ params: CHECKOUT, body: { percent: 50, variation: 'on' } })
  const remote = createRemoteClient({ url: server.url, key: server.keys.client, context: 'ana', ...QUIET })
  onTestFinished(() => remote.close())
  await OpenFeature.setProviderAndWait('changing', new RampartProvider(remote, { timeout: 5_000 }))
  await ready(server, 'changing-here')
  const told: unknown[] = []
  for (const domain of ['changing', 'changing-here']) {
    const client = OpenFeature.getClient(domain)
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void told.push(details?.flagsChanged))
    const answers = new Set<boolean>()
    for (let i = 0; i < 20; i += 1) {
      await OpenFeature.setContext(domain, { targetingKey: `user-${i}` })
      answers.add(client.getBooleanValue('checkout', false))
    }
    expect(answers.size).toBe(2)
  }
  expect(told).toEqual([])
})

test('what changes while another context cannot be asked for is told when that has failed', async () => {
  const own = createTestBrowserClient({ checkout: false })
  const provider = new RampartProvider(own)
  await provider.initialize({ targetingKey: 'ana' })
  const told: unknown[] = []
  provider.events.addHandler(ProviderEvents.ConfigurationChanged, (details) => void told.push(details?.flagsChanged))
  const identify = vi.spyOn(own, 'identify').mockImplementation(async () => {
    // As when the stream brings something for the former visitor, and the request for the next one is lost.
    own.set('checkout', true)
    expect(told).toEqual([])
    return { status: 'timeout', revision: 1 }
  })
  await expect(provider.onContextChange({}, { targetingKey: 'ben' })).rejects.toMatchObject({
    code: 'PROVIDER_NOT_READY',
  })
  expect(told).toEqual([['checkout']])
  identify.mockImplementation(async () => {
    own.set('checkout', false)
    await provider.onClose()
    return { status: 'timeout', revision: 1 }
  })
  await expect(provider.onContextChange({}, { targetingKey: 'cem' })).rejects.toBeInstanceOf(Error)
  expect(told).toEqual([['checkout']])
})
