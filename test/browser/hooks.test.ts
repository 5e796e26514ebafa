import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'

/*
 * The hooks in a real browser, with both versions of React and its Strict Mode. There is no server: what changes is who looks
 * at the page.
 */

const SCRIPT = `
import { StrictMode, createElement as h, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserClient } from '@rampart/browser'
import { ClientProvider, FlagsProvider, Flag, useFlag, useFlagDetails, useFlagsStatus, useIdentify, useSuspenseFlag, useTrack } from '@rampart/browser/react'

const flag = (key, rest) => ({
  key, version: 1, type: 'boolean', hash: 'rampart-1', on: true, off: 0, variations: ['off', 'on'], values: [false, true],
  rules: [], serve: { to: 1 }, ...rest,
})
const pro = { attribute: 'plan', operator: 'is', operand: 'pro' }
const limits = { type: 'json', variations: ['few', 'many'], values: [{ most: 1 }, { most: 9 }] }
const bootstrap = {
  format: 1, project: 'p', environment: 'e', audience: 'client', revision: 7, segments: [], layers: [], watches: [], salt: '',
  hints: { flushMs: 30000, pollMs: 30000, ackSpreadMs: 0 },
  flags: [
    flag('plain'),
    flag('pro', { rules: [{ id: 'r1', when: pro, serve: { to: 0 } }] }),
    flag('limits', { ...limits, serve: { to: 1 } }),
  ],
}
const url = 'http://127.0.0.1:9'
const key = 'rmp_pub_a'
const renders = { plain: 0, pro: 0, limits: 0 }
function Shown({ name, fallback }) {
  renders[name] += 1
  return h('p', { id: name }, JSON.stringify(useFlag(name, fallback)))
}
function Banner() { return h('p', { id: 'banner' }, String(useSuspenseFlag('banner', 'the fallback'))) }
function Why() { return h('p', { id: 'why' }, useFlagDetails('pro', 'a text').error?.code ?? 'none') }
function How() { const { status, error } = useFlagsStatus(); return h('p', { id: 'how' }, status + ' ' + (error?.message ?? '')) }
function Buttons() {
  const { count } = useTrack()
  const identify = useIdentify()
  return h('p', null, h('button', { id: 'pay', onClick: () => count('order') }), h('button', { id: 'be-pro', onClick: () => identify({ plan: 'pro' }) }))
}
function Eager() {
  const { count } = useTrack()
  const identify = useIdentify()
  useEffect(() => { count('mounted'); void identify({ targetingKey: 'ana', plan: 'pro' }).then(({ status }) => { document.title = status }) }, [])
  return h(Shown, { name: 'pro', fallback: true })
}
let provided
// It goes on looking for a server in every test, so that it is told from the clients of providers by its key.
const client = createBrowserClient({ url, key: 'rmp_pub_own', context: { targetingKey: 'ana', plan: 'free' }, bootstrap, cache: 'none', logger: 'silent' })
let who = 'ana, free'
const asked = []
const { get, identify } = client
Object.assign(client, {
  get: (key, fallback) => { asked.push(who + ': ' + key); return get(key, fallback) },
  identify: (context) => { who = context.targetingKey + ', ' + context.plan; return identify(context) },
})
const show = (...children) => createRoot(document.querySelector('#root')).render(h(StrictMode, null, ...children))
Object.assign(globalThis, {
  client, renders, asked,
  shown: () => show(h(ClientProvider, { client }, ...['plain', 'pro', 'limits'].map((name) => h(Shown, { key: name, name, fallback: name === 'limits' ? { most: 0 } : false })), h(Flag, { name: 'limits', is: { most: 9 }, fallback: 'few' }, 'many'), h(Why), h(How))),
  suspended: () => show(h(FlagsProvider, { url, clientKey: key, context: 'ana', cache: 'none', logger: 'silent', fallback: h('p', { id: 'skeleton' }, 'waiting') }, h(Banner))),
  // As an application in production: React's Strict Mode renders everything twice.
  begun: () => createRoot(document.querySelector('#root')).render(h(FlagsProvider, { url, clientKey: key, context: 'ana', cache: 'none', logger: 'silent', bootstrap: client.snapshot() }, h(Shown, { name: 'plain', fallback: false }))),
  late: () => {
    const late = createBrowserClient({ url, key, context: 'ana', cache: 'none', logger: 'silent' })
    createRoot(document.querySelector('#root')).render(h(ClientProvider, { client: late }, h(Shown, { name: 'pro', fallback: false })))
    return late.ready().then(() => new Promise((resolve) => setTimeout(resolve, 50))).then(() => late.flush())
  },
  provide: (context, clientKey = key) => {
    provided ??= createRoot(document.querySelector('#root'))
    const began = { url, clientKey, context, cache: 'none', logger: 'silent', bootstrap: client.snapshot() }
    provided.render(h(FlagsProvider, began, h(Shown, { name: 'pro', fallback: false }), h(Buttons)))
  },
  leave: () => provided.unmount(),
  eager: (Mode) => {
    provided = createRoot(document.querySelector('#root'))
    const began = { url, clientKey: key, context: 'nobody', cache: 'none', logger: 'silent', bootstrap: client.snapshot() }
    provided.render(h(Mode === 'strict' ? StrictMode : 'div', null, h(FlagsProvider, began, h(Eager))))
  },
  snapshotOf: (flags) => ({ ...bootstrap, flags: flags.map(([name, rest]) => flag(name, rest)) }),
  alone: () => show(h(Shown, { name: 'plain', fallback: false })),
})
`

