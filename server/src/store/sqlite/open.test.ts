import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verifyChain } from '../audit-chain.ts'
import {
  addPerson,
  audited,
  counts,
  edit,
  foundShop,
  NOW,
  production,
  ramp,
  unit,
  write,
} from '../conformance/makers.ts'
import type { Store } from '../store.ts'
import { connect } from './file.ts'
import { openSqliteStore } from './open.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url))

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-open-'))
  file = join(folder, 'data', 'rampart.db')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** A store with a shop in it, closed again. */
async function aFilledFile(): Promise<void> {
  const store = await openSqliteStore({ file })
  await foundShop(store)
  await addPerson(store, 'p_1')
  const session = { hash: 's_1', person: 'p_1', createdAt: NOW, expiresAt: NOW + 10 }
  await write(store, { put: 'session', session })
  await store.close()
}

async function withStore(work: (store: Store) => Promise<void>, migrationsFolder = MIGRATIONS): Promise<void> {
  const store = await openSqliteStore({ file, migrationsFolder })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

/** Writes to the file behind the store's back. */
function meddle(sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

describe('the file', () => {
  test('is created with its folder, and nobody else may read either', async () => {
    await withStore(async (store) => {
      await foundShop(store)
      expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
      expect(readdirSync(join(folder, 'data'))).toEqual(['rampart.db', 'rampart.db-shm', 'rampart.db-wal'])
      for (const name of readdirSync(join(folder, 'data'))) {
        expect(statSync(join(folder, 'data', name)).mode & 0o777).toBe(0o600)
      }
    })
  })

  test('is taken back from other readers when it was open to them', async () => {
    await aFilledFile()
    chmodSync(file, 0o644)
    await withStore(async () => expect(statSync(file).mode & 0o777).toBe(0o600))
  })

  test('is one file after a close', async () => {
    await aFilledFile()
    expect(readdirSync(join(folder, 'data'))).toEqual(['rampart.db'])
  })

  test('is synced to disk at each commit, and its references are kept', async () => {
    await aFilledFile()
    const connection = connect(file)
    expect(connection.pragma('synchronous', { simple: true })).toBe(2)
    expect(connection.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    connection.close()
  })

  test('that is empty becomes a new store', async () => {
    writeFileSync(join(folder, 'empty.db'), '')
    file = join(folder, 'empty.db')
    await withStore(async (store) => expect(await store.projects()).toEqual([]))
  })
})

describe('a store does not open', () => {
  const refused = (reason: string) => expect.objectContaining({ name: 'CannotOpen', reason })

  test('when the file is no database', async () => {
    file = join(folder, 'notes.txt')
    writeFileSync(file, 'Buy milk. '.repeat(1000))
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('not_a_database'))
    expect(readFileSync(file, 'utf8')).toBe('Buy milk. '.repeat(1000))
  })

  test('when the database is of another program', async () => {
    file = join(folder, 'other.db')
    meddle('create table songs (title text)')
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('foreign'))
  })

  test('when pages of the file were overwritten', async () => {
    await aFilledFile()
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 3 * 4096, bytes.length - 4096)
    writeFileSync(file, bytes)
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('damaged'))
  })

  test('when the end of the file is missing', async () => {
    await aFilledFile()
    truncateSync(file, statSync(file).size - 5 * 4096)
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('damaged'))
  })

  test('when the folder cannot be made', async () => {
    writeFileSync(join(folder, 'data'), '')
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('no_access'))
  })

  test('when the file is a folder', async () => {
    file = folder
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('no_access'))
  })

  test('when the file may only be read', async () => {
    await aFilledFile()
    chmodSync(file, 0o400)
    await asAnyoneElse(async () => {
      await expect(openSqliteStore({ file })).rejects.toEqual(refused('no_access'))
    })
  })

  test('when a newer Rampart wrote it, and it stays as it is', async () => {
    await aFilledFile()
    await withStore(async () => undefined, newerMigrations())
    const before = readFileSync(file)
    await expect(openSqliteStore({ file })).rejects.toEqual(refused('newer'))
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

describe('a migration', () => {
  test('that rebuilds a table keeps the rows that refer to it', async () => {
    await aFilledFile()
    await withStore(async (store) => {
      expect(await store.personBySession('s_1', NOW)).toMatchObject({ id: 'p_1' })
      expect(await store.commit(edit())).toMatchObject({ kind: 'done' })
      const orphan = { hash: 's_2', person: 'p_nobody', createdAt: NOW, expiresAt: NOW }
      await expect(write(store, { put: 'session', session: orphan })).rejects.toThrow('FOREIGN KEY')
    }, newerMigrations())
  })

  test('that fails changes nothing', async () => {
    await aFilledFile()
    const broken = newerMigrations('DROP TABLE sessions;--> statement-breakpoint\nDROP TABLE nothing;')
    await expect(openSqliteStore({ file, migrationsFolder: broken })).rejects.toMatchObject({ reason: 'migration' })
    await withStore(async (store) => expect(await store.personBySession('s_1', NOW)).toMatchObject({ id: 'p_1' }))
  })

  test('that loses what others refer to is refused', async () => {
    await aFilledFile()
    const careless = newerMigrations('DELETE FROM people;')
    await expect(openSqliteStore({ file, migrationsFolder: careless })).rejects.toMatchObject({ reason: 'migration' })
    await withStore(async (store) => expect(await store.people()).toHaveLength(1))
  })
})

test('the units of an earlier release are known after its migration', async () => {
  const first = join(folder, 'first')
  cpSync(MIGRATIONS, first, { recursive: true })
  const journalFile = join(first, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'))
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 6) }))
  await withStore(async (store) => {
    await foundShop(store)
    await write(store, { put: 'ramp', ramp: ramp('r_1') })
  }, first)
  const old = new Database(file)
  old.exec(`insert into unit_sets (id, scope, metric, ramp) values (7, 'r_1', '', 'r_1'), (8, 'r_1', 'order', 'r_1')`)
  const insert = old.prepare('insert into ramp_units (set_id, unit) values (?, ?)')
  const units = Array.from({ length: 9_000 }, (_, n) => unit((n * 0x9e3779b97).toString(16)))
  old.transaction(() => {
    for (const each of units) insert.run(7, each.unit)
    insert.run(8, units[0]?.unit)
  })()
  old.close()

  await withStore(async (store) => {
    const order = units.slice(0, 2).map((each) => ({ ...each, metric: 'order' }))
    await store.addCounts(counts('b_1', [...units, unit('fedcba9876543210'), ...order]))
    expect(await store.ticks('r_1')).toMatchObject([
      { metric: '', treatment: 1 },
      { metric: 'order', treatment: 1 },
    ])
  })
})

