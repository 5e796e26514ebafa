import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient } from '@rampart/contract/admin'
import { composeServer } from '@rampart/server'

/** A real server on a free port, with the project `demo` and a flag that is on for nobody. */
export interface TestServer {
  readonly url: string
  readonly token: string
  /** The variables a command needs to reach it. */
  readonly env: Readonly<Record<string, string>>
  /** A key for an SDK in production. */
  readonly sdkKey: string
  /** The SQLite file that it keeps everything in. */
  readonly databaseFile: string
  readonly close: () => Promise<void>
}

export const FLAG = 'new-checkout-flow'

export async function startTestServer(): Promise<TestServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'rampart-cli-'))
  const server = await composeServer({
    host: '127.0.0.1',
    port: 0,
    dataFolder,
    publicUrl: null,
    logLevel: 'silent',
    bootstrapFile: null,
    privateSources: [],
  })
  const url = (await server.listen()).origin
  const token = await server.adminToken()
  const api = createAdminClient({ url, token })
  const params = { project: 'demo' }
  await api.createProject({ body: { key: 'demo' } })
  for (const key of ['development', 'production'] as const)
    await api.createEnvironment({ params, body: { key, class: key } })
  const inProduction = { project: 'demo', environment: 'production' }
  const key = await api.createSdkKey({ params: inProduction, body: { kind: 'server', name: 'fleet' } })
  await readyFlag({ url, token }, FLAG)
  return {
    url,
    token,
    env: { RAMPART_URL: url, RAMPART_TOKEN: token, RAMPART_PROJECT: 'demo', RAMPART_ENV: 'production' },
    sdkKey: key.body.secret,
    databaseFile: join(dataFolder, 'rampart.db'),
    async close() {
      await server.close()
      await rm(dataFolder, { recursive: true })
    },
  }
}

/** A flag that is on for 0% in production: ready for a ramp. */
export async function readyFlag({ url, token }: Pick<TestServer, 'url' | 'token'>, flag: string): Promise<void> {
  const api = createAdminClient({ url, token })
  const params = { project: 'demo', environment: 'production', flag }
  await api.createFlag({ params, body: { key: flag } })
  const { body } = await api.getConfig({ params })
  const { body: set } = await api.setRollout({ params, body: { percent: 0, variation: 'on' }, ifMatch: body.revision })
  await api.switchFlag({ params, body: { on: true }, ifMatch: set.item.revision })
}
