import { z } from 'zod'
import { formatDuration, parseDuration, parseShortDuration } from './durations.ts'

/** ISO 8601 on the wire; the short form is accepted on write. Reads as the ISO form. */
export const duration = z
  .string()
  .max(40)
  .transform((text, context) => {
    const ms = parseDuration(text) ?? parseShortDuration(text)
    if (ms !== undefined) return formatDuration(ms)
    context.addIssue({ code: 'custom', message: 'must be a duration such as PT10M, 30s, 10m, 2h or 1d' })
    return z.NEVER
  })

/** A query parameter such as `wait=5s`, as milliseconds, at most `maxMs`. */
export const waitQuery = (maxMs: number) =>
  z.string().transform((text, context) => {
    const ms = parseShortDuration(text) ?? parseDuration(text)
    if (ms !== undefined) return Math.min(ms, maxMs)
    context.addIssue({ code: 'custom', message: 'must be a duration such as 5s' })
    return z.NEVER
  })
