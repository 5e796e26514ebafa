import { AppError } from '../app-error.ts'

/** The place after which a page begins, as a text that means nothing to a caller. */
export function writeCursor(place: string): string {
  return Buffer.from(place).toString('base64url')
}

/** The place that `writeCursor` wrote; throws `malformed` for anything else. */
export function readCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString()
  if (place !== '' && writeCursor(place) === cursor) return place
  throw new AppError('malformed', 'The cursor is not one that this server gave.')
}
