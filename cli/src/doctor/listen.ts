import { troubleOf } from '../retry.ts'
import type { World } from '../world.ts'

/** The beginning of an event stream. */
export type Heard =
  | {
      readonly kind: 'event'
      readonly event: string
      readonly data: string
      readonly headersMs: number
      readonly eventMs: number
    }
  /** The stream opened, and no whole event came while one should have. */
  | { readonly kind: 'silence'; readonly headersMs: number; readonly waitedMs: number; readonly bytes: number }
  | { readonly kind: 'refused'; readonly status: number; readonly type: string; readonly body: string }
  | { readonly kind: 'nothing'; readonly words: string }

export interface ListenOptions {
  readonly url: string
  readonly bearer: string
  readonly patienceMs: number
}

/**
 * Opens an event stream and waits for its first whole event, which Rampart sends at once. A proxy that buffers holds it, or its end,
 * back until more follows.
 */
export async function listen(world: Pick<World, 'fetch' | 'now'>, options: ListenOptions): Promise<Heard> {
  const { url, bearer, patienceMs } = options
  const leave = new AbortController()
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(patienceMs)])
  const began = world.now()
  let headersMs: number | undefined
  let text = ''
  try {
    const headers = { authorization: `Bearer ${bearer}`, accept: 'text/event-stream', 'cache-control': 'no-store' }
    const response = await world.fetch(url, { headers, signal })
    headersMs = world.now() - began
    const type = response.headers.get('content-type') ?? ''
    if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null)
      return { kind: 'refused', status: response.status, type, body: await response.text() }
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      const part = decoder.decode(chunk, { stream: true })
      text += part
      // a snapshot may be large: it is read through once its end is there
      const event = BLANK_LINE.test(text.slice(-part.length - 3)) ? firstEvent(text) : undefined
      if (event !== undefined) return { kind: 'event', ...event, headersMs, eventMs: world.now() - began }
    }
    return { kind: 'silence', headersMs, waitedMs: world.now() - began, bytes: text.length }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return { kind: 'silence', headersMs: headersMs ?? patienceMs, waitedMs: world.now() - began, bytes: text.length }
    const trouble = troubleOf(error, 'again')
    if (trouble === undefined) throw error
    return { kind: 'nothing', words: trouble.words }
  } finally {
    leave.abort()
  }
}

const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/

/** The first event that is whole (WHATWG HTML 9.2.5); undefined while none is. */
function firstEvent(text: string): { readonly event: string; readonly data: string } | undefined {
  for (const block of text.split(BLANK_LINE).slice(0, -1)) {
    const lines = block.split(/\r\n|\r|\n/)
    const field = (name: string): readonly string[] =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''))
    const data = field('data')
    if (data.length > 0) return { event: field('event').at(-1) ?? 'message', data: data.join('\n') }
  }
  return undefined
}
