import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { parsePatch, parseSnapshot } from '@rampart/contract/wire'
import { applyChange, type Configuration, replaceWith } from '@rampart/core'
import { onTestFinished } from 'vitest'

export interface ReadEvent {
  readonly id: string | undefined
  readonly event: string
  readonly data: unknown
}

export interface ReadOptions {
  readonly key: string
  readonly held?: number
  /** Of the page that reads. */
  readonly origin?: string
  readonly query?: string
}

/** An SDK at its barest: reads a stream over a real socket and keeps everything that came. */
export interface Reader {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly events: readonly ReadEvent[]
  /** Every byte that came. */
  readonly text: string
  /** The first event, from now or before, for which this holds. */
  find(isIt: (event: ReadEvent) => boolean): Promise<ReadEvent>
  /** Waits until the server has ended it. */
  readonly ended: Promise<void>
  /** Stops reading: the other end has to keep what it writes. */
  pause(): void
  resume(): void
  close(): void
}

export async function read(url: string, { key, held, origin, query = '' }: ReadOptions): Promise<Reader> {
  const [request, response] = await open(`${url}${query}`, {
    authorization: `Bearer ${key}`,
    ...(held !== undefined && { 'last-event-id': String(held) }),
    ...(origin !== undefined && { origin }),
  })
  onTestFinished(() => void request.destroy())
  let text = ''
  let parsed = 0
  const events: ReadEvent[] = []
  const waiting = new Set<() => void>()
  response.setEncoding('utf8')
  response.on('data', (part: string) => {
    text += part
    for (let end = text.indexOf('\n\n', parsed); end !== -1; end = text.indexOf('\n\n', parsed)) {
      events.push(eventOf(text.slice(parsed, end)))
      parsed = end + 2
    }
    for (const look of waiting) look()
  })
  const ended = new Promise<void>((resolve) => response.on('close', resolve))
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    get text() {
      return text
    },
    find: (isIt) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(isIt)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    ended,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void request.destroy(),
  }
}

function open(url: string, headers: Record<string, string>): Promise<[ClientRequest, IncomingMessage]> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => resolve([request, response]))
    request.on('error', reject)
  })
}

function eventOf(text: string): ReadEvent {
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  )
  return { id: fields.get('id'), event: fields.get('event') ?? '', data: JSON.parse(fields.get('data') ?? 'null') }
}

export const isEvent =
  (name: string) =>
  ({ event }: ReadEvent): boolean =>
    event === name

export const isRevision =
  (revision: number) =>
  ({ id }: ReadEvent): boolean =>
    id !== undefined && Number(id) >= revision

/** What an SDK holds after these events, by the rules of core. A gap fails the test. */
export function holding(events: readonly ReadEvent[], before?: Configuration): Configuration {
  let held = before
  for (const { event, data } of events) {
    if (event === 'put') held = replaceWith(held, must(parseSnapshot(data))).configuration
    if (event !== 'patch' || held === undefined) continue
    const applied = applyChange(held, must(parsePatch(data)))
    if (applied.kind === 'gap') throw new Error(`a gap after revision ${held.revision}`)
    if (applied.kind === 'applied') held = applied.configuration
  }
  if (held === undefined) throw new Error('no snapshot came')
  return held
}

function must<T>(
  parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string },
): T {
  if (parsed.ok) return parsed.value
  throw new Error(parsed.problem)
}
