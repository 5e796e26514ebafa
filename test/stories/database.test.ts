import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rampart/node'
import { expect, onTestFinished, test } from 'vitest'
import { FLAG, inEnvironment, inProject, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { runServerCommand, startServer, until } from '../support/processes.ts'

/*
 * What can become of the server's one file: backed up while it is written to, restored under clients that hold more than the
 * backup has, on a disk that is full, and damaged.
 */

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-story-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a client that holds more than a restored backup has follows it, and what is changed after it', async () => {
  const folder = aFolder()
  const backup = join(aFolder(), 'backup.db')
  const demo = await startDemo({ folder })
  onTestFinished(() => demo.close())
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  const client = createClient({ url: demo.url, key: demo.serverKey, cacheFile: false, logger: 'silent' })
  onTestFinished(() => client.close({ timeout: 100 }))
  await client.ready()
  const serves = (on: boolean) => until(() => client.isEnabled(FLAG, 'ana') === on || undefined)
  await serves(true)

  const figures = async () => (await fetch(new URL('/metrics', demo.url))).text()
  expect(await figures()).not.toMatch(/^rampart_backup_age_seconds/m)
  expect(await runServerCommand(folder, 'backup', backup)).toMatchObject({ code: 0 })
  expect(await figures()).toMatch(/^rampart_backup_age_seconds \d{1,2}(\.\d+)?$/m)
  await demo.api.setRollout({ ...ofFlag, body: { percent: 0 } })
  await serves(false)
  const held = (await demo.api.getEnvironment(inEnvironment)).body.revision
  const early = await runServerCommand(folder, 'restore', backup)
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('end it first. Nothing was changed')])

  await demo.kill()
  const restored = await runServerCommand(folder, 'restore', backup)
  expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('demo/production goes on at revision')])
  await demo.restart()
  await serves(true)
  expect((await demo.api.getEnvironment(inEnvironment)).body.revision).toBeGreaterThan(held)
  await demo.api.killFlag({ ...ofFlag, body: {} })
  await serves(false)
  expect((await demo.api.verifyAudit(inProject)).body.ok).toBe(true)
})

test('on a full disk changes are refused with a reason and flags are served on; with room again nothing is missing', async () => {
  const folder = aFolder()
  const before = await startDemo({ folder })
  await before.close()
  const full = await startServer({ folder, largestFileKiB: 3 * 1024, env: { RAMPART_LOG: 'silent' } })
  onTestFinished(() => full.close())
  const client = createClient({ url: full.url, key: before.serverKey, cacheFile: false, logger: 'silent' })
  onTestFinished(() => client.close({ timeout: 100 }))
  await client.ready()

  const included = Array.from({ length: 8_000 }, (_, i) => `account-${i}-of-a-long-list`)
  const made: string[] = []
  const refusal = await until(async () => {
    const key = `segment-${made.length}`
    try {
      await full.api.putSegment({ params: { project: PROJECT, segment: key }, body: { when: null, included } })
      made.push(key)
      return undefined
    } catch (error) {
      return error as { readonly problem: unknown }
    }
  })
  expect(refusal.problem).toMatchObject({
    status: 503,
    code: 'overloaded',
    detail: expect.stringContaining('its disk is full. Nothing was changed'),
    retryable: true,
  })
  expect((await fetch(`${full.url}/readyz`)).ok).toBe(true)
  expect((await full.api.listSegments(inProject)).body.items).toHaveLength(made.length)
  expect(client.details(FLAG, 'ana', false)).toMatchObject({ reason: 'rollout' })
  await full.close()

  const after = await startServer({ folder })
  onTestFinished(() => after.close())
  expect((await after.api.listSegments(inProject)).body.items.map(({ key }) => key).toSorted()).toEqual(made.toSorted())
  expect((await after.api.verifyAudit(inProject)).body.ok).toBe(true)
  await after.api.putSegment({
    params: { project: PROJECT, segment: 'with-room-again' },
    body: { when: null, included },
  })
})

test('a damaged database stops the server with a sentence that says what to do', async () => {
  const folder = aFolder()
  const demo = await startDemo({ folder })
  await demo.close()
  const file = join(folder, 'rampart.db')
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 8 * 4096, 30 * 4096)
  writeFileSync(file, bytes)
  const { code, stderr } = await runServerCommand(folder)
  expect([code, stderr]).toEqual([2, expect.stringContaining('is damaged')])
  expect(stderr).toContain('restore it from a backup')
  const backup = await runServerCommand(folder, 'backup', join(folder, 'backup.db'))
  expect([backup.code, existsSync(join(folder, 'backup.db'))]).toEqual([2, false])
})
