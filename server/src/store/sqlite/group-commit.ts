import type { Database } from 'better-sqlite3'

/** How many works share one transaction at most: a bound on how long one of them waits for the others. */
const GROUP = 16

// Held from the start: a test that fakes the timers of what it tests does not mean the store's.
const soon = setImmediate

interface Job {
  /** Runs the work; gives back how to tell its outcome once the group's is known. */
  readonly run: () => Promise<() => void>
  readonly fail: (error: unknown) => void
}

/** Runs `work` after everything given before, inside a transaction. Throws what `work` throws, having undone it. */
export type Serial = <T>(work: () => Promise<T>) => Promise<T>

/**
 * One connection's transactions, one after the other. Works that wait at the same time share one transaction, so that
 * one sync to disk serves them all; each is in a savepoint of its own, so that one that fails undoes only itself. Nobody
 * hears of success before the commit.
 */
export function groupCommit(connection: Database, begin: 'BEGIN' | 'BEGIN IMMEDIATE'): Serial {
  const waiting: Job[] = []
  let running = false

  const drain = async (): Promise<void> => {
    await runGroup(connection, begin, waiting.splice(0, GROUP))
    running = waiting.length > 0
    // A turn of the event loop between groups, so that writes without end do not starve the network.
    if (running) soon(() => void drain())
  }

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({
        run: async () => {
          connection.exec('SAVEPOINT work')
          try {
            const value = await work()
            connection.exec('RELEASE work')
            return () => resolve(value)
          } catch (error) {
            // A full disk makes SQLite undo the whole transaction by itself.
            if (!connection.inTransaction) throw error
            connection.exec('ROLLBACK TO work')
            connection.exec('RELEASE work')
            return () => reject(error)
          }
        },
        fail: reject,
      })
      if (running) return
      running = true
      soon(() => void drain())
    })
}

async function runGroup(connection: Database, begin: string, group: readonly Job[]): Promise<void> {
  try {
    connection.exec(begin)
    const outcomes: (() => void)[] = []
    for (const job of group) outcomes.push(await job.run())
    connection.exec('COMMIT')
    for (const tell of outcomes) tell()
  } catch (error) {
    // The transaction itself failed (a full disk, a lock held elsewhere): none of the group was written.
    for (const job of group) job.fail(error)
    if (connection.inTransaction) connection.exec('ROLLBACK')
  }
}
