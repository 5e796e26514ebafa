import { type EvaluationContext, type EvaluationDetails, type JsonValue, OpenFeature } from '@openfeature/web-sdk'
import { createBrowserClient } from '@rampart/browser'
import { type FlagType, SCENARIOS, scenarioSnapshot } from '@rampart/openfeature/scenarios'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RampartProvider } from './provider.ts'

const DOMAIN = 'scenarios'

beforeAll(async () => {
  // A page that is offline with its bootstrap: values are there, and the server is not.
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
  const client = createBrowserClient({
    url: 'https://flags.example',
    key: 'rmp_pub_test',
    context: {},
    cache: 'none',
    bootstrap: scenarioSnapshot('client'),
    logger: 'silent',
  })
  await OpenFeature.setProviderAndWait(DOMAIN, new RampartProvider(client, { timeout: 10 }))
})
afterAll(async () => {
  await OpenFeature.clearProviders()
  vi.unstubAllGlobals()
})

async function evaluate(
  type: FlagType,
  key: string,
  fallback: JsonValue,
  context: EvaluationContext = {},
): Promise<EvaluationDetails<JsonValue>> {
  await OpenFeature.setContext(DOMAIN, context)
  const client = OpenFeature.getClient(DOMAIN)
  if (typeof fallback === 'boolean') return client.getBooleanDetails(key, fallback)
  if (typeof fallback === 'string') return client.getStringDetails(key, fallback)
  if (typeof fallback === 'number') return client.getNumberDetails(key, fallback)
  if (type === 'Object') return client.getObjectDetails(key, fallback)
  throw new Error(`no fallback of type ${type}`)
}

test.each(SCENARIOS)('$scenario ($type, $key)', async ({ type, key, fallback, context, expected }) => {
  expect(await evaluate(type, key, fallback, context)).toMatchObject(expected)
})
