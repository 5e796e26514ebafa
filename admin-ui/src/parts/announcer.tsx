import { VisuallyHidden } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { type Announcements, announced, quiet } from './announcements.ts'

let current: Announcements = quiet
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

/** Speaks to a screen reader: `urgent` (rollback, kill, lost connection) at once, the rest at its turn. */
export function announce(words: string, manner: 'urgent' | 'polite'): void {
  update(announced(current, { words, manner }, Date.now()))
}

function update(next: Announcements): void {
  current = next
  for (const listener of listeners) listener()
  clearTimeout(timer)
  if (next.waiting !== null) timer = setTimeout(() => update(announced(current, null, Date.now())), next.waitMs)
}

/** The two live regions of the page. */
export function LiveRegions() {
  const { urgent, polite } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
  return (
    <VisuallyHidden>
      <div aria-live="assertive" aria-atomic="true">
        {urgent}
      </div>
      <div aria-live="polite" aria-atomic="true">
        {polite}
      </div>
    </VisuallyHidden>
  )
}
