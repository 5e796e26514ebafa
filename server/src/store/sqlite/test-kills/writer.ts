import { createHash } from 'node:crypto'
import type { Flag } from '@rampart/contract/admin'
import {
  addPerson,
  alert,
  asker,
  audited,
  commitOf,
  config,
  counts,
  edit,
  flag,
  foundShop,
  NOW,
  production,
  ramp,
  unit,
  webhook,
  write,
} from '../../conformance/makers.ts'
import type { Commit, Store } from '../../store.ts'
import { openSqliteStore } from '../open.ts'
import { RAMPED, type Said } from './said.ts'

/**
 * `writer.ts FILE MIGRATIONS LIFE`, as a process of its own: writes without end, from several sides at once, and says on a line of
 * its own what has been acknowledged, until somebody kills it.
 */
const [file, migrationsFolder, life] = process.argv.slice(2)
if (file === undefined || migrationsFolder === undefined || life === undefined) {
  throw new Error('name the file, the folder of the migrations and the life')
}

const store = await openSqliteStore({ file, migrationsFolder })
await found(store)
say({ opened: true })
await Promise.all([commits(), commits(), decisions(), batches()])

/** In steps that are whole by themselves: whoever is killed in between goes on after them. */
async function found(shop: Store): Promise<void> {
  if ((await shop.project('shop')) === undefined) await foundShop(shop)
  if ((await shop.people()).length === 0) await addPerson(shop, 'p_1')
  if ((await shop.webhooks('shop')).length === 0)
    await write(shop, { put: 'webhook', project: 'shop', webhook: webhook('w_1') })
  if ((await shop.flag('shop', RAMPED)) === undefined) await shop.commit(decision(1, flag(RAMPED)))
}

async function commits(): Promise<void> {
  for (;;) say({ revision: await revisionOf(edit({ on: true })) })
}

async function decisions(): Promise<void> {
  const begun = await store.ramp('r_1')
  for (let seq = (begun?.ramp.seq ?? 1) + 1; ; seq += 1) say({ revision: await revisionOf(decision(seq)), seq })
}

async function batches(): Promise<void> {
  for (let n = 0; ; n += 1) {
    const batch = `${life}-${n}`
    const units = ['a', 'b'].map((name) => unit(hashOf(`${batch}-${name}`), { tick: NOW + n }))
    await store.addCounts(counts(batch, units))
    say({ batch })
  }
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16)
}

async function revisionOf(commit: Commit): Promise<number> {
  const committed = await store.commit(commit)
  if (committed.kind !== 'done') throw new Error(committed.kind)
  return committed.revisions[0]?.revision ?? 0
}

/** One move of the ramp, with everything that moves with it; the first one makes the flag. */
function decision(seq: number, made?: Flag): Commit {
  const percent = seq % 100
  const moved = ramp('r_1', { flag: RAMPED, seq, percent: { before: 0, reached: percent, now: percent } })
  return commitOf({
    asker: { ...asker, actor: { kind: 'ramp', id: 'r_1', name: 'r_1' } },
    writes: [
      ...(made === undefined ? [] : [{ put: 'flag' as const, flag: made }]),
      { put: 'ramp', ramp: moved },
      {
        put: 'config',
        config: config(production, RAMPED, {
          everyoneElse: { variation: 'on', rollout: { percent, otherwise: 'off' } },
        }),
      },
      { put: 'alert', alert: alert(`a_${seq}`, { flag: RAMPED, seq, kind: 'advanced' }) },
    ],
    changes: [{ environment: 'production', flags: [RAMPED], watches: ['r_1'] }],
    audit: [{ ...audited(`seq ${seq}`), action: 'ramp.advanced', after: { seq, percent } }],
  })
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
