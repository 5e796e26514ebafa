import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CloseNotice } from '@rampart/contract/wire'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteStore } from '../store/sqlite/open.ts'
import { Admission } from './admission.ts'
import { Hub } from './hub.ts'
import { PLACE, seed } from './test-server.ts'

async function openHub(admission = new Admission()) {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-'))
  const store = await openSqliteStore({ file: join(folder, 'test.db') })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await seed(store)
  const hints = () => ({ flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 })
  return new Hub({ store, clock: { now: () => 0 }, log: pino({ enabled: false }), hints, admission })
}

test('streams are opened in turn, whoever opens them, and none that waited once the server began to end', async () => {
  const hub = await openHub(new Admission({ atOnce: 1, waiting: 1 }))
  let end = (): void => undefined
  const first = hub.admit(() => new Promise<void>((resolve) => (end = resolve)))
  const second = hub.admit(async () => 'opened')
  await expect(hub.admit(async () => 'opened')).rejects.toMatchObject({ code: 'overloaded' })
  await hub.drain()
  end()
  await first
  await expect(second).rejects.toMatchObject({ code: 'overloaded', extras: { retryAfterMs: 1_000 } })
})

test('a stream that was let in before the server began to end, and comes after it, is sent away and told nothing', async () => {
  const hub = await openHub()
  await hub.drain()

  const sent: Buffer[] = []
  const closed: CloseNotice[] = []
  await hub.join(
    PLACE,
    {
      isCompressed: false,
      send: (bytes) => void sent.push(bytes),
      sendState: (bytes) => void sent.push(bytes),
      close: (notice) => void closed.push(notice),
      onClosed: () => undefined,
    },
    { key: { id: 'k_1', audience: 'server', expiresAt: null }, held: undefined },
  )
  expect([sent, closed]).toEqual([[], [{ reason: 'drain', retryMs: expect.any(Number) }]])
})
