/**
 * How far the server's clock is ahead of this one, in milliseconds, from an answer's `Date` header (whole seconds, so
 * half of one is added) and the moments the request was sent and answered. Below two seconds it is noise, and 0.
 */
export function clockOffset(date: string | null, sentAt: number, answeredAt: number): number | undefined {
  const server = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(server)) return undefined
  const offset = server + 500 - (sentAt + answeredAt) / 2
  return Math.abs(offset) < 2000 ? 0 : Math.round(offset)
}

let offset = 0

export function noteServerTime(date: string | null, sentAt: number, answeredAt: number): void {
  offset = clockOffset(date, sentAt, answeredAt) ?? offset
}

/** The time as the server has it, so that a countdown ends when the server decides. */
export function serverNow(): number {
  return Date.now() + offset
}
