import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock } from 'node:test'
import type { Revision } from '@rampart/core'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import { ModelClient } from './client.ts'
import { createHistory, type History, momentOf } from './history.ts'
import { openService, type Service } from './service.ts'
import { ASKED, CONTEXTS, type Edit, foundShop, KEYS, type Shop, shopOf } from './shop.ts'
import { createStillness, type Stillness } from './stillness.ts'

const ASKING = { flags: ASKED, contexts: CONTEXTS }
/** Time passes in steps: what one causes is done before the next. */
const STEP_MS = 2_500
/** A client that the network lets through has everything after this long, whatever it went through. */
const PATIENCE_MS = 15 * 60_000

/** Three clients, the server they ask, and the network between them. */
export interface World {
  readonly clients: readonly ModelClient[]
  readonly history: History
  edit(edits: readonly Edit[], turns: number): Promise<void>
  /** Lets time pass. */
  advance(ms: number): Promise<void>
  /** Waits until nothing happens without time passing. */
  settle(): Promise<void>
  restart(how: 'drain' | 'crash', awayMs: number): Promise<void>
  /** Deletes the changes before the last `revisions`. */
  compact(revisions: number): Promise<void>
  /** Copies the database as it is now, in place of an earlier copy. */
  backUp(): Promise<void>
  /** Starts the server on the copy; the clients hear of it before anything else changes. */
  setBack(): Promise<void>
  /** Throws when a client holds what never was, or answers otherwise than what it holds. */
  check(): void
  /** From now on the network is honest: throws when not every client has everything in the end. */
  end(): Promise<void>
  close(): Promise<void>
}

/** A folder for the databases of many worlds: in memory where there is one, since no power is cut here. */
export async function worldMaker(): Promise<{
  readonly make: (random: () => number) => Promise<World>
  readonly close: () => void
}> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rampart-model-'))
  const template = join(folder, 'template.db')
  const store = await openSqliteStore({ file: template })
  await foundShop(store)
  await store.close()
  return {
    make: (random) => createWorld({ folder, template, random }),
    close: () => rmSync(folder, { recursive: true }),
  }
}

async function createWorld({
  folder,
  template,
  random,
}: {
  readonly folder: string
  readonly template: string
  readonly random: () => number
}): Promise<World> {
  const file = join(folder, 'world.db')
  const backup = join(folder, 'backup.db')
  copyFileSync(template, file)
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const stillness: Stillness = createStillness()
  let service: Service = await openService(file, clock, stillness)
  const store = () => service.store
  let shop: Shop = shopOf(store)
  const history = createHistory(store, ASKING)
  await history.record()
  let backedUp: { readonly shop: Shop; readonly revision: Revision } | undefined
  const seen = new Map<ModelClient, Revision>()

  const shared = { connect: () => service.connect(), now: clock.now, random, stir: () => stillness.stir() }
  const clients = [
    new ModelClient({
      ...shared,
      name: 'streams',
      audience: 'server',
      transport: { kind: 'stream' },
      key: KEYS.server,
    }),
    new ModelClient({
      ...shared,
      name: 'polls',
      audience: 'server',
      transport: { kind: 'poll', pollMs: 5_000 },
      key: KEYS.server,
    }),
    new ModelClient({ ...shared, name: 'page', audience: 'client', transport: { kind: 'stream' }, key: KEYS.client }),
  ]
  for (const client of clients) client.start()
  await stillness.reached()

  /** Everything that has come is handed over, and what follows from it. */
  async function deliverAll(): Promise<void> {
    for (let again = true; again; ) {
      await stillness.reached()
      again = false
      for (const client of clients) {
        while (client.deliver()) again = true
        if (client.deliverPoll()) again = true
      }
    }
  }

  async function pass(ms: number, after: () => Promise<void>): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      const stepMs = Math.min(left, STEP_MS)
      now += stepMs
      mock.timers.tick(stepMs)
      await after()
    }
  }

  function behind(): readonly string[] {
    return clients
      .filter((client) => {
        const { held, audience, isWell } = client
        if (!isWell || held === undefined || held.revision > history.latest) return true
        return momentOf(held, ASKING).content !== history.at(history.latest, audience)?.content
      })
      .map(({ name, held }) => `${name} at ${held?.revision ?? 'nothing'} of ${history.latest}`)
  }

  async function until(isOver: () => boolean, what: string): Promise<void> {
    for (const end = now + PATIENCE_MS; now < end; ) {
      await deliverAll()
      if (isOver()) return
      await pass(STEP_MS, deliverAll)
    }
    throw new Error(`${what}: ${behind().join(', ')}`)
  }

  function honest(): void {
    for (const client of clients) {
      client.isReachable = true
      if (client.isTampered) client.cut()
    }
  }

  async function startAgain(): Promise<void> {
    service = await openService(file, clock, stillness)
    await stillness.reached()
  }

  const world: World = {
    clients,
    history,
    async edit(edits, turns) {
      if (edits.length === 1 && edits[0] !== undefined) await shop.edit(edits[0])
      // At the same time, so that several commits meet one publication.
      else await Promise.all(edits.slice(0, -1).map((edit) => shop.edit(edit)))
      await history.record()
      const last = edits.length > 1 ? edits.at(-1) : undefined
      if (last !== undefined) {
        await shop.edit(last)
        await history.record()
      }
      await stillness.turns(turns)
    },
    advance: (ms) => pass(ms, () => stillness.reached()),
    settle: () => stillness.reached(),
    async restart(how, awayMs) {
      await service.stop(how)
      await pass(awayMs, () => stillness.reached())
      await startAgain()
    },
    async compact(revisions) {
      await service.store.sweep(now, { revisions, ms: 0 })
    },
    async backUp() {
      await service.stop('crash')
      copyFileSync(file, backup)
      backedUp = { shop: shop.copy(), revision: history.latest }
      await startAgain()
    },
    async setBack() {
      if (backedUp === undefined) return
      await service.stop('crash')
      copyFileSync(backup, file)
      shop = backedUp.shop.copy()
      history.backTo(backedUp.revision)
      await startAgain()
      honest()
      seen.clear()
      await until(() => behind().length === 0, 'after the database was set back')
    },
    check() {
      for (const client of clients) {
        const { held, name, audience } = client
        if (held === undefined) continue
        const was = history.at(held.revision, audience)
        const is = momentOf(held, ASKING)
        if (was === undefined) throw new Error(`${name} holds revision ${held.revision}, which never was`)
        if (is.content !== was.content)
          throw new Error(`${name} at revision ${held.revision} holds\n${is.content}\nwhere there was\n${was.content}`)
        if (is.answers !== was.answers)
          throw new Error(`${name} at revision ${held.revision} answers\n${is.answers}\nand not\n${was.answers}`)
        if (held.revision < (seen.get(client) ?? 0)) throw new Error(`${name} went back to revision ${held.revision}`)
        seen.set(client, held.revision)
      }
    },
    async end() {
      honest()
      await until(() => behind().length === 0, 'not everything arrived')
      world.check()
    },
    async close() {
      for (const client of clients) client.stop()
      await service.stop('crash')
      mock.timers.reset()
      rmSync(file)
      rmSync(backup, { force: true })
    },
  }
  return world
}
