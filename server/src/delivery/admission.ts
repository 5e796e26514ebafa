import { AppError } from '../app-error.ts'

export interface AdmissionLimits {
  /** Streams that are being opened at the same time. */
  readonly atOnce: number
  /** Those that wait for their turn. Beyond it they are told to come again. */
  readonly waiting: number
}

/** A few at once, so that between them everything else gets a turn; two seconds of them may wait. */
export const ADMISSION: AdmissionLimits = { atOnce: 16, waiting: 4_000 }

/** Those who are told to come again do so spread over this time, in whole seconds, which is what `Retry-After` can say. */
const AGAIN_WITHIN_S = [1, 5] as const

/**
 * Lets streams be opened a few at a time. After a restart the whole fleet is there at once: taken as it comes, it would keep
 * the process from answering anybody else for seconds, and a balancer would take it for dead.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #random: () => number
  readonly #waiting: (() => void)[] = []
  #open = 0

  constructor(limits: AdmissionLimits = ADMISSION, random: () => number = Math.random) {
    this.#limits = limits
    this.#random = random
  }

  /** Does the work of opening one stream when it is its turn. Throws `overloaded` when too many wait already. */
  async enter<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open >= this.#limits.atOnce) await this.#turn()
    else this.#open += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#open -= 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) {
      throw new AppError('overloaded', 'More streams are being opened than this server can open at once.', {
        retryAfterMs: 1_000 * wholeBetween(AGAIN_WITHIN_S, this.#random()),
      })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

function wholeBetween([least, most]: readonly [number, number], random: number): number {
  return least + Math.floor(random * (most - least + 1))
}
