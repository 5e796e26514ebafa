/** Who hears what. A listener that throws fails the test, as it should. */
export interface Listeners<Events> {
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => unknown): () => void
  emit<E extends keyof Events>(event: E, payload: Events[E]): void
}

export function createListeners<Events>(): Listeners<Events> {
  const heard = new Map<keyof Events, Set<(payload: never) => unknown>>()
  return {
    on(event, listener) {
      const own = (payload: never): unknown => listener(payload)
      const listeners = heard.get(event) ?? new Set()
      heard.set(event, listeners.add(own))
      return () => void listeners.delete(own)
    },
    emit(event, payload) {
      for (const listener of [...(heard.get(event) ?? [])]) listener(payload as never)
    },
  }
}
