import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyChain } from '../audit-chain.ts'
import { edit, everything, foundShop, NOW, production, staging } from '../conformance/makers.ts'
import type { Store } from '../store.ts'
import { backUp, restore } from './backup.ts'
import { openSqliteStore } from './open.ts'

const migrationsFolder = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url))
const DAY = 86_400_000
const refused = (reason: string) => expect.objectContaining({ name: 'CannotOpen', reason })

let folder: string
let file: string
let backup: string
let store: Store

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-backup-'))
  file = join(folder, 'rampart.db')
  backup = join(folder, 'backup.db')
  store = await openSqliteStore({ file })
  await foundShop(store)
})

afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const restored = async (now = NOW + DAY) => {
  const outcome = await restore({ file, from: backup, migrationsFolder, now })
  store = await openSqliteStore({ file })
  return outcome
}

test('a backup is made while others write, and is one moment of what they wrote', async () => {
  const writes = Array.from({ length: 40 }, () => store.commit(edit()))
  await writes[5]
  const { bytes } = backUp(file, backup)
  await Promise.all(writes)
  expect(statSync(backup)).toMatchObject({ size: bytes })
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  const copy = await openSqliteStore({ file: backup })
  const revision = (await copy.environment(production))?.revision ?? 0
  expect(revision).toBeGreaterThan(1)
  expect(revision).toBeLessThanOrEqual(41)
  expect(await copy.config(production, 'checkout')).toMatchObject({ revision })
  const chain = (await copy.audit({ scope: 'shop', limit: 100 })).toReversed()
  expect(verifyChain(chain)).toEqual({ entries: revision, ok: true, brokenAt: null })
  await copy.close()
})

test('what is restored is what was backed up, but for higher revisions and an audit entry for each environment', async () => {
  await store.commit(edit({ on: false }))
  const before = await everything(store)
  backUp(file, backup)
  await store.commit(edit({ on: true }))
  await store.close()
  const outcome = await restored()
  const after = await everything(store)
  const changed = ['environments', 'audit', 'production', 'staging']
  const without = (all: unknown) => Object.entries(all as object).filter(([name]) => !changed.includes(name))
  expect(without(after)).toEqual(without(before))
  expect(outcome.environments).toEqual([
    { project: 'shop', environment: 'production', revision: DAY + 3 },
    { project: 'shop', environment: 'staging', revision: DAY + 2 },
  ])
  const chain = (await store.audit({ scope: 'shop', limit: 100 })).toReversed()
  expect(verifyChain(chain)).toMatchObject({ ok: true })
  expect(chain.slice(-2).map(({ action, subject }) => [action, subject.key])).toEqual([
    ['environment.restored', 'production'],
    ['environment.restored', 'staging'],
  ])
})

test('revisions go on above whatever was given out since, also when the same backup is restored again', async () => {
  backUp(file, backup)
  for (let n = 0; n < 20; n += 1) await store.commit(edit())
  await store.close()
  const [first] = (await restored(NOW + 1_000)).environments
  for (let n = 0; n < 20; n += 1) await store.commit(edit())
  const reached = (await store.environment(production))?.revision ?? 0
  expect(reached).toBe((first?.revision ?? 0) + 20)
  await store.close()
  const [second] = (await restored(NOW + 30 * DAY)).environments
  expect(second?.revision).toBeGreaterThan(reached)
})

test('a clock that was set back raises revisions all the same', async () => {
  backUp(file, backup)
  await store.close()
  const { environments } = await restored(NOW - 10 * DAY)
  expect(environments.every(({ revision }) => revision > 1_000_000)).toBe(true)
})

test('whoever holds a revision of before is given everything, and whoever came since what was missed', async () => {
  await store.commit(edit())
  backUp(file, backup)
  await store.commit(edit())
  await store.close()
  await restored()
  expect(await store.changesSince(production, 3)).toBe('gone')
  const revision = (await store.environment(production))?.revision ?? 0
  await store.commit(edit())
  expect(await store.changesSince(production, revision)).toMatchObject([{ revision: revision + 1 }])
  expect((await store.environment(staging))?.revision).toBeGreaterThan(DAY)
})

test('the database that was there is kept, with what was in its log', async () => {
  backUp(file, backup)
  await store.commit(edit({ on: false }))
  await store.close()
  const { before } = await restored()
  const old = await openSqliteStore({ file: before ?? '' })
  expect(await old.config(production, 'checkout')).toMatchObject({ on: false, revision: 2 })
  await old.close()
})

test('a database that is damaged beyond opening can be restored over', async () => {
  backUp(file, backup)
  await store.close()
  writeFileSync(file, 'Buy milk. '.repeat(1000))
  await restored()
  expect(await store.config(production, 'checkout')).toMatchObject({ flag: 'checkout' })
})

test('a database that is not there any more can be restored', async () => {
  backUp(file, backup)
  await store.close()
  rmSync(file)
  expect(await restored()).toMatchObject({ before: null })
})

test('nothing is restored while a server runs', async () => {
  backUp(file, backup)
  await store.commit(edit({ on: false }))
  await expect(restore({ file, from: backup, migrationsFolder, now: NOW })).rejects.toEqual(refused('in_use'))
  expect(await store.commit(edit())).toMatchObject({ kind: 'done' })
})

test('a backup that is damaged, or none at all, is not restored, and what is there stays', async () => {
  backUp(file, backup)
  await store.close()
  const bytes = readFileSync(backup)
  bytes.fill(0xa5, 3 * 4096, bytes.length - 4096)
  writeFileSync(backup, bytes)
  const order = { file, migrationsFolder, now: NOW }
  const before = readFileSync(file)
  await expect(restore({ ...order, from: backup })).rejects.toEqual(refused('damaged'))
  writeFileSync(backup, 'Buy milk. '.repeat(1000))
  await expect(restore({ ...order, from: backup })).rejects.toEqual(refused('not_a_database'))
  await expect(restore({ ...order, from: join(folder, 'nothing.db') })).rejects.toEqual(refused('no_access'))
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'rampart.db'])
})

test('a backup is never written over, nor half there', () => {
  backUp(file, backup)
  expect(() => backUp(file, backup)).toThrow(refused('taken'))
  expect(() => backUp(file, join(folder, 'missing', 'backup.db'))).toThrow()
  expect(() => backUp(join(folder, 'none.db'), join(folder, 'other.db'))).toThrow(refused('no_access'))
  expect(existsSync(join(folder, 'other.db'))).toBe(false)
  expect(readdirSync(folder).some((name) => name.endsWith('.part'))).toBe(false)
})
