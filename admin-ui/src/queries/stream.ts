import { STREAM_PATH } from '@rampart/contract/admin'
import { api } from './api.ts'
import { type Connection, type ConnectionEvent, connectionAfter, reconnectDelay, SILENCE_MS } from './connection.ts'
import { type LiveEvent, readLiveEvent } from './live-events.ts'

/** What the stream tells every tab of this browser. `refresh`: events may have been missed, ask for everything again. */
export type StreamMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'refresh' }

/** Keeps the stream of a project open for ever, until the returned function is called. */
export function openStream(project: string, say: (message: StreamMessage) => void): () => void {
  const address = STREAM_PATH.replace(':project', encodeURIComponent(project))
  let connection: Connection = { kind: 'connecting' }
  let source: EventSource | undefined
  let attempt = 0
  let everOpen = false
  let closed = false
  let silence: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  const note = (event: ConnectionEvent) => {
    const next = connectionAfter(connection, event, Date.now())
    if (next === connection) return
    connection = next
    say({ kind: 'connection', connection })
  }

  function heard(): void {
    clearTimeout(silence)
    silence = setTimeout(lost, SILENCE_MS)
  }

  function open(): void {
    source = new EventSource(address)
    source.onopen = () => {
      attempt = 0
      note({ kind: 'opened' })
      heard()
      if (everOpen) say({ kind: 'refresh' })
      everOpen = true
    }
    for (const kind of ['changed', 'ramp', 'ping']) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        heard()
        const event = readLiveEvent(kind, data)
        if (event !== undefined) say({ kind: 'event', event })
      })
    }
    source.addEventListener('close', recycle)
    source.onerror = lost
  }

  /** The server ends every stream now and then, and when it shuts down: no reason for alarm unless it does not come back. */
  function recycle(): void {
    source?.close()
    clearTimeout(silence)
    clearTimeout(retry)
    retry = setTimeout(open, reconnectDelay(0, Math.random()))
  }

  /** The browser's own reconnecting gives up on some answers and says nothing of others, so it is not used. */
  function lost(): void {
    clearTimeout(silence)
    source?.close()
    note({ kind: 'lost' })
    void askInstead()
    clearTimeout(retry)
    retry = setTimeout(open, reconnectDelay(attempt++, Math.random()))
  }

  /** Where a proxy swallows the stream the pages stay right by asking; this also finds a session that is over. */
  async function askInstead(): Promise<void> {
    const answered = await api.whoami({}).then(
      () => true,
      (error: unknown) => !(error instanceof TypeError || error instanceof DOMException),
    )
    if (closed) return
    note({ kind: 'asked', answered })
    if (answered) say({ kind: 'refresh' })
  }

  say({ kind: 'connection', connection })
  open()
  return () => {
    closed = true
    clearTimeout(silence)
    clearTimeout(retry)
    source?.close()
  }
}
