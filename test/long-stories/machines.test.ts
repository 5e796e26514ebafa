import { execFileSync, spawnSync } from 'node:child_process'
import dns from 'node:dns'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type FlagClient } from '@rampart/node'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Demo, FLAG, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { expectBridged, outage, runApp } from '../support/outage.ts'
import { until } from '../support/processes.ts'

/*
 * What can be wrong with the machine that a client runs on, and what else the server can do to it, with real processes.
 */

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
})

afterAll(() => demo.close())

interface Listened {
  readonly client: FlagClient
  readonly said: readonly string[]
}

async function listened(
  options: { readonly url?: string; readonly cacheFile?: string } = {},
): Promise<Listened & { readonly id: string }> {
  const key = (await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'server', name: 'machine' } })).body
  const said: string[] = []
  const line =
    (level: string) =>
    (message: string): void =>
      void said.push(`${level}: ${message}`)
  const logger = { debug: () => undefined, info: line('info'), warn: line('warn'), error: line('error') }
  const client = createClient({ url: demo.url, key: key.secret, logger, ...options })
  onTestFinished(() => client.close({ timeout: 100 }))
  return { client, said, id: key.item.id }
}

test('a name that cannot be resolved is an outage like any other, and over when it can', async () => {
  const { port } = new URL(demo.url)
  const { client, said } = await listened({ url: `http://flags.invalid:${port}` })
  const readiness = await client.ready({ timeout: 300 })
  const answers = [client.isEnabled(FLAG, 'ana'), client.isEnabled(FLAG, 'ana', true)]
  await until(() => (said.length > 0 ? true : undefined))
  const app = await runApp(
    `const { status } = await createClient({ logger: 'silent' }).ready({ timeout: 300 }); console.log(status)`,
    { RAMPART_URL: `http://flags.invalid:${port}`, RAMPART_SDK_KEY: demo.serverKey },
  )
  const { lookup } = dns
  onTestFinished(() => {
    dns.lookup = lookup
  })
  // The failures were real; that the name comes to be is the one thing that no test can do to a resolver.
  dns.lookup = Object.assign((name: string, ...rest: unknown[]) => {
    Reflect.apply(lookup, dns, [name === 'flags.invalid' ? '127.0.0.1' : name, ...rest])
  }, lookup) as typeof lookup
  await until(() => (client.isEnabled(FLAG, 'ana') ? true : undefined), 60_000)

  expect(readiness.status).toBe('timeout')
  expect(answers).toEqual([false, true])
  expect(app).toEqual({ code: 0, answer: 'timeout' })
  expect(said).toEqual([
    expect.stringMatching(/^warn: .*flags\.invalid/),
    expect.stringMatching(/^info: .* again after /),
  ])
})

test.each([-10, 10])('a clock that is wrong by %i years changes nothing', async (years) => {
  const metric = `order_${years > 0 ? 'late' : 'early'}`
  const app = await runApp(
    `const real = Date.now
     Date.now = () => real() + ${years * 365 * 86_400_000}
     const client = createClient({ metrics: { flushInterval: 100 } })
     const { status } = await client.ready()
     console.log(status, client.isEnabled('${FLAG}', 'ana'))
     client.count('${metric}', 'ana')
     await client.close()`,
    { RAMPART_URL: demo.url, RAMPART_SDK_KEY: demo.serverKey },
  )
  const totals = await demo.api.getMetricTotals({ params: { ...inEnvironment.params, metric } })

  expect(app).toEqual({ code: 0, answer: 'ready true' })
  expect(totals.body.steps.reduce((sum, { n }) => sum + n, 0)).toBe(1)
})

test('a key that is revoked under a client leaves it its values, and another client with the new key works', async () => {
  const { client, said, id } = await listened()
  await client.ready()
  await demo.api.revokeSdkKey({ params: { ...inEnvironment.params, id } })
  await until(() => (client.status === 'stale' ? true : undefined))
  const after = await client.ready({ timeout: 60_000 })
  const next = await listened()

  expect(after.status).toBe('stale')
  expect(client.isEnabled(FLAG, 'ana')).toBe(true)
  expect(said).toEqual([expect.stringMatching(/^error: .*refuses this SDK key/)])
  expect((await next.client.ready()).status).toBe('ready')
})

test('a configuration of tens of megabytes arrives whole, and so does the next change', async () => {
  const large = await startDemo()
  onTestFinished(() => large.close())
  await large.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  for (let i = 0; i < 12; i += 1) {
    const included = Array.from({ length: 50_000 }, (_, n) => `customer-${i}-${n}@example.com`)
    await large.api.putSegment({
      params: { ...inProject.params, segment: `customers-${i}` },
      body: { when: null, included },
    })
  }
  const client = createClient({ url: large.url, key: large.serverKey, logger: 'silent' })
  onTestFinished(() => client.close({ timeout: 100 }))

  expect((await client.ready({ timeout: 60_000 })).status).toBe('ready')
  expect(client.isEnabled(FLAG, 'ana')).toBe(true)
  await large.api.switchFlag({ ...ofFlag, body: { on: false } })
  await until(() => (client.isEnabled(FLAG, 'ana') ? undefined : true))
})

