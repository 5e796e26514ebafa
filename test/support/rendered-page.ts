import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { root } from './imports.ts'

export interface RenderedPage {
  readonly url: string
  close(): void
}

/** The example page that a server renders, with this major version of React on both sides and all of React's warnings. */
export async function startRenderedPage(
  react: '18' | '19',
  rampart: { readonly url: string; readonly clientKey: string },
): Promise<RenderedPage> {
  const folder = join(root, 'examples/ssr')
  // Beside its dependencies, which the server's half asks for.
  const out = join(folder, 'dist', `react-${react}`)
  execFileSync(process.execPath, ['build.mjs'], {
    cwd: folder,
    env: { ...process.env, REACT: react, OUT: out, NODE_ENV: 'development' },
    stdio: 'inherit',
  })
  const { createSite } = (await import(pathToFileURL(join(out, 'site.js')).href)) as {
    createSite: (parts: { readonly rampart: typeof rampart; readonly script: string }) => Hono
  }
  const site = createSite({ rampart, script: readFileSync(join(out, 'page.js'), 'utf8') })
  const server = serve({ fetch: site.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
      rmSync(out, { recursive: true, force: true })
    },
  }
}
