/** Turns of the event loop in which nobody is let in, one after the other, while new connections keep coming. */
const PATIENCE = 8
/** More do not wait here: they go on to where they are told to come again. */
const MOST_WAITING = 20_000

export interface Door {
  /** A connection was taken from the system. */
  somebodyCame(): void
  /** Calls `letIn` when it is its turn, or now when nobody waits. */
  wait(letIn: () => void): void
}

/**
 * Where requests wait that take long to begin, so that the others do not wait behind them. After a restart a whole fleet connects
 * at once. Node takes one connection in each turn of its event loop, in the order in which they came: when each turn also opens a
 * stream, whoever came last is heard seconds later, be it a balancer that asks for readiness or a kill. So connections are
 * taken first, and streams are opened where a turn brings none, or every ninth turn.
 */
export function createDoor(): Door {
  const waiting: (() => void)[] = []
  let hasCome = false
  let turns = 0
  let isTurning = false

  function turn(): void {
    if (hasCome && turns < PATIENCE) turns += 1
    else {
      turns = 0
      waiting.shift()?.()
    }
    hasCome = false
    isTurning = waiting.length > 0
    if (isTurning) setImmediate(turn)
  }

  return {
    somebodyCame() {
      hasCome = true
    },
    wait(letIn) {
      if (waiting.length >= MOST_WAITING) return letIn()
      waiting.push(letIn)
      if (!isTurning) setImmediate(turn)
      isTurning = true
    },
  }
}