interface Hooked {
  readonly renders: Record<'plain' | 'pro' | 'limits', number>
  /** Who was exposed to what. */
  readonly asked: readonly string[]
  readonly client: { identify(context: object): void; snapshot(): object; flush(): Promise<void> }
  shown(): void
  begun(): void
  /** Resolves when the flags are known and what was counted was sent. */
  late(): Promise<void>
  /** A provider of this context, or the same one with another. */
  provide(context: object, clientKey?: string): void
  leave(): void
  /** A component that counts and identifies in the effect of its mounting. */
  eager(mode: 'strict' | 'plain'): void
  snapshotOf(flags: readonly (readonly [name: string, rest: object])[]): object
  suspended(): void
  alone(): void
}

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

describe.each(['18', '19'] as const)('with React %s', (react) => {
  let script: string
  beforeAll(async () => {
    // Both versions of React are dependencies of this example.
    const folder = fileURLToPath(new URL('../../examples/ssr', import.meta.url))
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: folder },
      absWorkingDir: folder,
      bundle: true,
      format: 'iife',
      alias: react === '18' ? { react: 'react-18', 'react-dom': 'react-dom-18' } : {},
      conditions: ['rampart-page'],
      define: { 'process.env.NODE_ENV': '"development"' },
      write: false,
    })
    script = outputFiles[0]?.text ?? ''
  })

  async function open(): Promise<Page> {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    await page.setContent('<div id="root"></div>')
    await page.addScriptTag({ content: script })
    return page
  }
  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent()

  test('a component renders again when its own value is another one, and for nothing else', async () => {
    const page = await open()
    await page.evaluate(() => (globalThis as unknown as Hooked).shown())
    await page.locator('#limits').waitFor()
    expect([await text(page, 'plain'), await text(page, 'pro'), await text(page, 'limits')]).toEqual([
      'true',
      'true',
      '{"most":9}',
    ])
    const before = await page.evaluate(() => ({ ...(globalThis as unknown as Hooked).renders }))
    await page.evaluate(() => (globalThis as unknown as Hooked).client.identify({ targetingKey: 'ana', plan: 'pro' }))
    await page.locator('#pro', { hasText: 'false' }).waitFor()
    const after = await page.evaluate(() => ({ ...(globalThis as unknown as Hooked).renders }))
    expect([after.plain, after.limits]).toEqual([before.plain, before.limits])
    expect(after.pro).toBeGreaterThan(before.pro)
  })

  test('whoever looks at the page is exposed to what they see, also when they see the same as others', async () => {
    const page = await open()
    await page.evaluate(() => (globalThis as unknown as Hooked).shown())
    await page.locator('#limits').waitFor()
    await page.evaluate(() => (globalThis as unknown as Hooked).client.identify({ targetingKey: 'ben', plan: 'pro' }))
    await page.locator('#pro', { hasText: 'false' }).waitFor()
    const asked = await page.evaluate(() => (globalThis as unknown as Hooked).asked)
    const bens = asked.filter((one) => one.startsWith('ben'))
    expect(bens.toSorted()).toEqual([
      'ben, pro: limits',
      'ben, pro: limits',
      'ben, pro: plain',
      'ben, pro: pro',
      'ben, pro: pro',
    ])
  })

  test('a component that begins with what its page was made with renders once, and not again when the client has come', async () => {
    const page = await open()
    await page.evaluate(() => (globalThis as unknown as Hooked).begun())
    await page.locator('#plain', { hasText: 'true' }).waitFor()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await page.evaluate(() => (globalThis as unknown as Hooked).renders.plain)).toBe(1)
  })

  test('a value that is that of the fallback is an exposure too, once it is known', async () => {
    const page = await open()
    const sent: string[] = []
    const snapshot = await page.evaluate(() => (globalThis as unknown as Hooked).snapshotOf([['pro', { on: false }]]))
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
    await page.route('http://127.0.0.1:9/sdk/v1/**', (route) => {
      if (route.request().url().endsWith('/events')) sent.push(route.request().postData() ?? '')
      const body = `event: put\ndata: ${JSON.stringify(snapshot)}\n\n`
      return route.fulfill({ headers: { ...headers, 'content-type': 'text/event-stream' }, body })
    })
    await page.evaluate(() => (globalThis as unknown as Hooked).late())
    await page.locator('#pro', { hasText: 'false' }).waitFor()
    expect(sent.join('')).toContain('{"flag":"pro","variation":"off","reason":"off","n":1}')
  })

  test('a provider follows its context and its key, counts, and sends what is left when it leaves the page', async () => {
    const page = await open()
    const sent: string[] = []
    const keys: (string | undefined)[] = []
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
    await page.route('http://127.0.0.1:9/sdk/v1/**', (route) => {
      const request = route.request()
      if (request.url().endsWith('/events') && request.method() === 'POST') sent.push(request.postData() ?? '')
      if (!request.url().endsWith('/stream') || request.method() !== 'GET')
        return route.fulfill({ headers, body: '{}' })
      const key = request.headers()['authorization']
      if (key !== 'Bearer rmp_pub_own') keys.push(key)
      return undefined
    })
    const provide = (context: object, key?: string) =>
      page.evaluate(([context, key]) => (globalThis as unknown as Hooked).provide(context, key), [
        context,
        key,
      ] as const)
    await provide({ plan: 'free' })
    await page.locator('#pro', { hasText: 'true' }).waitFor()
    await provide({ plan: 'pro' })
    await page.locator('#pro', { hasText: 'false' }).waitFor()
    await provide({ plan: 'free' })
    await page.locator('#pro', { hasText: 'true' }).waitFor()
    await page.locator('#be-pro').click()
    await page.locator('#pro', { hasText: 'false' }).waitFor()
    await page.locator('#pay').click()
    await provide({ plan: 'free' }, 'rmp_pub_b')
    await expect.poll(() => [keys[0], keys.at(-1)]).toEqual(['Bearer rmp_pub_a', 'Bearer rmp_pub_b'])
    // closed with the first client
    await expect.poll(() => sent.join('')).toContain('{"metric":"order","n":1}')
    await page.locator('#pay').click()
    sent.length = 0
    await page.evaluate(() => (globalThis as unknown as Hooked).leave())
    await expect.poll(() => sent.join('')).toContain('{"metric":"order","n":1}')
  })

  test.each(['plain', 'strict'] as const)(
    'what a component counts, and whom it identifies, as it mounts is not lost (%s)',
    async (mode) => {
      const page = await open()
      const sent: string[] = []
      await page.route('http://127.0.0.1:9/sdk/v1/events', (route) => {
        if (route.request().method() === 'POST') sent.push(route.request().postData() ?? '')
        const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
        return route.fulfill({ headers, body: '{}' })
      })
      await page.evaluate((mode) => (globalThis as unknown as Hooked).eager(mode), mode)
      await page.locator('#pro', { hasText: 'false' }).waitFor()
      await expect.poll(() => page.title(), { timeout: 10_000 }).toBe('stale')
      await page.evaluate(() => (globalThis as unknown as Hooked).leave())
      await expect.poll(() => sent.join('')).toContain('{"metric":"mounted","n":1}')
    },
  )

  test('a value of JSON can be asked for, and why there is none', async () => {
    const page = await open()
    await page.evaluate(() => (globalThis as unknown as Hooked).shown())
    expect(await text(page, 'why')).toBe('type_mismatch')
    expect(await page.locator('#root').textContent()).toContain('many')
  })

  test('who waited in vain is told so', async () => {
    const page = await open()
    await page.evaluate(() => (globalThis as unknown as Hooked).shown())
    await page.locator('#how', { hasText: /^stale no connection/ }).waitFor()
  })

  test('a component that suspends shows its fallback in the end, and never an error', async () => {
    const page = await open()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.evaluate(() => (globalThis as unknown as Hooked).suspended())
    await page.locator('#skeleton').waitFor()
    await page.locator('#banner', { hasText: 'the fallback' }).waitFor()
    expect(errors).toEqual([])
  })

  test('without a provider the mistake is named', async () => {
    const page = await open()
    const error = page.waitForEvent('pageerror')
    await page.evaluate(() => (globalThis as unknown as Hooked).alone())
    expect((await error).message).toBe('put a <FlagsProvider> around the application')
  })
})
