import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { build } from 'esbuild'
import { Hono } from 'hono'
import type { BrowserContext, Page } from 'playwright-core'
import { FLAG } from './demo.ts'

export interface TabbedSite {
  readonly url: string
  close(): void
}

const SCRIPT = `
import { createBrowserClient as local } from '@rampart/browser'
import { createBrowserClient as remote } from '@rampart/browser/remote'
import { observeVitals } from '@rampart/browser/vitals'
const { url, key, flag } = document.body.dataset
const mode = new URL(location.href).searchParams.get('mode')
const flags = (mode === 'remote' ? remote : local)({ url, key, context: 'ana' })
const show = () => {
  document.title = String(flags.isEnabled(flag))
  document.body.dataset.changed = String(Date.now())
}
flags.subscribe([flag], show)
flags.on('status', ({ to }) => { document.body.dataset.status = to })
void flags.ready().then(show)
Object.assign(globalThis, { flags, observeVitals })
`

/** The same in a worker, which tells every page that listens what it shows. */
const WORKER = `
import { createBrowserClient } from '@rampart/browser'
const { url, key, flag } = Object.fromEntries(new URL(location.href).searchParams)
const flags = createBrowserClient({ url, key, context: 'ana' })
const pages = new Set()
const tell = () => { for (const page of pages) page.postMessage({ value: flags.isEnabled(flag), status: flags.status }) }
const join = (page) => { pages.add(page); tell() }
flags.subscribe([flag], tell)
flags.on('status', tell)
if ('onconnect' in globalThis) globalThis.onconnect = ({ ports: [port] }) => join(port)
else join(globalThis)
`

const WITH_WORKER = `
const { url, key, flag } = document.body.dataset
const address = '/worker.js?' + new URLSearchParams({ url, key, flag })
const isShared = new URL(location.href).searchParams.get('worker') === 'shared'
const worker = isShared ? new SharedWorker(address, { type: 'module' }).port : new Worker(address, { type: 'module' })
worker.onmessage = ({ data: { value, status } }) => {
  document.title = String(value)
  document.body.dataset.status = status
}
`

/**
 * A page of an origin of its own that shows one flag, and takes scripts from nowhere else. `?mode=remote` has no rules; `?worker=shared` or
 * `dedicated` has the client in a worker.
 */
export async function startTabbedSite(rampart: {
  readonly url: string
  readonly clientKey: string
}): Promise<TabbedSite> {
  const [script, worker] = await Promise.all([SCRIPT, WORKER].map(bundled))
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', `default-src 'self'; connect-src ${rampart.url}`)
  })
  const scripts = { 'page.js': script, 'worker.js': worker, 'with-worker.js': WITH_WORKER }
  for (const [name, text = ''] of Object.entries(scripts)) {
    app.get(`/${name}`, (c) => c.body(text, 200, { 'content-type': 'text/javascript' }))
  }
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.get('/', (c) =>
    c.html(
      `<!doctype html><title>…</title><body data-url="${rampart.url}" data-key="${rampart.clientKey}" data-flag="${FLAG}"><script type="module" src="/${c.req.query('worker') ? 'with-worker' : 'page'}.js"></script></body>`,
    ),
  )
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  return {
    // A name that browsers trust as they trust https: locks are for such pages only.
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
    },
  }
}

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['rampart-page'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** Opens a tab that is well connected. */
export async function openTab(context: BrowserContext, site: TabbedSite, query = ''): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${site.url}/${query}`)
  await page.waitForFunction(() => document.body.dataset['status'] === 'ready')
  return page
}

/** Waits until a tab shows this value; gives when it did, in the milliseconds of `Date.now`. */
export async function shows(page: Page, value: boolean): Promise<number> {
  await page.waitForFunction((wanted) => document.title === String(wanted), value, { polling: 20, timeout: 10_000 })
  return Number(await page.evaluate(() => document.body.dataset['changed']))
}

/** Streams that browsers hold at a server. */
export async function clientStreams(server: { readonly url: string; readonly adminToken: string }): Promise<number> {
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.adminToken}` } })
  const line = /^rampart_stream_connections\{audience="client"\} (\d+)/m.exec(await answer.text())
  return Number(line?.[1] ?? Number.NaN)
}
