import { createServer } from 'node:net'
import { createClient } from '@rampart/node'
import { expect, test } from 'vitest'
import { FLAG, ofFlag, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

test('an SDK that starts while the server is away serves fallbacks, and heals by itself when the server comes', async () => {
  const port = await freePort()
  const lines: string[] = []
  const say = (text: string): void => {
    lines.push(text)
  }
  const logger = { debug: () => {}, info: say, warn: say, error: say }

  // the key is not known before the server has made it: a first server makes it, and goes away again
  const demo = await startDemo({ port })
  await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
  await demo.kill()

  const client = createClient({ url: demo.url, key: demo.serverKey, cacheFile: false, logger })
  const readiness = await client.ready({ timeout: 300 })
  const away = [client.isEnabled(FLAG, 'ana'), client.isEnabled(FLAG, 'ana', true)]
  await demo.restart()
  await until(() => (client.isEnabled(FLAG, 'ana') ? true : undefined), 40_000)

  expect(readiness.status).toBe('timeout')
  expect(away).toEqual([false, true])
  expect(client.status).toBe('ready')
  expect(lines.length).toBeLessThanOrEqual(3)
  await client.close()
  await demo.close()
})
