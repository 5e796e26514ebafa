import { describe, expect, test, vi } from 'vitest'
import type { Channel } from './surroundings.ts'
import { openClient, openPage, openRemote, type TestPage } from './test-page.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { flag, hints, patch, snapshot } from './test-snapshots.ts'

/** The tabs of one browser: real messages between them, and a lock that goes from one to the next. */
function openBrowser() {
  const channels = new Map<string, Set<Channel & { readonly page: TestPage }>>()
  const locks = new Map<string, { readonly page: TestPage; readonly lead: () => void }[]>()
  /** What tabs have told each other. */
  const said: unknown[] = []
  let asleep: TestPage | undefined
  return {
    said,
    /** This tab is put to sleep by the browser: it keeps its lock and hears nothing. */
    sleep: (page: TestPage) => {
      asleep = page
    },
    openTab(): TestPage {
      const page = openPage()
      return Object.assign(page, {
        channel(name: string): Channel {
          const all = channels.get(name) ?? new Set()
          channels.set(name, all)
          const channel = {
            page,
            post: (message: unknown) => {
              const copy = structuredClone(message)
              said.push(copy)
              for (const other of [...all])
                if (other !== channel) setTimeout(() => other.page !== asleep && other.hear(copy))
            },
            hear() {},
            close: () => void all.delete(channel),
          }
          all.add(channel)
          return channel
        },
        lead(name: string, lead: () => void) {
          const one = { page, lead }
          const waiting = locks.get(name) ?? []
          locks.set(name, waiting)
          waiting.push(one)
          if (waiting[0] === one) setTimeout(lead)
          return () => {
            const wasFirst = waiting[0] === one
            waiting.splice(waiting.indexOf(one), 1)
            if (wasFirst) waiting[0]?.lead()
          }
        },
      })
    },
  }
}

async function threeTabs(open = openClient) {
  const server = await startTestServer(snapshot(7, [flag('checkout')], { hints: hints({ pollMs: 1_000 }) }))
  const browser = openBrowser()
  const tabs = [browser.openTab(), browser.openTab(), browser.openTab()]
  const clients = tabs.map((page) => open(page, { url: server.url }))
  await Promise.all(clients.map((client) => client.ready()))
  return { server, browser, tabs, clients }
}

const isOn = ({ clients }: { readonly clients: readonly ReturnType<typeof openClient>[] }) =>
  clients.map((client) => client.isEnabled('checkout'))

const change = (server: TestServer, from: number, on: boolean) => {
  server.snapshot = snapshot(from + 1, [flag('checkout', { on })])
  server.send(patch(from, from + 1, [flag('checkout', { on })]))
}

