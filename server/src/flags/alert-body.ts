/** What an alerting system says with a call of a kill URL. */
export interface AlertBody {
  /** The alert is over: nothing is to be killed. */
  readonly resolved: boolean
  readonly reason: string | null
}

const LONGEST_REASON = 1000

/**
 * Reads the bodies of Alertmanager and Grafana (`status`, `commonAnnotations.summary`), of Grafana's older alerts
 * (`state`, `title`), of PagerDuty's v3 webhooks (`event.event_type`) and our own (`reason`). Anything else is an alert
 * that says nothing.
 */
export function readAlertBody(body: unknown): AlertBody {
  const eventType = textAt(body, 'event', 'event_type')
  const resolved =
    textAt(body, 'status') === 'resolved' || textAt(body, 'state') === 'ok' || eventType?.endsWith('.resolved') === true
  const reason =
    textAt(body, 'reason') ??
    textAt(body, 'commonAnnotations', 'summary') ??
    textAt(body, 'title') ??
    textAt(body, 'event', 'data', 'title')
  return { resolved, reason: reason?.slice(0, LONGEST_REASON) ?? null }
}

function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
    body,
  )
  return typeof found === 'string' && found !== '' ? found : undefined
}
