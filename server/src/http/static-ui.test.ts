import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { App, AppEnv } from './app-env.ts'
import { handleErrors } from './errors.ts'
import { identifyRequests } from './requests.ts'
import { secureHeaders } from './security-headers.ts'
import { mountUi } from './static-ui.ts'

function appOver(folder: string): App {
  const app: App = new Hono<AppEnv>()
  const nobody = () => Promise.reject(new Error('nobody is asked for'))
  identifyRequests(app, { auth: { principal: nobody, sdkKey: nobody }, log: pino({ enabled: false }) })
  secureHeaders(app)
  handleErrors(app)
  mountUi(app, folder)
  return app
}

function built(): App {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-ui-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'hidden words')
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html>the page')
  writeFileSync(join(folder, 'dist/robots.txt'), 'no')
  writeFileSync(join(folder, 'dist/assets/index-Ab12.js'), 'script()')
  return appOver(join(folder, 'dist'))
}

async function ask(app: App, path: string) {
  const response = await app.request(path)
  return {
    status: response.status,
    type: response.headers.get('content-type')?.split(';')[0],
    cache: response.headers.get('cache-control'),
    policy: response.headers.get('content-security-policy')?.split(';')[0],
    text: await response.text(),
  }
}

const PAGE = {
  status: 200,
  type: 'text/html',
  cache: 'no-cache',
  policy: "default-src 'self'",
  text: '<!doctype html>the page',
}

test.each(['/', '/sign-in?token=x', '/p/shop/flags', '/p/shop/flags/new.checkout/production', '/apiary'])(
  '%s is the page',
  async (path) => {
    expect(await ask(built(), path)).toEqual(PAGE)
  },
)

test('an asset is kept for ever, since its name says its content', async () => {
  expect(await ask(built(), '/assets/index-Ab12.js')).toEqual({
    ...PAGE,
    type: 'text/javascript',
    cache: 'public, max-age=31536000, immutable',
    text: 'script()',
  })
})

test('a file without a hash is asked for again', async () => {
  expect(await ask(built(), '/robots.txt')).toMatchObject({ cache: 'no-cache', text: 'no' })
})

test.each(['/assets/index-Cd34.js', '/api/v1/nothing', '/sdk/v1/nothing', '/k/x', '/healthz/x'])(
  '%s is no page',
  async (path) => {
    const { status, type, cache } = await ask(built(), path)
    expect([status, type, cache?.includes('immutable') ?? false]).toEqual([404, 'application/problem+json', false])
  },
)

test.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt'])(
  'nothing outside the folder is reached by %s',
  async (path) => {
    expect((await ask(built(), path)).text).not.toContain('hidden words')
  },
)

test('without a built UI the first page says so', async () => {
  const { status, text } = await ask(appOver(join(tmpdir(), 'rampart-nothing-here')), '/')
  expect([status, JSON.parse(text)]).toEqual([
    404,
    expect.objectContaining({ detail: 'The admin UI is not part of this build.' }),
  ])
})
