import type { Bootstrap, BrowserClient, Unsubscribe } from '@rampart/browser'

/**
 * What hooks find: one and the same for as long as its provider is there, so that no component renders again because a
 * client has come.
 */
export interface Hold {
  /** As soon as there is one; what the page was made with answers until then. */
  client: BrowserClient | undefined
  bootstrap: Bootstrap | undefined
  /** Whether flags can be told, or it was waited for long enough. */
  isOver: boolean
  /** Resolves when it is over. */
  readonly over: Promise<void>
  readonly end: () => void
  readonly use: (client: BrowserClient) => void
  /** Calls `f` when there is another client. */
  readonly listen: (f: () => void) => Unsubscribe
}

export function createHold(bootstrap?: Bootstrap, client?: BrowserClient): Hold {
  const listeners = new Set<() => void>()
  let resolve = (): void => {}
  const hold: Hold = {
    client,
    bootstrap,
    isOver: false,
    over: new Promise((done) => {
      resolve = done
    }),
    end() {
      hold.isOver = true
      resolve()
    },
    use(next) {
      hold.client = next
      for (const listener of listeners) listener()
    },
    listen(f) {
      listeners.add(f)
      return () => void listeners.delete(f)
    },
  }
  return hold
}

/**
 * Calls `attach` with the client once there is one, and again with another one. What that gives back is called when that client
 * is no longer the one, and in the end.
 */
export function withClient(hold: Hold, attach: (client: BrowserClient) => Unsubscribe): Unsubscribe {
  let detach = (): void => {}
  function look(): void {
    detach()
    if (hold.client) detach = attach(hold.client)
  }
  const stop = hold.listen(look)
  look()
  return () => {
    stop()
    detach()
  }
}

/** Calls `use` with the client, as soon as there is one: effects of components run before that of their provider, which makes it. */
export function onceThere(hold: Hold, use: (client: BrowserClient) => void): void {
  const stop = hold.listen(look)
  function look(): void {
    if (hold.client) {
      stop()
      use(hold.client)
    }
  }
  look()
}
