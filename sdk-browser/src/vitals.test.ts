import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { observeVitals } from './vitals.ts'

/* The definitions themselves; that browsers tell these entries is shown by a test in a real one. */

type Told = (list: { getEntries: () => readonly object[] }) => void

let tell: Map<string, Told>
let page: EventTarget & { visibilityState: string }
let observed: (readonly [metric: string, value?: number])[]

beforeEach(() => {
  tell = new Map()
  observed = []
  const target = new EventTarget()
  page = Object.assign(target, {
    visibilityState: 'visible',
    // Node's takes no boolean here
    removeEventListener: (type: string, listener: () => void, capture: boolean) =>
      EventTarget.prototype.removeEventListener.call(target, type, listener, { capture }),
  })
  class Observer {
    static readonly supportedEntryTypes = ['navigation', 'paint', 'largest-contentful-paint', 'event', 'layout-shift']
    readonly #told: Told
    constructor(told: Told) {
      this.#told = told
    }
    observe({ type }: { readonly type: string }): void {
      tell.set(type, this.#told)
    }
    takeRecords(): readonly object[] {
      return []
    }
    disconnect(): void {}
  }
  const window = new EventTarget()
  vi.stubGlobal('PerformanceObserver', Observer)
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window))
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window))
  vi.stubGlobal('happens', (type: string) => window.dispatchEvent(new Event(type)))
  onTestFinished(() => void vi.unstubAllGlobals())
})

const client = {
  observe: (metric: string, value: number) => void observed.push([metric, value]),
  count: (metric: string) => void observed.push([metric]),
}
const entries = (type: string, ...all: readonly object[]) => tell.get(type)?.({ getEntries: () => all })
const happens = (type: string) => (globalThis as unknown as { happens: (type: string) => void }).happens(type)

function hide(): void {
  page.visibilityState = 'hidden'
  page.dispatchEvent(new Event('visibilitychange'))
}

test('the last largest paint, the slowest interaction and the worst window of shifts are told when the page is hidden, once', () => {
  observeVitals(client)
  entries('largest-contentful-paint', { startTime: 900 }, { startTime: 1_400 })
  entries(
    'event',
    { duration: 80, interactionId: 1 },
    { duration: 240, interactionId: 2 },
    { duration: 60, interactionId: 3 },
  )
  // no interaction, such as a pointer that moved
  entries('event', { duration: 900, interactionId: 0 })
  const shift = (startTime: number, value: number, hadRecentInput = false) => ({ startTime, value, hadRecentInput })
  entries('layout-shift', shift(100, 0.05), shift(600, 0.1), shift(3_000, 0.02), shift(3_200, 0.9, true))
  expect(observed).toEqual([])
  hide()
  expect(observed.map(([metric, value]) => [metric, Number(value?.toFixed(6))])).toEqual([
    ['web_lcp_ms', 1_400],
    ['web_inp_ms', 240],
    ['web_cls', 0.15],
  ])
  hide()
  expect(observed.length).toBe(3)
})

test('a window of shifts is five seconds long at most', () => {
  observeVitals(client)
  const shifts = Array.from({ length: 8 }, (_, i) => ({ startTime: 900 * i, value: 0.1, hadRecentInput: false }))
  entries('layout-shift', ...shifts)
  hide()
  expect(observed.map(([metric, value]) => [metric, Number(value?.toFixed(6))])).toEqual([['web_cls', 0.6]])
})

test('what is known early is told early', () => {
  observeVitals(client)
  entries('navigation', { responseStart: 120 })
  entries('paint', { name: 'first-paint', startTime: 300 }, { name: 'first-contentful-paint', startTime: 350 })
  expect(observed).toEqual([
    ['web_ttfb_ms', 120],
    ['web_fcp_ms', 350],
  ])
})

test('errors and rejections that nobody caught are counted until it is ended', () => {
  const stop = observeVitals(client)
  happens('error')
  happens('unhandledrejection')
  stop()
  happens('error')
  hide()
  expect(observed).toEqual([['web_error'], ['web_error']])
})
