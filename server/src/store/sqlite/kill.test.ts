import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { verifyChain } from '../audit-chain.ts'
import { counts, production } from '../conformance/makers.ts'
import type { Store } from '../store.ts'
import { openSqliteStore } from './open.ts'
import type { Acknowledged } from './write-until-killed.ts'

const SCRIPT = fileURLToPath(new URL('./write-until-killed.ts', import.meta.url))

test('a process killed while it writes has lost nothing that it acknowledged, and left nothing half-written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-kill-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'rampart.db')
  const acknowledged: Acknowledged[] = []

  for (const life of ['one', 'two', 'three']) {
    acknowledged.push(...(await writeAndKill(file, life, 30)))
    const store = await openSqliteStore({ file })
    await expectWhole(store, acknowledged)
    await store.close()
  }
}, 60_000)

/** What the process acknowledged before it was killed, in the middle of its writes. */
async function writeAndKill(file: string, life: string, after: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [SCRIPT, file, life], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const acknowledged: Acknowledged[] = []
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(JSON.parse(line))
    if (acknowledged.length === after) child.kill('SIGKILL')
  }
  expect(await exit).toEqual([null, 'SIGKILL'])
  return acknowledged
}

async function expectWhole(store: Store, acknowledged: readonly Acknowledged[]): Promise<void> {
  const newest = Math.max(...acknowledged.map(({ revision }) => revision ?? 0))
  const environment = await store.environment(production)
  const revision = environment?.revision ?? 0
  expect(revision).toBeGreaterThanOrEqual(newest)

  const changes = await store.changesSince(production, 0)
  expect(changes === 'gone' ? 'gone' : changes.map((change) => change.revision)).toEqual(
    Array.from({ length: revision }, (_, n) => n + 1),
  )
  expect(await store.config(production, 'checkout')).toMatchObject({ revision })

  const chain = (await store.audit({ scope: 'shop', limit: 100_000 })).toReversed()
  expect(verifyChain(chain)).toEqual({ entries: revision, ok: true, brokenAt: null })
  expect(chain.at(-1)?.revisions).toContainEqual({ environment: 'production', revision })

  for (const tick of await store.ticks('r_1')) expect(tick.treatment % 2, 'half of a batch was counted').toBe(0)
  const before = await store.ticks('r_1')
  for (const { batch } of acknowledged) {
    if (batch !== undefined) expect(await store.addCounts(counts(batch, []))).toBe('duplicate')
  }
  const counted = before.reduce((sum, tick) => sum + tick.treatment, 0)
  const batches = acknowledged.filter(({ batch }) => batch !== undefined).length
  expect(counted).toBeGreaterThanOrEqual(batches * 2)
}
