import { type EvaluationContext, type EvaluationDetails, type JsonValue, OpenFeature } from '@openfeature/server-sdk'
import { createClient } from '@rampart/node'
import { type FlagType, SCENARIOS, scenarioSnapshot } from '@rampart/openfeature/scenarios'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RampartProvider } from './provider.ts'

const DOMAIN = 'scenarios'

beforeAll(async () => {
  const client = createClient({ transport: 'offline', bootstrap: scenarioSnapshot('server'), logger: 'silent' })
  await OpenFeature.setProviderAndWait(DOMAIN, new RampartProvider(client))
})
afterAll(() => OpenFeature.clearProviders())

function evaluate(
  type: FlagType,
  key: string,
  fallback: JsonValue,
  context?: EvaluationContext,
): Promise<EvaluationDetails<JsonValue>> {
  const client = OpenFeature.getClient(DOMAIN)
  if (typeof fallback === 'boolean') return client.getBooleanDetails(key, fallback, context)
  if (typeof fallback === 'string') return client.getStringDetails(key, fallback, context)
  if (typeof fallback === 'number') return client.getNumberDetails(key, fallback, context)
  if (type === 'Object') return client.getObjectDetails(key, fallback, context)
  throw new Error(`no fallback of type ${type}`)
}

test.each(SCENARIOS)('$scenario ($type, $key)', async ({ type, key, fallback, context, expected }) => {
  expect(await evaluate(type, key, fallback, context)).toMatchObject(expected)
})

test('Asynchronous flag evaluation: what is asked at once is answered without one waiting for another', async () => {
  const values = await Promise.all([
    evaluate('Boolean', 'boolean-flag', false),
    evaluate('String', 'string-flag', 'bye'),
    evaluate('Integer', 'integer-flag', 1),
    evaluate('Float', 'float-flag', 0.1),
  ])
  expect(values.map(({ value }) => value)).toEqual([true, 'hi', 10, 0.5])
})

/* contextMerging.feature: a later level overrules an earlier one, and what the levels say apart is all there. */
const LEVELS = ['API', 'Client', 'Invocation', 'Before Hooks'] as const

test.each(LEVELS.map((_, i) => LEVELS.slice(0, i + 1)))(
  'a context entry in one level overwrites those of the levels before it: %s %s %s %s',
  async (...levels) => {
    const last = levels.at(-1)
    const entry = (level: (typeof LEVELS)[number]): EvaluationContext =>
      levels.includes(level) ? { email: level === last ? 'ballmer@macrosoft.com' : level, [level]: level } : {}
    OpenFeature.setContext(entry('API'))
    const client = OpenFeature.getClient(DOMAIN, '1', entry('Client'))
    client.addHooks({ before: () => entry('Before Hooks') })
    const details = await client.getStringDetails('string-targeted-zero-flag', 'hi', entry('Invocation'))
    OpenFeature.setContext({})
    expect(details).toMatchObject({ value: '', reason: 'TARGETING_MATCH' })
  },
)
