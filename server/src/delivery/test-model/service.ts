import { createServer, type Server } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import pino from 'pino'
import type { Clock } from '../../clock.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { createAuth } from '../../http/auth.ts'
import { handleErrors } from '../../http/errors.ts'
import { identifyRequests } from '../../http/requests.ts'
import { createUsage } from '../../http/usage.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { createDelivery, type Delivery } from '../delivery.ts'
import type { Stillness } from './stillness.ts'

/** Delivery over the real store, reached over connections that are in memory: all that is faked is the kernel. */
export interface Service {
  readonly store: Store
  /** A connection to it; undefined when it is gone. */
  connect(): Duplex | undefined
  /** `drain` sends everybody away first; `crash` cuts every connection. Both close the store. */
  stop(how: 'drain' | 'crash'): Promise<void>
}

export async function openService(file: string, clock: Clock, stillness: Stillness): Promise<Service> {
  const store = stillness.watched(await openSqliteStore({ file }))
  const { delivery, server } = serve(store, clock)
  const connections = new Set<Duplex>()
  let isGone = false
  return {
    store,
    connect() {
      if (isGone) return undefined
      const [near, far] = duplexPair()
      connections.add(far)
      far.on('close', () => {
        connections.delete(far)
        near.destroy()
      })
      near.on('close', () => far.destroy())
      server.emit('connection', far)
      return near
    },
    async stop(how) {
      if (how === 'drain') void delivery.drain()
      await stillness.reached()
      isGone = true
      for (const connection of connections) connection.destroy()
      await stillness.reached()
      await delivery.drain()
      await store.close()
    },
  }
}

function serve(store: Store, clock: Clock): { readonly delivery: Delivery; readonly server: Server } {
  const log = pino({ enabled: false })
  const app = new Hono<AppEnv>()
  const usage = createUsage(store, clock, log)
  identifyRequests(app, {
    auth: createAuth({ store, clock, usage, publicUrl: () => new URL('http://localhost') }),
    log,
  })
  handleErrors(app)
  const delivery = createDelivery({ store, clock, log })
  delivery.mount(app)
  const listener = getRequestListener(app.fetch)
  return { delivery, server: createServer((incoming, outgoing) => void listener(incoming, outgoing)) }
}
