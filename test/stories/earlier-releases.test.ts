import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ENVIRONMENT, FLAG, inProject, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { root } from '../support/imports.ts'
import { startServer } from '../support/processes.ts'

const RELEASES = join(root, 'test/fixtures/releases')
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-earlier-'))
  folders.push(folder)
  return folder
}

describe.each(readdirSync(RELEASES))('release %s', (release) => {
  test('its database is opened, and everything in it is there', async () => {
    const folder = temporary()
    cpSync(join(RELEASES, release, 'rampart.db'), join(folder, 'rampart.db'))
    const server = await startServer({ folder })
    const { api } = server
    const flags = await api.listFlags(inProject)
    const ramps = await api.listRamps(inProject)
    const chain = await api.verifyAudit(inProject)
    await api.switchFlag({ ...ofFlag, body: { on: false } })
    await server.close()

    expect(flags.body.items.map(({ key }) => key).sort()).toEqual([FLAG, 'ranker'])
    expect(flags.body.items.map(({ remoteOnly }) => remoteOnly)).toEqual([false, false])
    expect(ramps.body.items).toMatchObject([{ run: 'kept', state: 'paused', percent: { now: 10 } }])
    expect(chain.body.ok).toBe(true)
  })

  test('its Node SDK reads flags from this server, reports outcomes and says what it holds', async () => {
    const demo = await startDemo()
    await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
    const folder = temporary()
    const modules = join(folder, 'node_modules/@rampart')
    mkdirSync(modules, { recursive: true })
    const packed = readdirSync(join(RELEASES, release)).find((name) => name.startsWith('rampart-node-')) ?? ''
    spawnSync('tar', ['-xzf', join(RELEASES, release, packed), '-C', folder])
    cpSync(join(folder, 'package'), join(modules, 'node'), { recursive: true })
    const manifest = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as { dependencies: object }
    for (const name of Object.keys(manifest.dependencies)) {
      symlinkSync(join(root, 'sdk-node/node_modules', name), join(folder, 'node_modules', name))
    }
    writeFileSync(
      join(folder, 'app.mjs'),
      `import { createClient } from '@rampart/node'
       const flags = createClient({ url: ${JSON.stringify(demo.url)}, key: ${JSON.stringify(demo.serverKey)} })
       await flags.ready()
       console.log(flags.isEnabled(${JSON.stringify(FLAG)}, 'ana'))
       flags.count('checkout_error', 'ana')
       await flags.close()`,
    )
    const ran = spawnSync(process.execPath, ['app.mjs'], { cwd: folder, encoding: 'utf8', timeout: 20_000 })
    const metrics = await demo.api.listMetrics({ params: { project: PROJECT, environment: ENVIRONMENT } })
    await demo.close()

    expect({ said: ran.stdout.trim(), stderr: ran.stderr }).toEqual({ said: 'true', stderr: '' })
    expect(metrics.body.items.map(({ name }) => name)).toEqual(['checkout_error'])
  })
})
