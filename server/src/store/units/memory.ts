import type { HashSet } from './hash-set.ts'

/** Hashes that are remembered at once, of all sets together: 8 bytes each, in sets that are at most twice as large, so up to 128 MB. */
const MOST_HASHES = 8_000_000
/** What a set takes beside its hashes, in hashes: many small ones are a bound too. */
const OF_A_SET = 64

/** A set of units as it is in the database, with what the current transaction has added. */
export interface UnitSet {
  readonly id: number
  readonly hashes: HashSet
  /** The run that the next units may still be added to; undefined when they need a new one. */
  tail: { readonly run: number; readonly bytes: Buffer } | undefined
  /** The number of the next run. */
  next: number
}

/**
 * The sets of units that were added to last. Nothing is in it that the database could not say again, and it may be emptied at
 * any time: it must be whenever something that was written is undone.
 */
export class UnitMemory {
  readonly #most: number
  readonly #sets = new Map<string, UnitSet>()
  #hashes = 0

  constructor(most = MOST_HASHES) {
    this.#most = most
  }

  find(name: string): UnitSet | undefined {
    return this.#sets.get(name)
  }

  /**
   * Remembers a set that has become larger by so many, or is new with them, as the one that was asked for last. Forgets those that
   * were not asked for for the longest when all together are too large.
   */
  remember(name: string, set: UnitSet, grown: number): void {
    this.#hashes += this.#sets.delete(name) ? grown : grown + OF_A_SET
    this.#sets.set(name, set)
    for (const [oldest, each] of this.#sets) {
      if (this.#hashes <= this.#most || oldest === name) break
      this.#drop(oldest, each)
    }
  }

  /** The units of a set outside a sample are being deleted, run by run: what comes now goes into new runs. */
  keepBelow(id: number, bound: number): void {
    for (const set of this.#sets.values()) {
      if (set.id !== id) continue
      this.#hashes -= set.hashes.size
      set.hashes.keepBelow(bound)
      set.tail = undefined
      this.#hashes += set.hashes.size
    }
  }

  forget(id: number): void {
    for (const [name, set] of this.#sets) if (set.id === id) this.#drop(name, set)
  }

  forgetAll(): void {
    this.#sets.clear()
    this.#hashes = 0
  }

  #drop(name: string, set: UnitSet): void {
    this.#sets.delete(name)
    this.#hashes -= set.hashes.size + OF_A_SET
  }
}
