import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { createClient } from '@rampart/node'
import { createPages } from './page.ts'
import { createShop } from './shop.ts'
import { sendShoppers } from './shoppers.ts'

const port = Number(process.env['PORT'] ?? 4281)
const perSecond = Number(process.env['SHOPPERS_PER_SECOND'] ?? 800)

// outcomes every second and not every half a minute: people wait for them, and a ramp refuses a metric that nobody has sent
const flags = createClient({
  application: { name: 'example-shop', version: '1.0.0' },
  metrics: { flushInterval: 1_000 },
})
await flags.ready()

const shop = createShop(flags, Math.random)
const stop = sendShoppers(perSecond, (shopper) => {
  shop.purchase(shopper)
})

/** What `build.mjs` has made. */
const built = (name: string): string => readFileSync(new URL(`../dist/${name}`, import.meta.url), 'utf8')

const pages = createPages({
  shop,
  rampart: { url: process.env['RAMPART_URL'] ?? '', clientKey: process.env['RAMPART_CLIENT_KEY'] ?? '' },
  script: built('page.js'),
  look: built('look.css'),
})

const server = serve({ fetch: pages.fetch, port, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`shop http://127.0.0.1:${port}`),
)

server.on('error', (error) => {
  console.error(`shop: ${error.message}`)
  process.exit(1)
})

async function end(): Promise<void> {
  stop()
  server.close()
  await flags.close()
  process.exit(0)
}
process.once('SIGTERM', () => void end())
process.once('SIGINT', () => void end())
// the process that started this one is gone
process.once('disconnect', () => void end())
