import { addPerson, counts, edit, foundShop, NOW, ramp, unit, write } from '../conformance/makers.ts'
import { openSqliteStore } from './open.ts'

/**
 * Run by `kill.test.ts` as a process of its own: writes without end and says on a line of its own what has been
 * acknowledged, until somebody kills it.
 */
export interface Acknowledged {
  readonly revision?: number
  readonly batch?: string
}

const [file, life] = process.argv.slice(2)
if (file === undefined || life === undefined) throw new Error('name the file and the life')

const store = await openSqliteStore({ file })
if ((await store.project('shop')) === undefined) {
  await foundShop(store)
  await addPerson(store, 'p_1')
  await write(store, { put: 'ramp', ramp: ramp('r_1') })
}

await Promise.all([commits(), commits(), batches()])

async function commits(): Promise<void> {
  for (;;) {
    const committed = await store.commit(edit({ on: true }))
    if (committed.kind !== 'done') throw new Error(committed.kind)
    say({ revision: committed.revisions[0]?.revision ?? 0 })
  }
}

async function batches(): Promise<void> {
  for (let n = 0; ; n++) {
    const batch = `${life}-${n}`
    await store.addCounts(counts(batch, [unit(`${batch}-a`, { tick: NOW + n }), unit(`${batch}-b`, { tick: NOW + n })]))
    say({ batch })
  }
}

function say(acknowledged: Acknowledged): void {
  process.stdout.write(`${JSON.stringify(acknowledged)}\n`)
}
