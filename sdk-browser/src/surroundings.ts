/** What a client uses of the page or worker it runs in. */
export interface Surroundings {
  /** Milliseconds of a clock that is never set back. */
  readonly now: () => number
  /** Calls `f` once after `ms`, unless called off. */
  readonly after: (ms: number, f: () => void) => CallOff
  /** In [0, 1). */
  readonly random: () => number
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Hands a body to the browser, to be sent whatever becomes of the page. False when it was not taken. */
  readonly beacon: (url: string, body: string) => boolean
  /** Throws where the browser refuses storage to the page. */
  readonly storage: (kind: 'local' | 'session') => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Whether nobody sees the page. */
  readonly isHidden: boolean
  /** Calls `f` at each event of this name, until called off. */
  readonly listen: (event: string, f: () => void) => CallOff
  /** What all tabs of this origin hear that ask for this name. Undefined where there is no such thing. */
  readonly channel: (name: string) => Channel | undefined
  /** Calls `lead` in one of the tabs that ask for this name, and in another one when that is gone or has given up. */
  readonly lead: (name: string, lead: () => void) => CallOff
}

export type CallOff = () => void

export interface Channel {
  readonly post: (message: unknown) => void
  /** Of the other tabs. */
  hear: (message: unknown) => void
  readonly close: () => void
}

/** Timers wait no longer than this, in milliseconds: beyond it browsers would call them at once. */
const LONGEST_MS = 2 ** 31 - 1

/** The page or worker that this runs in. Looked up at each use, so that what a page wraps later is used too. */
export const thisPage: Surroundings = {
  now: () => performance.now(),
  after(ms, f) {
    const timer = setTimeout(f, Math.min(ms, LONGEST_MS))
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
  fetch: (url, init) => fetch(url, init),
  // Workers have none.
  beacon: (url, body) => globalThis.navigator?.sendBeacon?.(url, body) ?? false,
  storage: (kind) => (kind === 'local' ? localStorage : sessionStorage),
  get isHidden() {
    return globalThis.document?.visibilityState === 'hidden'
  },
  listen(event, f) {
    // Where pages are rendered on a server there is nothing to listen to.
    globalThis.addEventListener?.(event, f)
    return () => globalThis.removeEventListener?.(event, f)
  },
  channel(name) {
    // Pages without https have no locks, and servers that render pages are no tabs of anything.
    if (!globalThis.self || !globalThis.navigator?.locks) return undefined
    const shared = new BroadcastChannel(name)
    const channel: Channel = {
      post: (message) => shared.postMessage(message),
      hear() {},
      close: () => shared.close(),
    }
    shared.onmessage = ({ data }) => channel.hear(data)
    return channel
  },
  lead(name, lead) {
    const gone = new AbortController()
    const { signal } = gone
    navigator.locks
      .request(name, { signal }, () => {
        lead()
        return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      })
      // Refused, as in frames of other sites; or called off while it waited.
      .catch(() => signal.aborted || lead())
    return () => gone.abort()
  },
}
