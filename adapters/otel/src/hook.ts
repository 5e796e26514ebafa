import { trace } from '@opentelemetry/api'
import { type LoggerProvider, logs } from '@opentelemetry/api-logs'
import type { Hook } from '@rampart/node'
import { attributesOf, EVENT } from './attributes.ts'

export interface TelemetryHookOptions {
  /**
   * `event` (the default): an event, which is a log record with a name, as the conventions have it. `span event`: an event
   * of the active span. `span attributes`: attributes of the active span, where a later evaluation replaces an earlier one.
   */
  readonly as?: 'event' | 'span event' | 'span attributes'
  /** Whether the targeting key is told. It may be personal data. Default: no. */
  readonly contextId?: boolean
  /** Whether the value is told where there is a variation. Default: no. */
  readonly value?: boolean
  /** Default: the global one. */
  readonly loggerProvider?: LoggerProvider
}

/**
 * A hook for `createClient({ hooks: [telemetryHook()] })` that tells OpenTelemetry of every evaluation. It does nothing
 * where the application has set up no telemetry, or no span is active.
 */
export function telemetryHook(options: TelemetryHookOptions = {}): Hook {
  const { as = 'event', contextId = false, value = false, loggerProvider = logs } = options
  const logger = loggerProvider.getLogger('@rampart/otel')
  const telling = { contextId, value }
  return {
    name: 'telemetry',
    after(asked, details) {
      if (as === 'event') {
        logger.emit({ eventName: EVENT, attributes: { ...attributesOf(asked, details, telling) } })
        return
      }
      const span = trace.getActiveSpan()
      if (span === undefined) return
      const attributes = attributesOf(asked, details, telling)
      if (as === 'span event') span.addEvent(EVENT, attributes)
      else span.setAttributes(attributes)
    },
  }
}
