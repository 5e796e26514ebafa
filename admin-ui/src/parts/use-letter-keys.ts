import { useEffect, useRef } from 'react'
import { letterKeysAreOn } from './remembered.ts'

/** Two keys of a sequence come within this time. */
const SEQUENCE_MS = 1200

/**
 * Calls an action for a key (`/`) or a sequence of two (`g f`), unless somebody is typing, a dialog is open or the keys
 * are turned off.
 */
export function useLetterKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    let before = ''
    let at = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !letterKeysAreOn()) return
      if (document.querySelector('[role="dialog"]') !== null) return
      const sequence = event.timeStamp - at < SEQUENCE_MS ? `${before} ${event.key}` : event.key
      const action = latest.current[sequence] ?? latest.current[event.key]
      before = event.key
      at = event.timeStamp
      if (action === undefined) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
}
