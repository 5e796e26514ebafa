import { randomInt } from 'node:crypto'
import type { UnitHash } from '@rampart/core'

const LEAST_PLACES = 16
/** How full it may be: the next place that is free is then near. */
const FULL = 0.6

/**
 * A set of 64-bit hashes, of 8 bytes each: a hundred thousand cost as much memory as a few hundred objects. Open addressing with
 * linear probing (Knuth, The Art of Computer Programming, volume 3, 6.4). Where a hash belongs depends on a secret of the process,
 * so that nobody can send hashes that all want one place.
 */
export class HashSet {
  #size = 0
  #shift = 32 - Math.log2(LEAST_PLACES)
  #high = new Uint32Array(LEAST_PLACES)
  #low = new Uint32Array(LEAST_PLACES)
  /** Zero marks a place that is free. */
  #hasZero = false

  get size(): number {
    return this.#size
  }

  /** Adds a hash, given by its halves, both from 0 to 2^32 - 1. False when it is in already. */
  add(high: number, low: number): boolean {
    if (high === 0 && low === 0) return this.#addZero()
    if (this.#size >= this.#high.length * FULL) this.#grow()
    const place = this.#placeOf(high, low)
    if (this.#high[place] === high && this.#low[place] === low) return false
    this.#high[place] = high
    this.#low[place] = low
    this.#size += 1
    return true
  }

  /** Whether a hash is in, given by its halves. */
  has(high: number, low: number): boolean {
    return high === 0 && low === 0 ? this.#hasZero : this.#isTaken(this.#placeOf(high, low))
  }

  /** Keeps only those whose second half is below a bound. */
  keepBelow(bound: number): void {
    const [high, low, hasZero] = [this.#high, this.#low, this.#hasZero && bound > 0]
    this.#reset(LEAST_PLACES)
    if (hasZero) this.#addZero()
    for (const [place, half] of low.entries()) {
      const other = high[place] ?? 0
      if (half < bound && (half !== 0 || other !== 0)) this.add(other, half)
    }
  }

  #addZero(): boolean {
    if (this.#hasZero) return false
    this.#hasZero = true
    this.#size += 1
    return true
  }

  /** The place of a hash, or the free one where it belongs. */
  #placeOf(high: number, low: number): number {
    const mask = this.#high.length - 1
    let place = Math.imul(high ^ Math.imul(low, SECRET[0]), SECRET[1]) >>> this.#shift
    while (this.#isTaken(place) && (this.#high[place] !== high || this.#low[place] !== low)) place = (place + 1) & mask
    return place
  }

  #isTaken(place: number): boolean {
    return this.#high[place] !== 0 || this.#low[place] !== 0
  }

  #grow(): void {
    const [high, low, hasZero] = [this.#high, this.#low, this.#hasZero]
    this.#reset(high.length * 2)
    if (hasZero) this.#addZero()
    for (const [place, half] of high.entries()) {
      const other = low[place] ?? 0
      if (half !== 0 || other !== 0) this.add(half, other)
    }
  }

  #reset(places: number): void {
    this.#size = 0
    this.#hasZero = false
    this.#shift = 32 - Math.log2(places)
    this.#high = new Uint32Array(places)
    this.#low = new Uint32Array(places)
  }
}

/** Odd, so that multiplying loses nothing. */
const SECRET = [randomInt(2 ** 32) | 1, randomInt(2 ** 32) | 1] as const

/** The bytes of hashes, eight for each, in their order. */
export function bytesOf(units: readonly UnitHash[]): Buffer {
  return Buffer.from(units.join(''), 'hex')
}

/** Calls back with the halves of each hash in such bytes. */
export function eachHash(bytes: Buffer, of: (high: number, low: number, index: number) => void): void {
  for (let at = 0; at + 8 <= bytes.length; at += 8) of(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4), at / 8)
}
