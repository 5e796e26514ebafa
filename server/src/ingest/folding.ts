import type { CountsCommit, Store } from '../store/store.ts'

/** Rows and batches of one transaction: a bound on how long other writes wait for it. */
const MOST_ROWS = 12_000
const MOST_BATCHES = 64

/**
 * Between the beginnings of two writes. Syncing to disk keeps the process from everything else: when batches come one upon the
 * other, twenty syncs a second serve them as well as a hundred.
 */
const APART_MS = 50

// Held from the start: a test that fakes the timers of what it tests does not mean these.
const later = setTimeout

interface Waiting {
  readonly counts: CountsCommit
  readonly resolve: (outcome: 'added' | 'duplicate') => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes what has come in since the last write began, in one transaction. A batch is answered when that is durable: a quiet server
 * writes each by itself and at once, and a busy one many together.
 */
export class Folding {
  readonly #store: Pick<Store, 'addAllCounts'>
  readonly #waiting: Waiting[] = []
  #isWriting = false
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(store: Pick<Store, 'addAllCounts'>) {
    this.#store = store
  }

  add(counts: CountsCommit): Promise<'added' | 'duplicate'> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ counts, resolve, reject })
      if (!this.#isWriting) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const wait = this.#lastAt + APART_MS - performance.now()
      if (wait > 0) await new Promise<void>((resolve) => void later(resolve, wait))
      this.#lastAt = performance.now()
      const together = this.#waiting.splice(0, this.#room())
      if (!(await this.#add(together)) && together.length > 1) for (const one of together) await this.#add([one])
    }
    this.#isWriting = false
  }

  /** Whether they were written. Several that were not are tried one by one, so that a bad one costs no other. */
  async #add(together: readonly Waiting[]): Promise<boolean> {
    try {
      const outcomes = await this.#store.addAllCounts(together.map(({ counts }) => counts))
      for (const [i, outcome] of outcomes.entries()) together[i]?.resolve(outcome)
      return true
    } catch (error) {
      if (together.length === 1) together[0]?.reject(error)
      return false
    }
  }

  /** How many of those that wait fit into one transaction; always one. */
  #room(): number {
    let rows = 0
    let batches = 0
    for (const { counts } of this.#waiting) {
      rows += rowsIn(counts)
      if (batches > 0 && (rows > MOST_ROWS || batches >= MOST_BATCHES)) break
      batches += 1
    }
    return batches
  }
}

function rowsIn({ units, amounts = [], tallies = [], totals = [] }: CountsCommit): number {
  return units.length + amounts.length + tallies.length + totals.length
}
