import * as api from '@opentelemetry/api'
import { logs as formerLogs } from '@opentelemetry/api-logs'
import type { Hook } from '@rampart/node'
import { type Attributes, attributesOf, EVENT } from './attributes.ts'

const NAME = '@rampart/otel'

/** A provider of logs, of whichever version of OpenTelemetry's API. */
export interface LoggerProvider {
  getLogger(name: string): EventLogger
}

/** Takes events, which are log records with a name. */
export interface EventLogger {
  emit(event: { readonly eventName: string; readonly attributes: Attributes }): void
  /** Whether anybody takes them. Loggers of older versions do not say. */
  enabled?(): boolean
}

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
  /** Default: the global one, of `@opentelemetry/api` or, as OpenTelemetry's SDK has it before 3, of `@opentelemetry/api-logs`. */
  readonly loggerProvider?: LoggerProvider
}

/**
 * A hook for `createClient({ hooks: [telemetryHook()] })` that tells OpenTelemetry of every evaluation. It does nothing
 * where the application has set up no telemetry, or no span is active.
 */
export function telemetryHook(options: TelemetryHookOptions = {}): Hook {
  const { as = 'event', contextId = false, value = false, loggerProvider } = options
  const logger = loggerProvider?.getLogger(NAME) ?? globalLogger()
  const telling = { contextId, value }
  return {
    name: 'telemetry',
    after(asked, details) {
      if (as === 'event') {
        logger.emit({ eventName: EVENT, attributes: attributesOf(asked, details, telling) })
        return
      }
      const span = api.trace.getActiveSpan()
      if (span === undefined) return
      const attributes = attributesOf(asked, details, telling)
      if (as === 'span event') span.addEvent(EVENT, attributes)
      else span.setAttributes(attributes)
    },
  }
}

/**
 * The API has logs itself since 1.10, and an application's SDK registers with them or with those of `@opentelemetry/api-logs`,
 * at any time. What is told is told to one of the two.
 */
function globalLogger(): EventLogger {
  const logs: LoggerProvider | undefined = 'logs' in api ? api.logs : undefined
  const own = logs?.getLogger(NAME)
  const former: EventLogger = formerLogs.getLogger(NAME)
  return { emit: (event) => (own?.enabled?.() ? own : former).emit(event) }
}
