import { AppError } from '../app-error.ts'

/** What may be waiting to be written at once. Beyond it, batches are refused: SDKs keep theirs and send them again. */
export interface QueueLimits {
  readonly batches: number
  readonly bytes: number
}

/** 64 MiB and a thousand batches: a few seconds of writing. */
export const QUEUE_LIMITS: QueueLimits = { batches: 1_000, bytes: 64 << 20 }

/** How soon a refused batch may come again. */
const RETRY_MS = 2_000

/** Bounds what is in memory between its arrival and its commit. */
export class Queue {
  readonly #limits: QueueLimits
  #batches = 0
  #bytes = 0
  #isDraining = false
  #emptied: (() => void) | undefined

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** Takes room for a batch of so many bytes while `work` goes on. Throws `overloaded` when there is none. */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#isDraining) throw overloaded('The server is going away.')
    if (this.#batches >= this.#limits.batches || this.#bytes + bytes > this.#limits.bytes) {
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
