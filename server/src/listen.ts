import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { SDK_PATHS } from '@rampart/contract/wire'
import type { Config } from './config.ts'
import type { App } from './http/app-env.ts'
import { createDoor } from './http/door.ts'
import { OFREP_STREAM } from './ofrep/addresses.ts'

export interface Listening {
  /** The address that was bound. */
  readonly url: URL
  /** Takes no more connections; answers when those that are open have ended, or were cut after three seconds. */
  close(): Promise<void>
}

const GRACE_MS = 3_000
/** Longer than the 60 s of common balancers, so that it is they who close an idle connection and never race with us. */
const KEEP_ALIVE_MS = 65_000
/**
 * Connections that may wait to be accepted; the system may allow fewer (`net.core.somaxconn`). A fleet that comes back together
 * overflows Node's 511, and who is dropped there tries again only after 1, 3, 7, 15 seconds.
 */
const BACKLOG = 4_096

/** What is kept open for long, and costs more to open than anything else costs to answer. */
const STREAMS = [SDK_PATHS.stream, OFREP_STREAM]

/** Opens the port. Rejects when it is taken or not ours to take. */
export async function listen(app: App, { host, port }: Pick<Config, 'host' | 'port'>): Promise<Listening> {
  const answer = getRequestListener(app.fetch)
  const door = createDoor()
  const server = createServer((request, response) => {
    if (!opensStream(request)) void answer(request, response)
    // Whoever has left while they waited is not let in.
    else door.wait(() => void (response.destroyed || answer(request, response)))
  })
  server.on('connection', () => door.somebodyCame())
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const ready = once(server, 'listening')
  server.listen({ port, host, backlog: BACKLOG })
  await ready
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: new URL(`http://${reachable(host)}:${bound}`),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const last = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      await closed
      clearTimeout(last)
    },
  }
}

function opensStream({ url = '' }: IncomingMessage): boolean {
  return STREAMS.some((path) => url.startsWith(path))
}

/** Every interface is no address to go to; this machine's own is one of them. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
