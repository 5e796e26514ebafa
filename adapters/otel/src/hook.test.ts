import { EventHook } from '@openfeature/open-telemetry-hooks'
import { OpenFeature } from '@openfeature/server-sdk'
import { context, logs, trace } from '@opentelemetry/api'
import { logs as formerLogs } from '@opentelemetry/api-logs'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { createClient } from '@rampart/node'
import { scenarioSnapshot } from '@rampart/openfeature/scenarios'
import { RampartProvider } from '@rampart/openfeature-server'
import {
  InMemoryLogRecordExporter as FormerExporter,
  SimpleLogRecordProcessor as FormerProcessor,
  LoggerProvider as FormerProvider,
} from 'sdk-logs-2'
import { afterAll, afterEach, expect, onTestFinished, test } from 'vitest'
import { type TelemetryHookOptions, telemetryHook } from './hook.ts'

const records = new InMemoryLogRecordExporter()
const providerOf = (exporter: InMemoryLogRecordExporter) =>
  new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] })
logs.setGlobalLoggerProvider(providerOf(records))
/** Where OpenTelemetry's SDK before 3 registers, and OpenFeature's hook looks. */
const formerRecords = new FormerExporter()
formerLogs.setGlobalLoggerProvider(new FormerProvider({ processors: [new FormerProcessor(formerRecords)] }))
const spans = new InMemorySpanExporter()
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }))

afterEach(() => {
  records.reset()
  formerRecords.reset()
  spans.reset()
})
afterAll(() => {
  logs.disable()
  formerLogs.disable()
  trace.disable()
  context.disable()
})

function clientWith(options: TelemetryHookOptions) {
  return createClient({
    transport: 'offline',
    bootstrap: scenarioSnapshot('server'),
    logger: 'silent',
    hooks: [telemetryHook(options)],
  })
}

const told = (from: Pick<InMemoryLogRecordExporter, 'getFinishedLogRecords'> = records) =>
  from.getFinishedLogRecords().map(({ eventName, attributes }) => ({ eventName, attributes }))

test('an evaluation is an event by the names of the conventions', () => {
  const client = clientWith({ contextId: true })
  client.isEnabled('boolean-flag', 'ana')
  expect(told()).toEqual([
    {
      eventName: conventions.EVENT_FEATURE_FLAG_EVALUATION,
      attributes: {
        [conventions.ATTR_FEATURE_FLAG_KEY]: 'boolean-flag',
        [conventions.ATTR_FEATURE_FLAG_PROVIDER_NAME]: 'rampart',
        [conventions.ATTR_FEATURE_FLAG_RESULT_REASON]: conventions.FEATURE_FLAG_RESULT_REASON_VALUE_STATIC,
        [conventions.ATTR_FEATURE_FLAG_RESULT_VARIANT]: 'on',
        [conventions.ATTR_FEATURE_FLAG_CONTEXT_ID]: 'ana',
        [conventions.ATTR_FEATURE_FLAG_SET_ID]: 'shop/production',
        [conventions.ATTR_FEATURE_FLAG_VERSION]: '7',
      },
    },
  ])
})

test('an error says its type and message, and the value that was given instead', () => {
  const client = clientWith({})
  client.get('missing-flag', 'ana', { a: 1 })
  client.isEnabled('string-flag', 'ana')
  const reason = conventions.FEATURE_FLAG_RESULT_REASON_VALUE_ERROR
  expect(told().map(({ attributes }) => attributes)).toMatchObject([
    {
      [conventions.ATTR_FEATURE_FLAG_RESULT_REASON]: reason,
      [conventions.ATTR_FEATURE_FLAG_RESULT_VALUE]: '{"a":1}',
      [conventions.ATTR_ERROR_TYPE]: 'flag_not_found',
      [conventions.ATTR_FEATURE_FLAG_ERROR_MESSAGE]: expect.stringContaining('there is no flag "missing-flag"'),
    },
    {
      [conventions.ATTR_FEATURE_FLAG_RESULT_REASON]: reason,
      [conventions.ATTR_FEATURE_FLAG_RESULT_VALUE]: false,
      [conventions.ATTR_ERROR_TYPE]: 'type_mismatch',
    },
  ])
})

test('neither the targeting key nor a value that has a variation is told unless asked for', () => {
  clientWith({}).isEnabled('boolean-flag', 'ana')
  clientWith({ value: true }).isEnabled('boolean-flag', 'ana')
  const [without, withValue] = told().map(({ attributes }) => attributes)
  expect(without).not.toHaveProperty([conventions.ATTR_FEATURE_FLAG_CONTEXT_ID])
  expect(without).not.toHaveProperty([conventions.ATTR_FEATURE_FLAG_RESULT_VALUE])
  expect(withValue?.[conventions.ATTR_FEATURE_FLAG_RESULT_VALUE]).toBe(true)
})

