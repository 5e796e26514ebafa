import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdminClient, createAdminClient } from '@rampart/contract/admin'
import { composeServer } from '@rampart/server'
import { onTestFinished } from 'vitest'

export const SHOP = { project: 'shop', environment: 'production' } as const

/** A whole server in this process, which listens. */
export interface Inside {
  readonly url: string
  readonly api: AdminClient
  readonly keys: { readonly server: string; readonly client: string }
  /** Ids of the keys, to revoke them by. */
  readonly ids: { readonly server: string; readonly client: string }
  /** Ends it, as when its machine goes away. */
  stop(): Promise<void>
  /** Starts on the same data and port again. */
  start(): Promise<void>
}

/** A server with project `shop`, environment `production`, and a key of each kind; no flags. It goes when the test ends. */
export async function serverInside(): Promise<Inside> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-inside-'))
  let port = 0
  let server = await open()
  let running = true
  const url = await server.listen()
  port = Number(url.port)
  const api = createAdminClient({ url: url.href, token: await server.adminToken() })
  await api.createProject({ body: { key: SHOP.project } })
  await api.createEnvironment({ params: SHOP, body: { key: SHOP.environment, class: 'production' } })
  const ofServer = await api.createSdkKey({ params: SHOP, body: { kind: 'server', name: 'inside' } })
  const ofClient = await api.createSdkKey({ params: SHOP, body: { kind: 'client', name: 'inside' } })

  function open() {
    return composeServer({
      host: '127.0.0.1',
      port,
      dataFolder: folder,
      publicUrl: null,
      logLevel: 'silent',
      bootstrapFile: null,
      privateSources: [],
    })
  }

  async function stop(): Promise<void> {
    if (!running) return
    running = false
    await server.close()
  }

  onTestFinished(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: url.origin,
    api,
    keys: { server: ofServer.body.secret, client: ofClient.body.secret },
    ids: { server: ofServer.body.item.id, client: ofClient.body.item.id },
    stop,
    async start() {
      server = await open()
      running = true
      await server.listen()
    },
  }
}

/** A boolean flag that is on for everyone, and told to browsers. */
export async function createSwitch({ api }: Inside, flag: string): Promise<void> {
  const params = { ...SHOP, flag }
  await api.createFlag({ params: SHOP, body: { key: flag, clientSide: true } })
  await api.setRollout({ params, body: { percent: 100, variation: 'on' } })
  await api.switchFlag({ params, body: { on: true } })
}
