import type { Log } from './logger.ts'

/** How many clients of this process are open, by key. The only state that clients share. */
const open = new Map<string, number>()
let warned = false

/** Counts a client as open and gives what counts it as closed. Warns once per process when a key is used twice at a time. */
export function countOpenClient(key: string, log: Log): () => void {
  const others = open.get(key) ?? 0
  open.set(key, others + 1)
  if (others > 0 && !warned) {
    warned = true
    log.warn('more than one client is open for the same key, each with a connection of its own: make one and share it')
  }
  let counted = true
  return () => {
    if (!counted) return
    counted = false
    const left = (open.get(key) ?? 1) - 1
    if (left > 0) open.set(key, left)
    else open.delete(key)
  }
}
