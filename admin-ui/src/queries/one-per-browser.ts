import { openStream, type StreamMessage } from './stream.ts'

/**
 * Hears a project's stream. The tabs of one browser share one connection, since over HTTP/1.1 a browser opens only six
 * to a server: the tab that holds a Web Lock has the stream and repeats it on a channel; when it closes, the next tab
 * gets the lock. Without Web Locks (plain http to another machine) each tab has its own.
 */
export function followProject(project: string, hear: (message: StreamMessage) => void): () => void {
  // the type says they are always there; browsers have them only in secure contexts
  const locks: LockManager | undefined = navigator.locks
  if (locks === undefined) return openStream(project, hear)

  const name = `rampart:${project}`
  const channel = new BroadcastChannel(name)
  const stop = new AbortController()
  let latest: StreamMessage | undefined

  channel.onmessage = ({ data }: MessageEvent<StreamMessage | typeof WHO_LEADS>) => {
    if (data.kind !== 'who-leads') hear(data)
    else if (latest !== undefined) channel.postMessage(latest)
  }
  channel.postMessage(WHO_LEADS)

  const lead = () =>
    new Promise<void>((resolve) => {
      const close = openStream(project, (message) => {
        if (message.kind === 'connection') latest = message
        hear(message)
        channel.postMessage(message)
      })
      stop.signal.addEventListener('abort', () => {
        close()
        resolve()
      })
    })
  locks.request(name, { signal: stop.signal }, lead).catch((error: unknown) => {
    // closing this tab before it led is no failure
    if (!stop.signal.aborted) throw error
  })

  return () => {
    stop.abort()
    channel.close()
  }
}

/** A tab that comes later asks how the connection is. */
const WHO_LEADS = { kind: 'who-leads' } as const
