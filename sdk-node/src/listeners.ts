import type { Log } from './logger.ts'
import { messageOf } from './logger.ts'
import type { Events, Unsubscribe } from './types.ts'

export interface Listeners {
  on<E extends keyof Events>(
    event: E,
    listener: (payload: Events[E]) => unknown,
    options?: { readonly signal?: AbortSignal },
  ): Unsubscribe
  emit<E extends keyof Events>(event: E, payload: Events[E]): void
}

/** Who hears what. A listener that throws is logged and disturbs nobody else. */
export function createListeners(log: Log): Listeners {
  const heard: { readonly [E in keyof Events]: Set<(payload: Events[E]) => unknown> } = {
    ready: new Set(),
    change: new Set(),
    status: new Set(),
    error: new Set(),
  }

  function failed(event: string, thrown: unknown): void {
    log.error(`a listener of "${event}" failed: ${messageOf(thrown)}`)
  }

  return {
    on(event, listener, { signal } = {}) {
      if (!(event in heard)) {
        log.warnOnce(`event ${event}`, () => `there is no event "${event}", only ${Object.keys(heard).join(', ')}`)
        return () => {}
      }
      if (signal?.aborted) return () => {}
      // The same function may listen twice, and each time ends by itself.
      const own: typeof listener = (payload) => listener(payload)
      const set: Set<typeof listener> = heard[event]
      set.add(own)
      const unsubscribe = (): void => {
        set.delete(own)
        signal?.removeEventListener('abort', unsubscribe)
      }
      signal?.addEventListener('abort', unsubscribe, { once: true })
      return unsubscribe
    },
    emit(event, payload) {
      for (const listener of [...heard[event]]) {
        try {
          const result = listener(payload)
          if (result instanceof Promise) result.catch((thrown: unknown) => failed(event, thrown))
        } catch (thrown) {
          failed(event, thrown)
        }
      }
    },
  }
}
