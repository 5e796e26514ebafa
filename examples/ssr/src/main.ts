import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { createSite } from './site.tsx'

const { RAMPART_URL: url = 'http://127.0.0.1:4280', RAMPART_CLIENT_KEY: clientKey = '', PORT = '4282' } = process.env

const site = createSite({
  rampart: { url, clientKey },
  script: readFileSync(new URL('./page.js', import.meta.url), 'utf8'),
})
const server = serve({ fetch: site.fetch, port: Number(PORT), hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`page http://127.0.0.1:${port}`),
)
process.once('SIGTERM', () => server.close(() => process.exit(0)))
