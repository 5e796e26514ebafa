import { randomUUID } from 'node:crypto'
import {
  type Configuration,
  type Context,
  conclude,
  createTally,
  drain,
  type Key,
  recordError,
  recordExposure,
  type Tally,
} from '@rampart/core'
import type { EnvironmentRef } from '../store/store.ts'
import type { Counted } from './service.ts'

/**
 * Counts what the server gives to programs that have no SDK to count with, as an SDK counts what it gives. It is in memory between two
 * flushes, as it is in an SDK: a server that is killed loses a few seconds of what was given, and nothing that was reported.
 */
export interface Exposures {
  /** A program was just told what this configuration has for a context, or that it has no such flag. */
  readonly note: (environment: EnvironmentRef, configuration: Configuration, flag: Key, context: Context) => void
}

export interface FlushedExposures extends Exposures {
  /** Writes all that was noted before it was called. What cannot be written is kept and tried again. Never rejects. */
  readonly flush: () => Promise<void>
}

interface Noted {
  readonly environment: EnvironmentRef
  readonly tally: Tally
  configuration: Configuration
  /** Taken out of the tally and not written yet. */
  waiting: Counted | undefined
}

/** @param accept counts what was drained, once per batch */
export function createExposures(
  accept: (environment: EnvironmentRef, counted: Counted) => Promise<unknown>,
  onError: (error: unknown) => void,
  now: () => number = () => performance.now(),
): FlushedExposures {
  const all = new Map<string, Noted>()
  let last: Promise<unknown> = Promise.resolve()
  /** Has not begun, so that it will write what is noted by now. */
  let next: Promise<void> | undefined

  function notedOf({ project, environment }: EnvironmentRef, configuration: Configuration): Noted {
    const name = `${project}/${environment}`
    const place = { project, environment }
    const noted = all.get(name) ?? { environment: place, tally: createTally(now()), configuration, waiting: undefined }
    noted.configuration = configuration
    all.set(name, noted)
    return noted
  }

  async function write(noted: Noted): Promise<void> {
    const { waiting } = noted
    const counts = waiting ?? drain(noted.tally, noted.configuration, now())
    if (counts === undefined) return
    noted.waiting = { batch: randomUUID(), ...counts }
    try {
      await accept(noted.environment, noted.waiting)
      noted.waiting = undefined
      if (waiting) await write(noted)
    } catch (error) {
      onError(error)
    }
  }

  return {
    note(environment, configuration, flag, context) {
      const { tally } = notedOf(environment, configuration)
      const conclusion = conclude(configuration, flag, context)
      if (conclusion.reason === 'error') recordError(tally, flag, conclusion.answer?.error ?? 'invalid_flag')
      else recordExposure(tally, configuration, flag, conclusion, context, now())
    },
    flush() {
      next ??= last.then(async () => {
        next = undefined
        await Promise.all([...all.values()].map(write))
      })
      last = next
      return next
    },
  }
}
