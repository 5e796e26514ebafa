/** Nothing has happened for so many turns of the event loop: then nothing is under way that time does not have to start. */
const QUIET_TURNS = 5

/** Knows when everything in this process has done what it could without the clock moving on. */
export interface Stillness {
  /** Something happened: what follows from it is waited for. */
  stir(): void
  /** The same object, whose calls are waited for. */
  watched<T extends object>(object: T): T
  reached(): Promise<void>
  /** Lets so many turns of the event loop pass, and leaves the rest for later. */
  turns(n: number): Promise<void>
}

export function createStillness(): Stillness {
  let stirred = 0
  let pending = 0

  function waitedFor(value: unknown): unknown {
    stirred += 1
    if (!(value instanceof Promise)) return value
    pending += 1
    const over = (): void => {
      stirred += 1
      pending -= 1
    }
    value.then(over, over)
    return value
  }

  return {
    stir: () => {
      stirred += 1
    },
    watched: (object) =>
      new Proxy(object, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return (...args: unknown[]) => waitedFor(Reflect.apply(member, target, args))
        },
      }),
    async reached() {
      for (let quiet = 0; quiet < QUIET_TURNS; ) {
        const before = stirred
        await turn()
        quiet = pending > 0 || stirred !== before ? 0 : quiet + 1
      }
    },
    async turns(n) {
      for (let i = 0; i < n; i += 1) await turn()
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
