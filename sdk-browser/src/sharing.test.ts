import { describe, expect, test, vi } from 'vitest'
import type { Channel } from './surroundings.ts'
import { openClient, openPage, type TestPage } from './test-page.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { flag, patch, snapshot } from './test-snapshots.ts'

/** The tabs of one browser: real messages between them, and a lock that goes from one to the next. */
function openBrowser() {
  const channels = new Map<string, Set<Channel & { readonly page: TestPage }>>()
  const locks = new Map<string, { readonly page: TestPage; readonly lead: () => void }[]>()
  let asleep: TestPage | undefined
  return {
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

async function threeTabs() {
  const server = await startTestServer(snapshot(7, [flag('checkout')]))
  const browser = openBrowser()
  const tabs = [browser.openTab(), browser.openTab(), browser.openTab()]
  const clients = tabs.map((page) => openClient(page, { url: server.url }))
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
})
