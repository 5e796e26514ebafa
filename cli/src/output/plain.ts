/**
 * One line without control characters. Reasons, names and the server's sentences are written by people: a line break
 * could begin a command of the CI system, and an escape sequence could move a terminal's cursor.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
