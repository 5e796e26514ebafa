import { troubleOf } from '../retry.ts'
import type { World } from '../world.ts'

/** An answer of `/version`, or why there is none. */
export type Reached =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly type: string
      /** Of the server, or of what stands before it. */
      readonly headers: Headers
      readonly body: string
      /** The address after redirections. */
      readonly url: string
      readonly redirected: boolean
      /** Epoch milliseconds on this machine, in the middle of the request. */
      readonly at: number
      /** The first request makes the connection, the second one uses it. */
      readonly firstMs: number
      readonly nextMs: number
    }
  | { readonly kind: 'nothing'; readonly words: string; readonly code: string }

const PATIENCE_MS = 10_000

/** Asks the server who it is, twice. */
export async function reach(world: Pick<World, 'fetch' | 'now'>, url: string): Promise<Reached> {
  const ask = () => world.fetch(`${url}/version`, { signal: AbortSignal.timeout(PATIENCE_MS) })
  try {
    const began = world.now()
    const first = await ask()
    const connected = world.now()
    await first.text()
    const again = world.now()
    const answer = await ask()
    const ended = world.now()
    return {
      kind: 'answer',
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      headers: answer.headers,
      body: await answer.text(),
      url: answer.url,
      redirected: answer.redirected,
      at: (again + ended) / 2,
      firstMs: connected - began,
      nextMs: ended - again,
    }
  } catch (error) {
    const trouble = troubleOf(error, 'again')
    if (trouble === undefined) throw error
    return { kind: 'nothing', words: trouble.words, code: codeOf(error) }
  }
}

/** The name of the system's error, when there is one: `ECONNREFUSED`. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.name === 'TimeoutError') return 'TIMEOUT'
  const cause: unknown = error.cause
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return ''
  return String(cause.code)
}
