import type { EventStream } from '../delivery/event-stream.ts'

/** What was made of an event that goes to many streams. */
const made = new WeakMap<Buffer, Buffer>()

/**
 * A stream of OFREP (ADR-0008) behind one of ours: whatever an SDK would be told, it is told to ask again. Its events
 * have ids, so that a page that comes back is told of what it missed.
 *
 * @param now in milliseconds since 1970
 */
export function refetchStream(stream: EventStream, now: () => number): EventStream {
  const send = (bytes: Buffer): void => stream.send(refetchOf(bytes, now))
  return { ...stream, send, sendState: send }
}

/** Events without id say nothing new, such as a ping; pages hear only what is a `message`. */
function refetchOf(bytes: Buffer, now: () => number): Buffer {
  const known = made.get(bytes)
  if (known !== undefined) return known
  const revision = /^id: (\d+)\n/.exec(bytes.subarray(0, 32).toString('latin1'))?.[1]
  const event =
    revision === undefined
      ? bytes
      : Buffer.from(
          `id: ${revision}\ndata: ${JSON.stringify({
            type: 'refetchEvaluation',
            etag: `"${revision}"`,
            lastModified: Math.floor(now() / 1_000),
          })}\n\n`,
        )
  made.set(bytes, event)
  return event
}