describe('an audit that was tampered with', () => {
  async function aChainOfFour(): Promise<void> {
    await aFilledFile()
    await withStore(async (store) => {
      await store.commit(edit({}, { audit: [audited('two'), audited('three'), audited('four')] }))
    })
  }

  const verdict = async (): Promise<unknown> => {
    let found: unknown
    await withStore(async (store) => {
      found = verifyChain((await store.audit({ scope: 'shop', limit: 100 })).toReversed())
    })
    return found
  }

  test('is found when an entry was changed', async () => {
    await aChainOfFour()
    expect(await verdict()).toEqual({ entries: 4, ok: true, brokenAt: null })
    meddle(`update audit set body = json_set(body, '$.actor.name', 'Eve') where scope = 'shop' and n = 3`)
    expect(await verdict()).toEqual({ entries: 4, ok: false, brokenAt: 3 })
  })

  test('is found when an entry was taken out', async () => {
    await aChainOfFour()
    meddle(`delete from audit where scope = 'shop' and n = 2`)
    expect(await verdict()).toEqual({ entries: 3, ok: false, brokenAt: 2 })
  })
})

test('two stores on one file see each other’s commits', async () => {
  await aFilledFile()
  await withStore(async (one) => {
    await withStore(async (other) => {
      await Promise.all([one, other, one, other].map((store) => store.commit(edit())))
      expect(await one.environment(production)).toMatchObject({ revision: 5 })
      expect(await other.environment(production)).toMatchObject({ revision: 5 })
    })
  })
})

test('of two stores on one file that meet the same units, and of one that is opened again, each counts once', async () => {
  await aFilledFile()
  const units = Array.from({ length: 6_000 }, (_, n) => unit((n * 0x9e3779b9).toString(16)))
  await withStore(async (one) => {
    await write(one, { put: 'ramp', ramp: ramp('r_1') })
    await one.addCounts(counts('b_1', units.slice(0, 4_500)))
    await withStore(async (other) => {
      await other.addCounts(counts('b_2', units.slice(1_000, 5_500)))
      await one.addCounts(counts('b_3', units.slice(5_000)))
      await other.addCounts(counts('b_4', units))
    })
  })
  await withStore(async (again) => {
    await again.addCounts(counts('b_5', [...units, unit('ff')]))
    expect(await again.ticks('r_1')).toMatchObject([{ treatment: 6_001 }])
  })
})

test('units that an undone batch named are not taken for counted', async () => {
  await aFilledFile()
  await withStore(async (store) => {
    await write(store, { put: 'ramp', ramp: ramp('r_1') })
    await store.addCounts(counts('b_1', [unit('1')]))
    const undone = store.addCounts(
      counts('b_2', [unit('1'), unit('2'), unit('3', { ramp: 'r_none', scope: 'r_none' })]),
    )
    const next = store.addCounts(counts('b_3', [unit('2')]))
    await expect(undone).rejects.toThrow('FOREIGN KEY')
    await next
    expect(await store.ticks('r_1')).toMatchObject([{ treatment: 2 }])
  })
})

/** The migrations with one more, as drizzle-kit writes it when a column of `people` changes. */
function newerMigrations(
  sql = `PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE \`__new_people\` (\`id\` text PRIMARY KEY NOT NULL, \`last_seen_at\` integer, \`body\` text NOT NULL);--> statement-breakpoint
INSERT INTO \`__new_people\`("id", "last_seen_at", "body") SELECT "id", "last_seen_at", "body" FROM \`people\`;--> statement-breakpoint
DROP TABLE \`people\`;--> statement-breakpoint
ALTER TABLE \`__new_people\` RENAME TO \`people\`;--> statement-breakpoint
PRAGMA foreign_keys=ON;`,
): string {
  const copy = join(folder, 'migrations')
  cpSync(MIGRATIONS, copy, { recursive: true })
  const journalFile = join(copy, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'))
  const last = journal.entries.at(-1)
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: 'newer' })
  writeFileSync(journalFile, JSON.stringify(journal))
  writeFileSync(join(copy, 'newer.sql'), sql)
  return copy
}

/** Permissions do not hold root back, so as root this becomes somebody else for a while. */
async function asAnyoneElse(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return await work()
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'data'), 0o755)
  chmodSync(file, 0o444)
  process.seteuid?.(65534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
