import { AppError } from '../app-error.ts'

/** The revision or version a change was made from; `*` is any, null is not said. */
export type IfMatch = number | '*' | null

/** Reads `If-Match`: `"41"`, `W/"41"` or `*`. */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return null
  const text = header.trim()
  if (text === '*') return '*'
  const digits = /^(?:W\/)?"(\d{1,15})"$/.exec(text)?.[1]
  if (digits !== undefined) return Number(digits)
  throw new AppError('malformed', `If-Match must be one revision in quotes, such as "41", or *; it was ${text}.`)
}

/** Whether a client holds the representation with this tag already (`If-None-Match`, RFC 9110 13.1.2). */
export function isHeld(header: string | undefined, etag: number): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === formatEtag(etag))
}

export function formatEtag(revision: number): string {
  return `"${revision}"`
}
