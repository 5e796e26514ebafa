import { sayAgo, sayClock, sayMoment } from './time-words.ts'
import { useNow } from './use-now.ts'

/** How long ago something was; the moment itself, with its zone, on hover. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow(10_000)
  const then = Date.parse(at)
  return (
    <time dateTime={at} title={sayMoment(then)}>
      {sayAgo(now - then)}
    </time>
  )
}

/** The time of day of something; the whole moment on hover. */
export function Clock({ at }: { readonly at: string }) {
  const then = Date.parse(at)
  return (
    <time dateTime={at} title={sayMoment(then)}>
      {sayClock(then, 'with seconds')}
    </time>
  )
}
