import type { Row } from '../bench/row.ts'
import built from '../support/built.ts'
import { chance } from './chance.ts'
import type { Proof } from './proof.ts'
import { runNode } from './run-node.ts'
import { killServer, type ServerKills } from './server-kills.ts'

/** What the store's process was asked to find again, as `server/src/store/sqlite/test-kills/kills.ts` counts it. */
interface StoreKills {
  readonly kills: number
  readonly revisions: number
  readonly decisions: number
  readonly batches: number
  readonly whileOpening: number
}

type Figures = { readonly store: StoreKills } | { readonly server: ServerKills }

const STORE = { parts: 20, kills: 50 }
const SERVER = { parts: 10, kills: 5 }

/** 1,000 SIGKILLs of a process that writes to a store, 50 of the whole server under load: nothing acknowledged is lost. */
export const proof: Proof<Figures> = {
  parts: (scale) =>
    [
      ['store', STORE.parts],
      ['server', SERVER.parts],
    ].flatMap(([what, parts]) =>
      Array.from({ length: Math.ceil(Number(parts) * scale) }, (_, i) => `${what} ${i + 1}`),
    ),
  async run(part, seed) {
    const [what, n] = part.split(' ')
    const own = seed * 1_000 + Number(n)
    if (what === 'server') {
      built()
      return { server: await killServer(SERVER.kills, chance(own)) }
    }
    const args = [String(STORE.kills), String(own)]
    return { store: JSON.parse(await runNode('server/src/store/sqlite/test-kills/run.ts', args)) as StoreKills }
  },
  rows(figures, scale) {
    const store = figures.flatMap((one) => ('store' in one ? [one.store] : []))
    const server = figures.flatMap((one) => ('server' in one ? [one.server] : []))
    // A kill after which something was missing ends the proof with what it was.
    return [
      killsRow(
        'kills of a writing process after which all was whole',
        store,
        STORE.kills * Math.ceil(STORE.parts * scale),
      ),
      foundRow(
        '  revisions made by it, consecutive and audited',
        store.map(({ revisions }) => revisions),
      ),
      foundRow(
        '  decisions of a ramp, none by half',
        store.map(({ decisions }) => decisions),
      ),
      foundRow(
        '  batches of outcomes acknowledged by it',
        store.map(({ batches }) => batches),
      ),
      foundRow(
        '  of the kills, before the file was open',
        store.map(({ whileOpening }) => whileOpening),
      ),
      killsRow(
        'kills of the server under load after which all was whole',
        server,
        SERVER.kills * Math.ceil(SERVER.parts * scale),
      ),
      foundRow(
        '  changes acknowledged by it',
        server.map(({ revisions }) => revisions),
      ),
      foundRow(
        '  starts and rollbacks of ramps',
        server.map(({ moves }) => moves),
      ),
      foundRow(
        '  batches of outcomes acknowledged by it',
        server.map(({ batches }) => batches),
      ),
      foundRow(
        '  units counted of them',
        server.map(({ units }) => units),
      ),
    ]
  },
}

function killsRow(goal: string, figures: readonly { readonly kills: number }[], limit: number): Row {
  const kills = sum(figures.map((one) => one.kills))
  return { goal, measured: String(kills), limit: String(limit), ok: kills === limit }
}

function foundRow(goal: string, numbers: readonly number[]): Row {
  return { goal, measured: String(sum(numbers)), limit: '> 0', ok: sum(numbers) > 0 }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
