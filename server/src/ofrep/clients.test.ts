import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature as OnServer } from '@openfeature/server-sdk'
import { OpenFeature as InPage, type Provider, ProviderEvents } from '@openfeature/web-sdk'
import { EventSource } from 'eventsource'
import { OFREPApi } from 'ofrep-core-2'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createSwitch, type Inside, SHOP, serverInside } from '../../../test/support/inside.ts'
import { until } from '../../../test/support/processes.ts'

/*
 * The public clients of OFREP as they are published, against a server that listens: ofrep-provider 0.1 (with its own
 * ofrep-core 0.1), ofrep-web-provider 0.4, ofrep-core 2.3.
 */

const CHECKOUT = { ...SHOP, flag: 'checkout' }

let server: Inside

beforeEach(async () => {
  server = await serverInside()
  await createSwitch(server, 'checkout')
  await createSwitch(server, 'banner')
})

const bearer = (key: string): [string, string][] => [['authorization', `Bearer ${key}`]]

describe('ofrep-provider on a server', () => {
  afterEach(() => OnServer.clearProviders())

  test('reads a value with its reason and metadata, by either credential', async () => {
    for (const headers of [bearer(server.keys.server), [['x-api-key', server.keys.server]] as [string, string][]]) {
      await OnServer.setProviderAndWait('ofrep', new OFREPProvider({ baseUrl: server.url, headers }))
      const client = OnServer.getClient('ofrep')
      expect(await client.getBooleanDetails('checkout', false, { targetingKey: 'ana' })).toMatchObject({
        value: true,
        variant: 'on',
        reason: 'DEFAULT',
        flagMetadata: { flagSetId: 'shop/production', reason: 'default' },
      })
    }
  })

  test('gives the default for what is unknown, of another type, killed, without unit or refused, and says why', async () => {
    OnServer.setLogger({ error() {}, warn() {}, info() {}, debug() {} })
    await OnServer.setProviderAndWait(
      'ofrep',
      new OFREPProvider({ baseUrl: server.url, headers: bearer(server.keys.server) }),
    )
    const client = OnServer.getClient('ofrep')
    expect(await client.getBooleanDetails('chekcout', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' })
    expect(await client.getStringDetails('checkout', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' })
    await server.api.setRollout({ params: CHECKOUT, body: { percent: 50 } })
    expect(await client.getBooleanDetails('checkout', true)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' })
    await server.api.killFlag({ params: CHECKOUT, body: {} })
    // This version does not know that a value may be missing: it calls it an error, and gives the default all the same.
    expect(await client.getBooleanDetails('checkout', true)).toMatchObject({ value: true, errorCode: 'GENERAL' })
    await server.api.revokeSdkKey({ params: { ...SHOP, id: server.ids.server } })
    expect(await client.getBooleanDetails('banner', false)).toMatchObject({ value: false, errorCode: 'GENERAL' })
  })
})

describe('ofrep-web-provider in a page', () => {
  function inPage(key: string): Provider {
    // Its types were not made for exactOptionalPropertyTypes.
    return new OFREPWebProvider({ baseUrl: server.url, headers: bearer(key), cacheMode: 'disabled' }) as Provider
  }

  beforeEach(() => {
    vi.stubGlobal('EventSource', EventSource)
  })
  afterEach(async () => {
    await InPage.clearProviders()
    vi.unstubAllGlobals()
  })

  test('is pushed a change, asks again, and is told of no flag but the one that changed', async () => {
    await InPage.setContext('page', { targetingKey: 'ana' })
    const provider = inPage(server.keys.client)
    await InPage.setProviderAndWait('page', provider)
    const client = InPage.getClient('page')
    const changed: (string[] | undefined)[] = []
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changed.push(details?.flagsChanged))
    expect(client.getBooleanValue('checkout', false)).toBe(true)

    await server.api.killFlag({ params: CHECKOUT, body: {} })
    await until(() => changed[0])
    expect(changed).toEqual([['checkout']])
    expect(client.getBooleanDetails('checkout', false)).toMatchObject({ value: false, reason: 'DISABLED' })
    expect(client.getBooleanValue('banner', false)).toBe(true)
  })

  test('finds its way back to a server that was started anew', async () => {
    const provider = inPage(server.keys.client)
    await InPage.setProviderAndWait('page', provider)
    await server.stop()
    await server.start()
    await server.api.killFlag({ params: CHECKOUT, body: {} })
    await until(() => InPage.getClient('page').getBooleanDetails('checkout', false).reason === 'DISABLED' || undefined)
  })

  test('a key that is refused is fatal', async () => {
    InPage.setLogger({ error() {}, warn() {}, info() {}, debug() {} })
    const provider = inPage('rmp_pub_mistyped')
    await expect(InPage.setProviderAndWait('page', provider)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
  })
})

describe('ofrep-core', () => {
  const apiWith = (key: string): OFREPApi => {
    const api = new OFREPApi({ baseUrl: server.url, headers: bearer(key) })
    onTestFinished(() => api.close())
    return api
  }

  test('takes every answer for what it is', async () => {
    const api = apiWith(server.keys.server)
    expect(await api.postEvaluateFlag('checkout', { context: { targetingKey: 'ana' } })).toMatchObject({
      httpStatus: 200,
      value: { key: 'checkout', value: true },
    })
    expect(await api.postEvaluateFlag('a flag/that is%none', {})).toMatchObject({
      httpStatus: 404,
      value: { key: 'a flag/that is%none', errorCode: 'FLAG_NOT_FOUND' },
    })
    await server.api.setRollout({ params: CHECKOUT, body: { percent: 50 } })
    expect(await api.postEvaluateFlag('checkout', {})).toMatchObject({
      httpStatus: 400,
      value: { errorCode: 'TARGETING_KEY_MISSING' },
    })
    await expect(apiWith('rmp_srv_mistyped').postEvaluateFlag('checkout', {})).rejects.toMatchObject({
      name: 'OFREPApiUnauthorizedError',
    })
    await expect(
      apiWith(server.keys.server).postEvaluateFlag('checkout', 'x'.repeat(1 << 20) as never),
    ).rejects.toMatchObject({ response: { status: 413 } })
  })

  test('is told that nothing changed for this context', async () => {
    const api = apiWith(server.keys.client)
    const first = await api.postBulkEvaluateFlags({ context: { targetingKey: 'ana' } })
    const tag = first.httpResponse?.headers.get('etag') ?? ''
    expect(await api.postBulkEvaluateFlags({ context: { targetingKey: 'ana' } }, tag)).toMatchObject({
      httpStatus: 304,
    })
  })
})

describe('the stream', () => {
  interface Bulk {
    readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[]
  }

  async function address(key: string): Promise<string> {
    const response = await fetch(`${server.url}/ofrep/v1/evaluate/flags`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    })
    const { eventStreams } = (await response.json()) as Bulk
    return server.url + (eventStreams[0]?.endpoint.requestUri ?? '')
  }

  /** Reads until the text has this in it. */
  async function read(url: string, wanted: string, headers: Record<string, string> = {}): Promise<string> {
    const abort = new AbortController()
    const response = await fetch(url, { headers, signal: abort.signal })
    let text = ''
    const decoder = new TextDecoder()
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      if (text.includes(wanted)) break
    }
    abort.abort()
    return text
  }

  test('tells who comes back of what they missed, by the id they hold or by the answer that their address came with', async () => {
    const before = await address(server.keys.client)
    expect(await read(before, 'ping')).not.toContain('refetch')
    await server.api.killFlag({ params: CHECKOUT, body: {} })
    const missed = await read(before, 'refetchEvaluation')
    const [, id = ''] = /^id: (\d+)\ndata: (\{.*\})\n\n/m.exec(missed) ?? []
    expect(missed).toMatch(/^data: \{"type":"refetchEvaluation","etag":"\\"\d+\\"","lastModified":\d{10}\}$/m)
    expect(await read(before, 'ping', { 'last-event-id': id })).not.toContain('refetch')
    // The re-fetch that follows at once has the new state.
    expect(await read(await address(server.keys.client), 'ping')).not.toContain('refetch')
  })

  test('can be read by pages, is closed for good when its address is over, and ends with its key', async () => {
    const url = await address(server.keys.client)
    const opened = new EventSource(url)
    onTestFinished(() => opened.close())
    await new Promise((resolve) => opened.addEventListener('open', resolve, { once: true }))
    const probe = new AbortController()
    const { headers } = await fetch(url, { headers: { origin: 'https://shop.test' }, signal: probe.signal })
    probe.abort()
    expect(headers.get('access-control-allow-origin')).toBe('*')

    const ended = new Promise((resolve) => opened.addEventListener('error', resolve, { once: true }))
    await server.api.revokeSdkKey({ params: { ...SHOP, id: server.ids.client } })
    await ended
    const over = await fetch(url, { headers: { origin: 'https://shop.test' } })
    expect([over.status, over.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  })
})

describe('pages of other origins', () => {
  const BULK = '/ofrep/v1/evaluate/flags'
  const asked = (origin: string, credential: Readonly<Record<string, string>>) =>
    fetch(server.url + BULK, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', ...credential },
      body: '{}',
    })
  const readable = ({ headers }: Response) => headers.get('access-control-allow-origin')

  test('read what a client key gives, by either credential, and nothing that a server key gives', async () => {
    const { client, server: secret } = server.keys
    for (const credential of [{ authorization: `Bearer ${client}` }, { 'x-api-key': client }]) {
      const answer = await asked('https://shop.example', credential)
      expect([answer.status, readable(answer), answer.headers.get('access-control-expose-headers')]).toEqual([
        200,
        '*',
        'ETag, Retry-After, X-Request-Id',
      ])
    }
    expect(readable(await asked('https://shop.example', { 'x-api-key': secret }))).toBeNull()
  })

  test('are refused where the environment lists others, their streams too', async () => {
    const credential = { 'x-api-key': server.keys.client }
    const { eventStreams } = (await (await asked('https://shop.example', credential)).json()) as {
      eventStreams: { endpoint: { requestUri: string } }[]
    }
    const stream = (origin: string) =>
      fetch(server.url + eventStreams[0]?.endpoint.requestUri, {
        headers: { origin },
        signal: AbortSignal.timeout(5_000),
      })
    await server.api.patchEnvironment({ params: SHOP, body: { origins: ['https://shop.example'] } })
    const refused = await asked('https://elsewhere.example', credential)
    expect([refused.status, readable(refused)]).toEqual([403, '*'])
    expect(await refused.json()).toMatchObject({ code: 'forbidden', errorCode: 'GENERAL', metadata: {} })
    const one = await fetch(`${server.url}${BULK}/caf%C3%A9`, {
      method: 'POST',
      headers: {
        origin: 'https://elsewhere.example',
        'x-api-key': 'rmp_pub_mistyped',
        'content-type': 'application/json',
      },
      body: '{}',
    })
    expect([one.status, await one.json()]).toMatchObject([401, { key: 'café', errorCode: 'GENERAL' }])
    expect((await stream('https://elsewhere.example')).status).toBe(403)
    const open = await stream('https://shop.example')
    expect([open.status, readable(open)]).toEqual([200, '*'])
    await open.body?.cancel()
  })
})
