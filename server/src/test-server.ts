import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient } from '@rampart/contract/admin'
import { undescribed } from '@rampart/contract/openapi'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { composeServer } from './compose.ts'

/** A moment that tests count from. */
export const START = Date.parse('2026-03-01T12:00:00.000Z')

export interface Call {
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown
}

/**
 * The whole server over a real database in a folder of its own, called without a socket and with a clock that only
 * moves when it is told to.
 */
export async function testServer({ publicUrl = 'http://rampart.test' }: { readonly publicUrl?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-'))
  let now = START
  const failures: string[] = []
  const server = await composeServer(
    {
      host: '127.0.0.1',
      port: 0,
      dataFolder: folder,
      publicUrl: new URL(publicUrl),
      logLevel: 'silent',
      bootstrapFile: null,
      privateSources: ['127.0.0.0/8'],
    },
    {
      clock: { now: () => now },
      log: pino({ level: 'error' }, { write: (line) => failures.push(line) }),
      uiFolder: join(folder, 'ui'),
    },
  )
  onTestFinished(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
    // an error that nobody expected fails the test, whatever was answered
    if (failures.length > 0) throw new Error(failures.join(''))
  })
  const adminToken = await server.adminToken()

  async function call(
    method: string,
    path: string,
    { token = adminToken, body, headers = {} }: Call = {},
  ): Promise<Answered> {
    const response = await server.app.request(`http://rampart.test${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  /** The typed client as somebody with these scopes; without any, as the administrator. */
  async function clientWith(...scopes: readonly string[]) {
    const token = scopes.length === 0 ? adminToken : await tokenWith(...scopes)
    return createAdminClient({
      url: 'http://rampart.test',
      token,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const response = await server.app.request(request)
        await requireDescribed(request, response.clone())
        return response
      },
    })
  }

  async function tokenWith(...scopes: readonly string[]): Promise<string> {
    const client = await clientWith()
    return (await client.createToken({ body: { kind: 'machine', name: scopes.join(' '), scopes: [...scopes] } })).body
      .secret
  }

  return {
    ...server,
    folder,
    adminToken,
    tokenOfNextStart: () => server.adminToken(),
    call,
    clientWith,
    tokenWith,
    clock: { now: () => now },
    advance: (ms: number) => {
      now += ms
    },
  }
}

/** What is answered and what the API's description says must not drift apart. */
async function requireDescribed({ method, url }: Request, response: Response): Promise<void> {
  const text = await response.text()
  const difference = undescribed({
    method,
    path: new URL(url).pathname,
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
  })
  if (difference !== undefined) throw new Error(difference)
}

export type TestServer = Awaited<ReturnType<typeof testServer>>

export const PLACE = { project: 'shop', environment: 'production', flag: 'checkout' } as const
export const CONFIG = '/api/v1/projects/shop/environments/production/flags/checkout'

/** A server with a project, two environments and one boolean flag, which is off. */
export async function shopServer(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options)
  const api = await server.clientWith()
  await api.createProject({ body: { key: 'shop' } })
  await api.createEnvironment({ params: PLACE, body: { key: 'development', class: 'development' } })
  await api.createEnvironment({ params: PLACE, body: { key: 'production', class: 'production' } })
  await api.createFlag({ params: PLACE, body: { key: 'checkout' } })
  return { ...server, api }
}
