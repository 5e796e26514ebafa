/** The token in what somebody pasted: a whole sign-in link, or the token itself; undefined when it is neither. */
export function tokenIn(pasted: string): string | undefined {
  const text = pasted.trim()
  if (text === '') return undefined
  if (URL.canParse(text)) return new URL(text).searchParams.get('token') ?? undefined
  const query = /[?&]token=([^&#\s]+)/.exec(text)?.[1]
  if (query !== undefined) return decodeURIComponent(query)
  return /^[\w.~-]{1,200}$/.test(text) ? text : undefined
}

/** Where to go after signing in: only to a page of our own, never to an address that `next` was made to name. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/'
}
