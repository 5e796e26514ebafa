import { type Log, messageOf } from './log.ts'
import type { Events, Unsubscribe } from './types.ts'

export interface Listeners {
  readonly on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => unknown) => Unsubscribe
  readonly emit: <E extends keyof Events>(event: E, payload: Events[E]) => void
}

/** Who hears what. A listener that fails is logged and disturbs nobody else. */
export function createListeners(log: Log): Listeners {
  const heard: { readonly [E in keyof Events]: Set<(payload: Events[E]) => unknown> } = {
    ready: new Set(),
    change: new Set(),
    status: new Set(),
  }

  async function call<P>(listener: (payload: P) => unknown, payload: P): Promise<void> {
    try {
      await listener(payload)
    } catch (thrown) {
      log.say('error', `a listener failed: ${messageOf(thrown)}`)
    }
  }

  return {
    on(event, listener) {
      // The same function may listen twice, and each time ends by itself.
      const own: typeof listener = (payload) => listener(payload)
      const set: Set<typeof listener> | undefined = heard[event]
      set?.add(own)
      return () => void set?.delete(own)
    },
    emit(event, payload) {
      for (const listener of [...heard[event]]) void call(listener, payload)
    },
  }
}
