import type { BrowserClient, Unsubscribe } from '@rampart/browser'

/** Entries of `PerformanceObserver` that the DOM's types do not have yet. */
interface Entry extends PerformanceEntry {
  readonly value?: number
  readonly hadRecentInput?: boolean
  readonly interactionId?: number
  readonly processingStart?: number
  readonly responseStart?: number
}

type Heard = (entry: Entry) => void

/** Layout shifts belong together when they are this close, in milliseconds, and for this long at most (CLS, web.dev/articles/cls). */
const SHIFT_GAP_MS = 1_000
const SHIFTS_MS = 5_000

/**
 * Observes how the page does for whoever looks at it, as outcomes that can guard a ramp: `web_ttfb_ms`, `web_fcp_ms`,
 * `web_lcp_ms`, `web_inp_ms` and `web_cls`, each once when it is known; and counts errors that nobody caught as
 * `web_error`. What a browser cannot tell is not observed. Gives what ends it.
 *
 * The definitions are those of web.dev/articles/vitals: the last largest paint, the slowest interaction, the worst window of
 * layout shifts, as they stand when the page is first hidden. Of fewer than fifty interactions that is exact; of more the
 * definition leaves out one in fifty, and this does not.
 */
export function observeVitals(client: Pick<BrowserClient, 'count' | 'observe'>): Unsubscribe {
  let lcp = 0
  let inp = 0
  let cls = 0
  let window = 0
  let windowStart = 0
  let lastShift = Number.NEGATIVE_INFINITY
  let isTold = false

  const observers = [
    hear('navigation', ({ responseStart = 0 }) => responseStart > 0 && client.observe('web_ttfb_ms', responseStart)),
    hear('paint', ({ name, startTime }) => {
      if (name === 'first-contentful-paint') client.observe('web_fcp_ms', startTime)
    }),
    hear('largest-contentful-paint', ({ startTime }) => {
      lcp = startTime
    }),
    hear('event', ({ duration, interactionId }) => {
      if (interactionId) inp = Math.max(inp, duration)
    }),
    hear('layout-shift', ({ value = 0, hadRecentInput, startTime }) => {
      if (hadRecentInput) return
      if (startTime - lastShift > SHIFT_GAP_MS || startTime - windowStart > SHIFTS_MS) {
        window = 0
        windowStart = startTime
      }
      lastShift = startTime
      window += value
      cls = Math.max(cls, window)
    }),
  ]

  function tell(): void {
    if (isTold || document.visibilityState !== 'hidden') return
    isTold = true
    for (const observer of observers) observer?.flush()
    if (lcp > 0) client.observe('web_lcp_ms', lcp)
    if (inp > 0) client.observe('web_inp_ms', inp)
    // A page without a shift is as good as they come.
    if (observers.at(-1)) client.observe('web_cls', cls)
  }

  function failed(): void {
    client.count('web_error')
  }

  // Before the client hears of it, which then leaves with the browser what was counted.
  document.addEventListener('visibilitychange', tell, true)
  addEventListener('error', failed)
  addEventListener('unhandledrejection', failed)
  return () => {
    for (const observer of observers) observer?.disconnect()
    document.removeEventListener('visibilitychange', tell, true)
    removeEventListener('error', failed)
    removeEventListener('unhandledrejection', failed)
  }
}

function hear(type: string, heard: Heard): { readonly flush: () => void; readonly disconnect: () => void } | undefined {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return undefined
  const all = (entries: PerformanceEntryList): void => {
    for (const entry of entries) heard(entry as Entry)
  }
  const observer = new PerformanceObserver((list) => all(list.getEntries()))
  // Interactions shorter than this are no slow ones, in milliseconds.
  observer.observe({
    type,
    buffered: true,
    ...(type === 'event' && { durationThreshold: 40 }),
  } as PerformanceObserverInit)
  return { flush: () => all(observer.takeRecords()), disconnect: () => observer.disconnect() }
}