test('a database that was set back to a backup is followed, also by a kill that comes right after', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-back-'))
  const backup = mkdtempSync(join(tmpdir(), 'rampart-back-'))
  const server = await startDemo({ folder })
  onTestFinished(async () => {
    await server.close()
    for (const place of [folder, backup]) rmSync(place, { recursive: true })
  })
  const files = (from: string, to: string): void => {
    for (const name of readdirSync(to).filter((one) => one.startsWith('rampart.db'))) rmSync(join(to, name))
    for (const name of readdirSync(from).filter((one) => one.startsWith('rampart.db')))
      copyFileSync(join(from, name), join(to, name))
  }
  await server.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  await server.kill()
  files(folder, backup)
  await server.restart()
  const client = createClient({ url: server.url, key: server.serverKey, logger: 'silent' })
  onTestFinished(() => client.close({ timeout: 100 }))
  await client.ready()
  for (const percent of [0, 1, 2, 0]) await server.api.setRollout({ ...ofFlag, body: { percent } })
  await until(() => (client.isEnabled(FLAG, 'ana') ? undefined : true))
  await server.kill()
  files(backup, folder)
  await server.restart()

  await until(() => (client.isEnabled(FLAG, 'ana') ? true : undefined), 60_000)
  await server.api.killFlag({ ...ofFlag, body: {} })
  await until(() => (client.isEnabled(FLAG, 'ana') ? undefined : true))
  expect(client.details(FLAG, 'ana', true)).toMatchObject({ value: false, reason: 'killed' })
})

test('an event that does not end is given up before it takes the memory, as an outage like any other', async () => {
  const report = await outage(demo, 'endless', {
    begin: (proxy) =>
      proxy.set({
        kind: 'answers',
        bytes: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\nevent: put\ndata: ',
        endlessly: Buffer.alloc(1 << 20, 'x'),
      }),
    noticedMs: 60_000,
    wellMs: 60_000,
  })
  expectBridged(report)
  expect(report.said.held[0]).toContain('an event does not end')
})

/** A file system of its own, which only root may make. */
function disk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  return folder
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-disk-'))
  const mounts = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder]).status === 0
  if (mounts) execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return mounts
}

describe.skipIf(!canMount())('the disk of the cache', () => {
  /** A client whose configuration is in its cache file, and then cannot be written there. */
  async function withoutDisk(
    spoil: (folder: string) => void,
  ): Promise<Listened & { readonly cacheFile: string; readonly before: string }> {
    const folder = disk('64k')
    const cacheFile = join(folder, 'flags.json')
    const one = await listened({ cacheFile })
    await one.client.ready()
    const before = await until(() =>
      readdirSync(folder).includes('flags.json') ? readFileSync(cacheFile, 'utf8') : undefined,
    )
    spoil(folder)
    for (let i = 0; i < 3; i += 1) {
      const { revision } = (await demo.api.setRollout({ ...ofFlag, body: { percent: 99 - i } })).body
      await until(() => (one.client.details(FLAG, 'ana', false).revision === revision ? true : undefined))
    }
    await until(() => (one.said.length > 0 ? true : undefined))
    return { ...one, cacheFile, before }
  }

  test('that is full costs one line, and the configuration that it has stays', async () => {
    const { said, cacheFile, before } = await withoutDisk((folder) => {
      expect(() => writeFileSync(join(folder, 'everything'), Buffer.alloc(1 << 20))).toThrow('ENOSPC')
    })
    expect(said).toEqual([expect.stringMatching(/^warn: .*cache file cannot be written: ENOSPC/)])
    expect(readFileSync(cacheFile, 'utf8')).toBe(before)
    expect(readdirSync(join(cacheFile, '..')).sort()).toEqual(['everything', 'flags.json'])
  })

  test('that may only be read costs one line, and is read', async () => {
    const { said, client, cacheFile } = await withoutDisk((folder) => {
      execFileSync('mount', ['-o', 'remount,ro', folder])
    })
    expect(said).toEqual([expect.stringMatching(/^warn: .*cache file cannot be written: EROFS/)])
    expect(client.status).toBe('ready')
    expect(JSON.parse(readFileSync(cacheFile, 'utf8'))).toMatchObject({ format: 1 })
  })
})

test('two thousand starts in one process leave no connection, no timer and no memory', async () => {
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  const app = await runApp(
    `const used = () => { gc(); gc(); return process.memoryUsage().heapUsed }
     const before = new Set(process.getActiveResourcesInfo())
     let on = 0
     const start = async () => {
       const client = createClient({ logger: 'silent' })
       await client.ready()
       if (client.isEnabled('${FLAG}', 'ana')) on += 1
       await client.close()
     }
     for (let i = 0; i < 1_000; i += 1) await start()
     const early = used()
     for (let i = 0; i < 1_000; i += 1) await start()
     await new Promise((resolve) => setTimeout(resolve, 100))
     const grown = used() - early
     const left = process.getActiveResourcesInfo().filter((name) => !before.has(name))
     console.log(JSON.stringify({ on, left, grownKiB: Math.round(grown / 1024) }))`,
    { RAMPART_URL: demo.url, RAMPART_SDK_KEY: demo.serverKey },
    { node: ['--expose-gc'], withinMs: 170_000 },
  )
  const { on, left, grownKiB } = JSON.parse(app.answer) as { on: number; left: readonly string[]; grownKiB: number }

  expect({ code: app.code, left, on }).toEqual({ code: 0, left: [], on: 2_000 })
  console.info(`a thousand clients that were closed left ${grownKiB} KiB`)
  // each of them is more than a kilobyte, which engines need for other things too
  expect(grownKiB).toBeLessThan(500)
})
