import type { FetchLike } from '@rampart/node'

/** A network over which an SDK asks and reports as always, but hears nothing of a stream while that is held back. */
export function heldBack() {
  let gate: Promise<void> = Promise.resolve()
  let open = (): void => undefined

  const withGate: FetchLike = async (url, init) => {
    const response = await globalThis.fetch(url, init)
    if (!new URL(url).pathname.endsWith('/stream') || response.body === null) return response
    const reader = response.body.getReader()
    const held = {
      async read() {
        const chunk = await reader.read()
        await gate
        return chunk
      },
      cancel: () => reader.cancel(),
    }
    return { status: response.status, headers: response.headers, body: { getReader: () => held } }
  }

  return {
    fetch: withGate,
    hold(): void {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    letGo: (): void => open(),
  }
}
