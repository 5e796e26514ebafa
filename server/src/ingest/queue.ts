import { AppError } from '../app-error.ts'

/**
 * What may be waiting to be written at once. Beyond half of it, counts of evaluations are left out, which only charts show; beyond
 * all of it batches are refused, with the outcomes that ramps are judged by: SDKs keep theirs and send them again.
 */
export interface QueueLimits {
  readonly batches: number
  readonly bytes: number
}

/** 64 MiB and a thousand batches: a few seconds of writing. */
export const QUEUE_LIMITS: QueueLimits = { batches: 1_000, bytes: 64 << 20 }

/** Hears of what could not be taken: evaluations that were left out of batches, and batches that were refused. */
export type OnShed = (what: 'evaluations' | 'batches', n: number) => void

/** How soon a refused batch may come again. */
const RETRY_MS = 2_000

/** Bounds what is in memory between its arrival and its commit. */
export class Queue {
  readonly #limits: QueueLimits
  #batches = 0
  #bytes = 0
  #isDraining = false
  #emptied: (() => void) | undefined

  readonly #onRefused: () => void

  constructor(limits: QueueLimits, onRefused: () => void = () => undefined) {
    this.#limits = limits
    this.#onRefused = onRefused
  }

  /** Half of it is taken: time to leave out what can be done without. */
  get isCrowded(): boolean {
    return this.#batches > this.#limits.batches / 2 || this.#bytes > this.#limits.bytes / 2
  }

  /** Takes room for a batch of so many bytes while `work` goes on. Throws `overloaded` when there is none. */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#isDraining) throw overloaded('The server is going away.')
    if (this.#batches >= this.#limits.batches || this.#bytes + bytes > this.#limits.bytes) {
      this.#onRefused()
      throw overloaded('More events are waiting to be written than this server takes.')
    }
    this.#batches += 1
    this.#bytes += bytes
    try {
      return await work()
    } finally {
      this.#batches -= 1
      this.#bytes -= bytes
      if (this.#batches === 0) this.#emptied?.()
    }
  }

  /** Takes nothing more, and answers when nothing is left. */
  async drain(): Promise<void> {
    this.#isDraining = true
    if (this.#batches === 0) return
    await new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
  }
}

function overloaded(detail: string): AppError {
  return new AppError('overloaded', `${detail} This batch was not counted: send it again.`, { retryAfterMs: RETRY_MS })
}
