import { sayAgo, sayMoment, sayWhen } from './time-words.ts'
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

/** When something was: the time of day when it was today, else with its date. The whole moment on hover. */
export function When({ at }: { readonly at: string }) {
  const now = useNow(60_000)
  const then = Date.parse(at)
  return (
    <time dateTime={at} title={sayMoment(then)}>
      {sayWhen(then, now)}
    </time>
  )
}
