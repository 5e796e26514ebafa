import { useEffect, useState } from 'react'
import { serverNow } from '../queries/server-clock.ts'

/** The server's time, which moves on every `everyMs` milliseconds while the component is shown. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
