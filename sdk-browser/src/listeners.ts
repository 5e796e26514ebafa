import { messageOf } from './failure.ts'
import type { Log } from './log.ts'
import type { Events, Unsubscribe } from './types.ts'

export interface Listeners {
  readonly on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => unknown) => Unsubscribe
  readonly emit: <E extends keyof Events>(event: E, payload: Events[E]) => void
}

interface Heard {
  readonly event: keyof Events
  // biome-ignore lint/suspicious/noExplicitAny: `on` has checked that the listener takes what the event brings
  readonly listener: (payload: any) => unknown
}

/** Who hears what. A listener that fails is logged and disturbs nobody else. */
export function createListeners(log: Log): Listeners {
  const all = new Set<Heard>()
  return {
    on(event, listener) {
      // The same function may listen twice, and each time ends by itself.
      const heard = { event, listener }
      all.add(heard)
      return () => void all.delete(heard)
    },
    emit(event, payload) {
      for (const heard of [...all]) {
        if (heard.event === event) void call(async () => heard.listener(payload))
      }
    },
  }

  async function call(listen: () => Promise<unknown>): Promise<void> {
    try {
      await listen()
    } catch (thrown) {
      log('error', `a listener failed: ${messageOf(thrown)}`, true)
    }
  }
}
