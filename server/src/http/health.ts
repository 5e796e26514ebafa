import { AppError } from '../app-error.ts'
import type { Store } from '../store/store.ts'
import type { App } from './app-env.ts'

export interface HealthParts {
  readonly store: Pick<Store, 'check'>
  readonly version: string
  /** True from the moment the server begins to end: balancers should stop sending. */
  readonly isEnding: () => boolean
}

/**
 * `/healthz` is the process alone, `/readyz` whether requests can be served. `/startupz` is for orchestrators that wait for slow
 * migrations: the port is opened after them, so that an answer is all there is to know.
 */
export function mountHealth(app: App, { store, version, isEnding }: HealthParts): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/startupz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', async (c) => {
    if (isEnding()) throw new AppError('overloaded', 'The server is ending.', { retryAfterMs: 1000 })
    try {
      await store.check()
    } catch (error) {
      c.var.log.error({ err: error }, 'the database cannot be read')
      throw new AppError('overloaded', 'The database cannot be read.', { retryAfterMs: 1000 })
    }
    return c.json({ status: 'ok' })
  })

  app.get('/version', (c) => c.json({ name: 'rampart', version }))
}
