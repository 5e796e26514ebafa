import type { PrometheusGuard } from './guard-source.ts'

/** A label of ours that tells what a counter counts; it is never sent to Prometheus as part of a stored series. */
export const COUNTS = 'rampart_counts'

/**
 * The counters of a guard as one expression. One, so that both come from one moment: of two questions the second could see a scrape that the
 * first did not, and then there would be events without the requests they came from.
 */
export function countersQuery({ events, total }: PrometheusGuard, take: 'first' | 'slow'): string {
  return `${marked(events, take === 'slow' ? 'at_most' : 'events')} or ${marked(total, 'total')}`
}

/** The growth of a histogram over the last day, over all processes. */
export function dayOfBuckets({ events }: PrometheusGuard): string {
  return `sum by (le) (increase(${events}[1d]))`
}

/**
 * Why an expression cannot be the counter of a guard. The server takes the increase of each series itself, exactly and with
 * restarts seen; of a rate it could not.
 */
export function notACounter(expression: string): string | null {
  const applied = /\b(rate|irate|increase|delta|idelta|deriv)\s*\(/.exec(expression)?.[1]
  if (applied === undefined) return null
  return `${applied}(…) is not a counter; write the counter itself, such as http_requests_total{job="shop"}`
}

function marked(expression: string, counts: string): string {
  return `label_replace((${expression}), "${COUNTS}", "${counts}", "", "")`
}