test('an active span has the evaluation as an event, or as its attributes; without a span there is nothing', () => {
  const asEvent = clientWith({ as: 'span event' })
  const asAttributes = clientWith({ as: 'span attributes' })
  asEvent.isEnabled('boolean-flag', 'ana')
  trace.getTracer('test').startActiveSpan('request', (span) => {
    asEvent.isEnabled('boolean-flag', 'ana')
    asAttributes.get('string-flag', 'ana', 'bye')
    span.end()
  })
  const [span, ...more] = spans.getFinishedSpans()
  expect(more).toEqual([])
  expect(span?.events.map(({ name, attributes }) => [name, attributes?.[conventions.ATTR_FEATURE_FLAG_KEY]])).toEqual([
    [conventions.EVENT_FEATURE_FLAG_EVALUATION, 'boolean-flag'],
  ])
  expect(span?.attributes).toMatchObject({
    [conventions.ATTR_FEATURE_FLAG_KEY]: 'string-flag',
    [conventions.ATTR_FEATURE_FLAG_RESULT_VARIANT]: 'greeting',
  })
  expect(told()).toEqual([])
})

test.each([
  ['boolean-flag', false, {}],
  ['string-targeted-zero-flag', 'hi', { email: 'ballmer@macrosoft.com' }],
  ['object-flag', { a: 1 }, {}],
  ['missing-flag', 'uh-oh', {}],
] as const)(
  'of %s the SDK tells what OpenFeature’s hook tells over the provider',
  async (key, fallback, attributes) => {
    const client = clientWith({ contextId: true, value: true })
    const asked = { targetingKey: 'ana', ...attributes }
    client.get(key, asked, fallback)
    const provider = new RampartProvider(
      createClient({ transport: 'offline', bootstrap: scenarioSnapshot('server'), logger: 'silent' }),
    )
    await OpenFeature.setProviderAndWait('otel', provider)
    OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} })
    const openFeature = OpenFeature.getClient('otel')
    openFeature.addHooks(new EventHook({ excludeExceptions: true }))
    if (typeof fallback === 'boolean') await openFeature.getBooleanValue(key, fallback, asked)
    else if (typeof fallback === 'string') await openFeature.getStringValue(key, fallback, asked)
    else await openFeature.getObjectValue(key, fallback, asked)
    await OpenFeature.clearProviders()

    const [[ours], [theirs]] = [told(), told(formerRecords)]
    // Its version 1.0 still says `error.message`, where the conventions have a name of their own by now.
    const { 'error.message': message, ...rest } = theirs?.attributes ?? {}
    const expected = message === undefined ? rest : { ...rest, [conventions.ATTR_FEATURE_FLAG_ERROR_MESSAGE]: message }
    // It knows the flag set from an answer's metadata.
    expect({ eventName: ours?.eventName, attributes: ours?.attributes }).toEqual({
      eventName: theirs?.eventName,
      attributes: expected,
    })
  },
)

test('while there is no configuration there is no version of it', () => {
  const client = createClient({ transport: 'offline', logger: 'silent', hooks: [telemetryHook()] })
  client.isEnabled('boolean-flag', 'ana')
  const [{ attributes } = { attributes: {} }] = told()
  expect(attributes).toMatchObject({ [conventions.ATTR_ERROR_TYPE]: 'provider_not_ready' })
  expect(attributes).not.toHaveProperty([conventions.ATTR_FEATURE_FLAG_VERSION])
})

test('a provider of one’s own is told, and the global one is not', () => {
  const own = new InMemoryLogRecordExporter()
  clientWith({ loggerProvider: providerOf(own) }).isEnabled('boolean-flag', 'ana')
  expect([own.getFinishedLogRecords().length, told()]).toEqual([1, []])
})

test('an application with OpenTelemetry’s SDK before 3 is told where that registers, which may be after the hook was made', () => {
  logs.disable()
  formerLogs.disable()
  onTestFinished(() => void logs.setGlobalLoggerProvider(providerOf(records)))
  const client = clientWith({})
  client.isEnabled('boolean-flag', 'ana')
  formerLogs.setGlobalLoggerProvider(new FormerProvider({ processors: [new FormerProcessor(formerRecords)] }))
  client.isEnabled('boolean-flag', 'ana')
  expect([told(), told(formerRecords).map(({ eventName }) => eventName)]).toEqual([
    [],
    [conventions.EVENT_FEATURE_FLAG_EVALUATION],
  ])
})
