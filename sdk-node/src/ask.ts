import type { Failure } from '@rampart/core'
import { type Call, type Http, LONGEST_DOCUMENT, type Reply } from './http.ts'
import { messageOf } from './logger.ts'

/** A question to whose answer nothing was added for this long has failed: a large one may take longer over a slow line. */
const ANSWER_MS = 10_000
/** And no answer takes longer than this as a whole, so that one that drips does not keep the next from being asked. */
const WHOLE_ANSWER_MS = 120_000

export type Answered =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface Question extends Omit<Call, 'signal' | 'onBytes'> {
  /** Gives the question up when it aborts. */
  readonly stop?: AbortSignal
  readonly withinMs?: number
}

/**
 * One call whose whole answer is read. Never rejects: no answer in time, and any status but 2xx and 304, is a failure.
 */
export async function ask(http: Http, url: URL, question: Question): Promise<Answered> {
  const { stop, withinMs = ANSWER_MS, ...call } = question
  // One of its own: that a question ran out of time says nothing about the next.
  const abort = new AbortController()
  const giveUp = (): void => abort.abort(new Error('given up'))
  const within = (ms: number): NodeJS.Timeout =>
    setTimeout(() => abort.abort(new Error(`no answer within ${ms / 1_000} s`)), ms).unref()
  const silence = within(withinMs)
  const whole = within(WHOLE_ANSWER_MS)
  if (stop?.aborted) giveUp()
  stop?.addEventListener('abort', giveUp, { once: true })
  try {
    const reply = await http.call(url, { ...call, signal: abort.signal, onBytes: () => silence.refresh() })
    const text = await textOf(reply)
    const { status, retryAfterMs } = reply
    if ((status >= 200 && status < 300) || status === 304) return { kind: 'answered', status, text }
    return {
      kind: 'failed',
      failure: { kind: 'status', status, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    }
  } catch (thrown) {
    const { aborted, reason } = abort.signal
    return { kind: 'failed', failure: { kind: 'network', message: messageOf(aborted ? reason : thrown) } }
  } finally {
    clearTimeout(silence)
    clearTimeout(whole)
    stop?.removeEventListener('abort', giveUp)
  }
}

/** Reading an answer to its end is also what lets its connection be used again. */
async function textOf({ body }: Reply): Promise<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const read = await reader.read()
    if (read.done) return text + decoder.decode()
    bytes += read.value.byteLength
    if (bytes > LONGEST_DOCUMENT) {
      await reader.cancel()
      throw new Error('the answer does not end')
    }
    text += decoder.decode(read.value, { stream: true })
  }
}
