import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import Database, { SqliteError } from 'better-sqlite3'
import { APPLICATION_ID, CannotOpen, connect, unusable } from './file.ts'
import { openSqliteStore } from './open.ts'

export interface BackedUp {
  readonly bytes: number
}

/**
 * Copies the database into one new file, as it is at one moment, while a server may be writing to it: neither waits for the
 * other. The file appears when it is whole, was checked and is on the disk.
 *
 * @throws CannotOpen when there is no database, it is damaged, or `to` exists or cannot be written.
 */
export function backUp(file: string, to: string): BackedUp {
  if (existsSync(to)) throw new CannotOpen('taken', `${to} exists already: a backup is never written over`)
  if (!existsSync(file)) throw new CannotOpen('no_access', `there is no database ${file}`)
  const part = `${to}.part`
  rmSync(part, { force: true })
  try {
    // With its mode from the start: it has hashes of secrets in it.
    closeSync(openSync(part, 'wx', 0o600))
    copyInto(file, part)
    check(part)
    sync(part)
    renameSync(part, to)
    syncFolder(to)
    return { bytes: statSync(to).size }
  } catch (error) {
    rmSync(part, { force: true })
    throw unusable(error instanceof SqliteError && error.code.startsWith('SQLITE_CORRUPT') ? file : to, error)
  }
}

function copyInto(file: string, part: string): void {
  const source = new Database(file, { fileMustExist: true, timeout: 5_000 })
  try {
    requireOurs(source, file)
    source.prepare('VACUUM INTO ?').run(part)
  } finally {
    source.close()
  }
}

/** Every page, also of a large file: a backup that cannot be read is found when it is made, not when it is needed. */
function check(file: string): void {
  const database = new Database(file, { fileMustExist: true, readonly: true })
  try {
    requireOurs(database, file)
    const verdict = database.pragma('integrity_check(1)', { simple: true })
    if (verdict !== 'ok')
      throw new CannotOpen('damaged', `${file} is damaged (${String(verdict)}): take another backup`)
  } finally {
    database.close()
  }
}

function requireOurs(database: Database.Database, file: string): void {
  if (database.pragma('application_id', { simple: true }) === APPLICATION_ID) return
  throw new CannotOpen('foreign', `${file} is no database of Rampart`)
}

export interface RestoreOrder {
  readonly file: string
  readonly from: string
  readonly migrationsFolder: string
  /** Epoch milliseconds. */
  readonly now: number
}

export interface Restored {
  readonly environments: readonly {
    readonly project: string
    readonly environment: string
    readonly revision: number
  }[]
  /** Where the database is that was there before; null when there was none. */
  readonly before: string | null
}

/**
 * Puts a backup in the place of the database, and keeps what was there beside it. No server may run on it.
 *
 * Every environment goes on above any revision that clients may hold of what came after the backup, and says so in the
 * audit (docs/decisions/0014).
 *
 * @throws CannotOpen when a server runs on the database, or `from` is no backup, damaged, or of a newer Rampart. Nothing is
 * changed then.
 */
export async function restore({ file, from, migrationsFolder, now }: RestoreOrder): Promise<Restored> {
  if (!existsSync(from)) throw new CannotOpen('no_access', `there is no file ${from}`)
  try {
    check(from)
    requireUnused(file)
    const part = `${file}.restoring`
    for (const rest of ['', ...LOGS]) rmSync(part + rest, { force: true })
    copyFileSync(from, part)
    const environments = await raiseRevisions(part, { migrationsFolder, now })
    sync(part)
    const before = keepAside(file, now)
    renameSync(part, file)
    syncFolder(file)
    return { environments, before }
  } catch (error) {
    throw unusable(from, error)
  }
}

/** A database in use has its latest commits in files beside it. */
const LOGS = ['-wal', '-shm'] as const

/** A file whose log can be folded into it is open nowhere else. One that cannot be opened at all is why somebody restores. */
function requireUnused(file: string): void {
  if (!existsSync(file)) return
  let database: Database.Database | undefined
  try {
    database = new Database(file, { timeout: 1_000 })
    database.pragma('journal_mode = DELETE')
  } catch (error) {
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new CannotOpen('in_use', `a server is running on ${file}: end it first. Nothing was changed`, error)
    }
  } finally {
    database?.close()
  }
}

/**
 * Keeps what is there under another name too. The file itself stays until the restored one takes its place in one step: a server
 * that were started in between would find no database, and begin an empty one.
 */
function keepAside(file: string, now: number): string | null {
  if (!existsSync(file)) return null
  const name = `${file}.before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  linkSync(file, name)
  for (const rest of LOGS) if (existsSync(file + rest)) renameSync(file + rest, name + rest)
  return name
}

/** The least that revisions are raised by, for clocks that were set back. */
const LEAST_STEP = 1_000_000

/**
 * One for each millisecond since the environment last changed in the backup: no server commits a thousand times a second for long,
 * so that whatever was given out since is below. The same backup restored again later comes out higher again.
 */
async function raiseRevisions(
  file: string,
  { migrationsFolder, now }: Pick<RestoreOrder, 'migrationsFolder' | 'now'>,
): Promise<Restored['environments']> {
  // Brings the tables up to date first: a backup may be of an earlier release.
  await (await openSqliteStore({ file, migrationsFolder })).close()
  const database = connect(file)
  try {
    database
      .prepare(
        `update environments set revision = revision + max(:least, :now - (
           select coalesce(max(at), 0) from changes
           where changes.project = environments.project and changes.environment = environments.key))`,
      )
      .run({ least: LEAST_STEP, now })
  } finally {
    database.close()
  }
  const store = await openSqliteStore({ file, migrationsFolder })
  try {
    const raised: { project: string; environment: string; revision: number }[] = []
    for (const project of await store.projects()) {
      const environments = (await store.environments(project.key)).map(({ key }) => key)
      const committed = await store.commit({
        scope: project.key,
        at: now,
        asker: {
          actor: { kind: 'system', id: 'system', name: 'Rampart' },
          comment: null,
          request: { id: 'restore', address: null },
        },
        writes: [],
        changes: environments.map((environment) => ({ environment })),
        audit: environments.map((environment) => ({
          action: 'environment.restored',
          subject: { kind: 'environment', key: environment, environment },
          before: null,
          after: null,
          words: `Environment ${environment} was restored from a backup. What was changed after the backup is gone.`,
        })),
      })
      if (committed.kind !== 'done') throw new Error(`the revisions of ${project.key} could not be raised`)
      raised.push(...committed.revisions.map((one) => ({ project: project.key, ...one })))
    }
    return raised
  } finally {
    await store.close()
  }
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A renamed file is only there after a power cut when its folder was synced. */
function syncFolder(file: string): void {
  const descriptor = openSync(dirname(file), 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
