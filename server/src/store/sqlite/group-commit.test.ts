import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { groupCommit } from './group-commit.ts'

let folder: string
let connection: Database.Database
let other: Database.Database

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-group-'))
  connection = new Database(join(folder, 'a.db'), { timeout: 0 })
  connection.pragma('journal_mode = WAL')
  connection.exec('create table words (word text)')
  other = new Database(join(folder, 'a.db'), { timeout: 0 })
})

afterEach(() => {
  connection.close()
  other.close()
  rmSync(folder, { recursive: true })
})

const insert = (word: string): void => void connection.prepare('insert into words values (?)').run(word)
const committed = (): unknown[] => other.prepare('select word from words').pluck().all()

/** Inserts its words one by one, letting others run in between. */
const slowly =
  (...words: string[]) =>
  async () => {
    for (const word of words) {
      insert(word)
      await Promise.resolve()
    }
    return words.length
  }

test('works that wait share one transaction, and one that fails undoes only itself', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  const failing = async () => {
    insert('lost')
    throw new Error('no')
  }
  const outcomes = await Promise.allSettled([serial(slowly('a', 'b')), serial(failing), serial(slowly('c'))])
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: new Error('no') },
    { status: 'fulfilled', value: 1 },
  ])
  expect(committed()).toEqual(['a', 'b', 'c'])
})

test('works never run into one another, and keep their order', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  const words = Array.from({ length: 100 }, (_, n) => [`${n}a`, `${n}b`, `${n}c`])
  await Promise.all(words.map((one) => serial(slowly(...one))))
  expect(committed()).toEqual(words.flat())
})

test('nobody hears of success before others can read it', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  const seen = await Promise.all([1, 2, 3].map((n) => serial(slowly(`${n}`)).then(() => committed().length)))
  expect(seen).toEqual([3, 3, 3])
})

test('when the transaction cannot begin, every work of it fails, and the next can go on', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  other.exec('BEGIN IMMEDIATE')
  const outcomes = await Promise.allSettled([serial(slowly('a')), serial(slowly('b'))])
  expect(outcomes.map((one) => one.status === 'rejected' && one.reason.code)).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY'])
  other.exec('ROLLBACK')
  await serial(slowly('c'))
  expect(committed()).toEqual(['c'])
})

test('when the disk is full, what was acknowledged is there and nothing else', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  connection.pragma(`max_page_count = ${Number(connection.pragma('page_count', { simple: true })) + 2}`)
  const words = ['small', 'x'.repeat(100_000), 'other']
  const outcomes = await Promise.allSettled(words.map((word) => serial(slowly(word))))
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } })
  expect(committed()).toEqual(words.filter((_, n) => outcomes[n]?.status === 'fulfilled'))
  await serial(slowly('after'))
  expect(committed()).toContain('after')
})

test('writes without end leave the event loop its turns', async () => {
  const serial = groupCommit(connection, 'BEGIN IMMEDIATE')
  let stopped = false
  const timer = new Promise<string>((resolve) => setTimeout(() => resolve('a timer'), 1))
  const endless = async (): Promise<string> => {
    while (!stopped) await serial(slowly('w'))
    return 'the writes'
  }
  const all = endless()
  expect(await Promise.race([timer, all])).toBe('a timer')
  stopped = true
  await all
})
