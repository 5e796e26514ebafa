import { onTestFinished } from 'vitest'
import { createClientIn, type MakeSource } from './client.ts'
import { createLocalSource } from './local.ts'
import type { Logger } from './log.ts'
import { createRemoteSource } from './remote-source.ts'
import { type Surroundings, thisPage } from './surroundings.ts'
import type { BrowserClient, BrowserClientOptions } from './types.ts'

export const KEY = 'rmp_pub_test'

/** A page that a test opens, looks away from and leaves. Its network is real, and its retries come after hundredths. */
export interface TestPage extends Surroundings {
  isHidden: boolean
  /** What was handed to the browser to send. */
  readonly beacons: { readonly url: string; readonly body: string }[]
  /** Whether the browser takes beacons. */
  takesBeacons: boolean
  readonly stored: Map<string, string>
  /** Whether the browser refuses storage. */
  refusesStorage: boolean
  /** The longest text that it stores. */
  room: number
  readonly fetched: { readonly url: string; readonly init: RequestInit }[]
  /** Requests that were not answered yet. */
  underWay: number
  /** Whether timers wait until `passes` lets time pass. */
  standsStill: boolean
  /** Lets time pass, calling what is due by then. */
  passes(ms: number): void
  happens(event: 'online' | 'pagehide' | 'pageshow' | 'visibilitychange'): void
  /** Lines of the log, as `level: message`. Debug is not kept. */
  readonly log: Logger & { readonly lines: readonly string[] }
}

interface Timer {
  readonly at: number
  readonly f: () => void
}

export function openPage(): TestPage {
  const events = new EventTarget()
  const timers = new Set<Timer>()
  let skipped = 0
  const call = (timer: Timer): void => {
    if (timers.delete(timer)) timer.f()
  }
  const lines: string[] = []
  const line = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  const page: TestPage = {
    ...thisPage,
    now: () => thisPage.now() + skipped,
    random: () => 0.01,
    after(ms, f) {
      const timer = { at: page.now() + ms, f }
      timers.add(timer)
      thisPage.after(ms, () => (page.standsStill ? undefined : call(timer)))
      return () => timers.delete(timer)
    },
    passes(ms) {
      skipped += ms
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) if (timer.at <= page.now()) call(timer)
    },
    fetch(url, init) {
      page.fetched.push({ url, init })
      page.underWay += 1
      return thisPage.fetch(url, init).finally(() => {
        page.underWay -= 1
      })
    },
    beacon(url, body) {
      if (page.takesBeacons) page.beacons.push({ url, body })
      return page.takesBeacons
    },
    storage(kind) {
      if (page.refusesStorage) throw new DOMException('storage is refused', 'SecurityError')
      return {
        getItem: (name) => page.stored.get(`${kind} ${name}`) ?? null,
        setItem(name, value) {
          if (value.length > page.room) throw new DOMException('there is no room left', 'QuotaExceededError')
          page.stored.set(`${kind} ${name}`, value)
        },
        removeItem: (name) => void page.stored.delete(`${kind} ${name}`),
      }
    },
    listen(event, f) {
      events.addEventListener(event, f)
      return () => events.removeEventListener(event, f)
    },
    isHidden: false,
    beacons: [],
    takesBeacons: true,
    stored: new Map(),
    refusesStorage: false,
    room: Number.POSITIVE_INFINITY,
    fetched: [],
    underWay: 0,
    standsStill: false,
    happens: (event) => void events.dispatchEvent(new Event(event)),
    log: { lines, debug() {}, info: line('info'), warn: line('warn'), error: line('error') },
  }
  return page
}

type Options = Partial<BrowserClientOptions> & Pick<BrowserClientOptions, 'url'>

/** A client in that page, for shopper `ana` unless said otherwise. It is closed when the test ends. */
export function openClient(page: TestPage, options: Options): BrowserClient {
  return opened(page, options, createLocalSource, '')
}

/** The same, of values that the server evaluates. */
export function openRemote(page: TestPage, options: Options): BrowserClient {
  return opened(page, options, createRemoteSource, ' remote')
}

function opened(page: TestPage, options: Options, makeSource: MakeSource, mode: string): BrowserClient {
  const client = createClientIn(page, { key: KEY, context: 'ana', logger: page.log, ...options }, makeSource, mode)
  onTestFinished(() => client.close())
  return client
}