describe('tabs of one browser', () => {
  test('hold one stream, and all hear what comes', async () => {
    const all = await threeTabs()
    expect([all.server.streams, all.server.requests.length, isOn(all)]).toEqual([1, 1, [true, true, true]])
    change(all.server, 7, false)
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, false, false]))
    expect(all.server.streams).toBe(1)
  })

  test('pass the stream on when the tab that holds it is left, and go on where that was', async () => {
    const all = await threeTabs()
    all.tabs[0]?.happens('pagehide')
    await vi.waitFor(() =>
      expect(all.server.asked('stream').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7']),
    )
    change(all.server, 7, false)
    await vi.waitFor(() => expect(isOn(all).slice(1)).toEqual([false, false]))
    expect(all.server.streams).toBe(1)
    // And back again: it hears from the others what it has missed.
    all.tabs[0]?.happens('pageshow')
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, false, false]))
    expect(all.server.asked('stream').length).toBe(2)
  })

  test('all know when the server is away, and when it is back', async () => {
    const all = await threeTabs()
    await all.server.stop()
    await vi.waitFor(() => expect(all.clients.map(({ status }) => status)).toEqual(['stale', 'stale', 'stale']))
    await all.server.start()
    await vi.waitFor(() => expect(all.clients.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']))
  })

  test('one that comes later begins where the others are', async () => {
    const all = await threeTabs()
    change(all.server, 7, false)
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, false, false]))
    const late = openClient(all.browser.openTab(), { url: all.server.url, cache: 'none' })
    expect(await late.ready()).toEqual({ status: 'ready', revision: 8 })
    expect([late.isEnabled('checkout'), all.server.requests.length]).toEqual([false, 1])
  })

  test('one that missed something asks for it', async () => {
    const all = await threeTabs()
    const [, second] = all.tabs
    if (second) all.browser.sleep(second)
    change(all.server, 7, false)
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, true, false]))
    all.browser.sleep(openPage())
    all.server.snapshot = snapshot(9, [flag('checkout', { on: false }), flag('new')])
    all.server.send(patch(8, 9, [flag('new')]))
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, false, false]))
    expect(all.server.streams).toBe(1)
  })

  test('one that nobody answers has a stream of its own', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout')]))
    const browser = openBrowser()
    const first = browser.openTab()
    const asleep = openClient(first, { url: server.url })
    await asleep.ready()
    browser.sleep(first)
    const second = browser.openTab()
    const client = openClient(second, { url: server.url, cache: 'none' })
    second.passes(1_900)
    expect(server.streams).toBe(1)
    second.passes(200)
    expect(await client.ready()).toEqual({ status: 'ready', revision: 7 })
    expect(server.streams).toBe(2)
  })

  test('those of another key or server share nothing', async () => {
    const all = await threeTabs()
    const other = openClient(all.browser.openTab(), { url: all.server.url, key: 'rmp_pub_other' })
    await other.ready()
    expect(all.server.streams).toBe(2)
  })

  test('hear the polls of the one that asks where streams do not get through', async () => {
    const all = await threeTabs()
    all.server.instead('stream', { status: 404 }, 1_000)
    all.server.cut()
    await vi.waitFor(() => expect(all.server.asked('snapshot').length).toBe(1))
    all.server.snapshot = snapshot(8, [flag('checkout', { killed: true })])
    all.tabs[0]?.passes(1_500)
    await vi.waitFor(() => expect(isOn(all)).toEqual([false, false, false]))
    expect(all.clients.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready'])
    const late = openClient(all.browser.openTab(), { url: all.server.url, cache: 'none' })
    expect([(await late.ready()).revision, late.isEnabled('checkout')]).toEqual([8, false])
    expect(all.server.asked('snapshot').length).toBe(2)
  })

  test('hear them too where the server evaluates', async () => {
    const all = await threeTabs(openRemote)
    all.server.instead('stream', { status: 404 }, 1_000)
    all.server.cut()
    await vi.waitFor(() => expect(all.server.asked('stream').length).toBe(4))
    all.server.snapshot = snapshot(8, [flag('checkout', { killed: true })])
    await vi.waitFor(() => {
      all.tabs[0]?.passes(10_000)
      expect(isOn(all)).toEqual([false, false, false])
    })
  })

  test('are all served behind a proxy that collects answers', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout')]))
    server.swallow = true
    const browser = openBrowser()
    const tabs = [browser.openTab(), browser.openTab()]
    const clients = tabs.map((page) => openClient(page, { url: server.url, cache: 'none' }))
    await vi.waitFor(() => expect(server.streams).toBe(1))
    tabs[0]?.passes(10_500)
    expect(await Promise.all(clients.map((client) => client.ready()))).toEqual([
      { status: 'ready', revision: 7 },
      { status: 'ready', revision: 7 },
    ])
  })

  test('one that comes while the stream changes hands is told what is held', async () => {
    const server = await startTestServer(snapshot(7, [flag('checkout')]))
    const browser = openBrowser()
    const [first, second] = [browser.openTab(), browser.openTab()]
    const { lead } = second
    let take = () => {}
    const handedOver = new Promise<void>((resolve) => {
      const waits: TestPage['lead'] = (name, leads) =>
        lead(name, () => {
          take = leads
          resolve()
        })
      Object.assign(second, { lead: waits })
    })
    await Promise.all([first, second].map((page) => openClient(page, { url: server.url, cache: 'none' }).ready()))
    first.happens('pagehide')
    await handedOver
    const late = openClient(browser.openTab(), { url: server.url, cache: 'none' })
    // nobody is there to answer its hello
    await new Promise((resolve) => setTimeout(resolve, 20))
    take()
    expect(await late.ready()).toEqual({ status: 'ready', revision: 7 })
    expect(server.streams).toBe(1)
  })

  test('one that comes during an outage has the values, and is not told that all is well', async () => {
    const all = await threeTabs()
    await all.server.stop()
    await vi.waitFor(() => expect(all.clients.map(({ status }) => status)).toEqual(['stale', 'stale', 'stale']))
    const heard: string[] = []
    all.clients[1]?.on('status', ({ to }) => heard.push(to))
    const late = openClient(all.browser.openTab(), { url: all.server.url, cache: 'none' })
    late.on('status', ({ to }) => heard.push(`late: ${to}`))
    await vi.waitFor(() => expect(late.isEnabled('checkout')).toBe(true))
    expect(await late.ready({ timeout: 50 })).toMatchObject({ status: 'stale', revision: 7 })
    expect(heard).toEqual(['late: stale'])
  })

  test('one that comes back believes a server that was set back meanwhile', async () => {
    const server = await startTestServer(snapshot(57, [flag('checkout')]))
    const browser = openBrowser()
    const [first, second] = [browser.openTab(), browser.openTab()]
    const clients = [first, second].map((page) => openClient(page, { url: server.url, cache: 'none' }))
    await Promise.all(clients.map((client) => client.ready()))
    second.happens('pagehide')
    server.snapshot = snapshot(40, [flag('checkout', { on: false })])
    server.cut()
    await vi.waitFor(() => expect(clients[0]?.isEnabled('checkout')).toBe(false))
    second.happens('pageshow')
    await vi.waitFor(() => expect(clients[1]?.isEnabled('checkout')).toBe(false))
    server.snapshot = snapshot(41, [flag('checkout')])
    server.send(patch(40, 41, [flag('checkout')]))
    await vi.waitFor(() => expect(clients.map((client) => client.isEnabled('checkout'))).toEqual([true, true]))
  })

  test('one that is looked at again is not sent again what it holds', async () => {
    const all = await threeTabs()
    all.browser.said.length = 0
    all.tabs[1]?.happens('visibilitychange')
    await vi.waitFor(() => expect(all.browser.said.length).toBe(2))
    expect(all.browser.said).toEqual([
      ['hello', 7],
      ['link', { failure: undefined }],
    ])
  })
})
