import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AuditEntry } from '@rampart/contract/admin'
import { build } from 'esbuild'
import { chance } from '../../../ramp/testing/chance.ts'
import { verifyChain } from '../../audit-chain.ts'
import { counts, NOW, production } from '../../conformance/makers.ts'
import type { Store } from '../../store.ts'
import { openSqliteStore } from '../open.ts'
import { RAMPED, type Said } from './said.ts'

const SERVER = fileURLToPath(new URL('../../../../', import.meta.url))
const MIGRATIONS = join(SERVER, 'migrations/sqlite')
/** One of so many is killed while it opens the file, which makes it or recovers it. */
const OPENING = 8
/** What a writer may have had acknowledged when it is killed. */
const MOST_ACKNOWLEDGED = 60
/** From its start until it is open, about. */
const OPENING_MS = 250

/** What was acknowledged, all of which was found again. */
export interface Kills {
  readonly kills: number
  readonly revisions: number
  readonly decisions: number
  readonly batches: number
  /** Killed before the store was open. */
  readonly whileOpening: number
}

/**
 * Kills a process that writes to one file, again and again, at random moments. After each kill everything that was acknowledged
 * is there, revisions are consecutive, the audit chain verifies, and the ramp, its flag, its alert and its audit are of one
 * decision. Throws when they are not.
 */
export async function killAndCheck(kills: number, seed: number): Promise<Kills> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-kills-'))
  const file = join(folder, 'rampart.db')
  const random = chance(seed)
  const found = new Found()
  let whileOpening = 0
  const writer = await bundledWriter()
  try {
    for (let n = 0; n < kills; n += 1) {
      const opening = n % OPENING === 0
      const when = opening
        ? { afterMs: random() * OPENING_MS }
        : { after: 1 + Math.floor(random() * MOST_ACKNOWLEDGED) }
      const said = await writeUntilKilled([writer.path, file, MIGRATIONS, `${seed}-${n}`], when)
      if (!said.some((one) => 'opened' in one)) whileOpening += 1
      const store = await openSqliteStore({ file })
      try {
        await found.check(store, said)
      } catch (error) {
        throw new Error(`kill ${n} of seed ${seed}: ${String(error)}`, { cause: error })
      } finally {
        await store.close()
      }
    }
  } finally {
    writer.remove()
    rmSync(folder, { recursive: true })
  }
  return { kills, ...found.figures, whileOpening }
}

type When = { readonly after: number } | { readonly afterMs: number }

/** What the process said before it was killed, in the middle of its writes. */
async function writeUntilKilled(args: readonly string[], when: When): Promise<readonly Said[]> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const timer = 'afterMs' in when ? setTimeout(() => child.kill('SIGKILL'), when.afterMs) : undefined
  const said: Said[] = []
  for await (const line of createInterface(child.stdout)) {
    // The last line may have been cut off by the kill: what was not said was not acknowledged.
    if (!line.endsWith('}')) break
    said.push(JSON.parse(line) as Said)
    if ('after' in when && said.length === when.after + 1) child.kill('SIGKILL')
  }
  const [code, signal] = (await exit) as [number | null, string | null]
  clearTimeout(timer)
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself, with ${code ?? signal}`)
  return said
}

/** What has been found so far: each check looks at what came after. */
class Found {
  #revision = 0
  #audit: AuditEntry | undefined
  #batches = 0
  #decisions = 0

  get figures() {
    return { revisions: this.#revision, decisions: this.#decisions, batches: this.#batches }
  }

  async check(store: Store, said: readonly Said[]): Promise<void> {
    const revision = (await store.environment(production))?.revision ?? 0
    // Killed before there was anything: then nothing was acknowledged either.
    if (revision === 0 && said.length === 0) return
    await this.#checkHistory(store, revision, said)
    await this.#checkRamp(store, said)
    await this.#checkBatches(store, said)
    this.#revision = revision
  }

  async #checkHistory(store: Store, revision: number, said: readonly Said[]): Promise<void> {
    const changes = await store.changesSince(production, this.#revision)
    if (changes === 'gone') throw new Error(`the changes after revision ${this.#revision} have a hole`)
    const made = changes.map((change) => change.revision)
    if (made.some((one, i) => one !== this.#revision + i + 1) || made.length !== revision - this.#revision) {
      throw new Error(`revisions are not consecutive: ${made.join(' ')} after ${this.#revision}, to ${revision}`)
    }
    const entries = await this.#newEntries(store)
    const verdict = verifyChain(entries, this.#audit)
    if (!verdict.ok) throw new Error(`the audit chain is broken at ${verdict.brokenAt}`)
    const audited = new Set(
      entries
        .flatMap(({ revisions }) => revisions)
        .filter(isProduction)
        .map((one) => one.revision),
    )
    for (const one of made) if (!audited.has(one)) throw new Error(`revision ${one} is in no audit entry`)
    for (const one of said) {
      if ('revision' in one && !audited.has(one.revision))
        throw new Error(`revision ${one.revision} was acknowledged, and is gone`)
    }
    this.#audit = entries.at(-1) ?? this.#audit
  }

  async #newEntries(store: Store): Promise<readonly AuditEntry[]> {
    const known = this.#audit?.n ?? 0
    return (await store.audit({ scope: 'shop', limit: 100_000 })).filter(({ n }) => n > known).toReversed()
  }

  /** A decision is one commit of a ramp, a configuration, an alert and an audit entry. */
  async #checkRamp(store: Store, said: readonly Said[]): Promise<void> {
    const row = await store.ramp('r_1')
    if (row === undefined) return
    const { seq, percent } = row.ramp
    for (const one of said) {
      if ('seq' in one && one.seq > seq)
        throw new Error(`decision ${one.seq} was acknowledged, and the ramp is at ${seq}`)
    }
    const config = await store.config(production, RAMPED)
    const served =
      config !== undefined && 'rollout' in config.everyoneElse ? config.everyoneElse.rollout?.percent : undefined
    const [entry] = await store
      .audit({ scope: 'shop', subject: { kind: 'flag', key: 'checkout' }, limit: 1_000 })
      .then((all) => all.filter(({ action }) => action === 'ramp.advanced'))
    const half = { seq, percent: percent.now, served, audited: entry?.after }
    if (served !== percent.now || JSON.stringify(entry?.after) !== JSON.stringify({ seq, percent: percent.now })) {
      throw new Error(`half a decision: ${JSON.stringify(half)}`)
    }
    await this.#checkAlert(store, seq)
    this.#decisions = seq
  }

  /** The alert of a decision is there exactly when the decision is: a second one of the same is dropped. */
  async #checkAlert(store: Store, seq: number): Promise<void> {
    for (let sent = 0; ; ) {
      const delivery = await store.claimDelivery(NOW + sent, 1)
      if (delivery === undefined) {
        if (sent === 0 && this.#decisions !== seq) throw new Error(`decision ${seq} has no alert`)
        return
      }
      if (delivery.alert.seq > seq)
        throw new Error(`an alert of decision ${delivery.alert.seq}, and the ramp is at ${seq}`)
      await store.settleDelivery(delivery.id, { ok: true, status: 200 }, NOW)
      sent += 1
    }
  }

  async #checkBatches(store: Store, said: readonly Said[]): Promise<void> {
    const ticks = await store.ticks('r_1')
    const counted = ticks.reduce((sum, tick) => sum + tick.treatment, 0)
    const halves = ticks.filter(({ treatment }) => treatment % 2 !== 0)
    if (halves.length > 0) throw new Error(`half of a batch was counted: ${JSON.stringify(halves)}`)
    for (const one of said) {
      if (!('batch' in one)) continue
      this.#batches += 1
      const again = await store.addCounts(counts(one.batch, []))
      if (again !== 'duplicate') throw new Error(`batch ${one.batch} was acknowledged, and is gone`)
    }
    if (counted < 2 * this.#batches) throw new Error(`${this.#batches} batches of two units, and ${counted} units`)
  }
}

const isProduction = ({ environment }: { readonly environment: string }): boolean => environment === 'production'

/** The writer in one file, which starts four times sooner than its sources do. */
async function bundledWriter(): Promise<{ readonly path: string; readonly remove: () => void }> {
  // Beside the server's own bundle, from where the database's binary is found.
  const path = join(SERVER, `dist/kills-writer-${process.pid}.mjs`)
  await build({
    absWorkingDir: SERVER,
    entryPoints: ['src/store/sqlite/test-kills/writer.ts'],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.18',
    external: ['better-sqlite3'],
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return { path, remove: () => rmSync(path, { force: true }) }
}
