import { sayDuration } from '@rampart/contract/admin'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** Writes how long ago something was: `just now`, `6 min ago`, `3 d ago`. A future moment is `just now`. */
export function sayAgo(ms: number): string {
  if (ms < 10_000) return 'just now'
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}

/** Writes the time that is left as a clock that runs: `0:09`, `8:48`, `2 h 05 min`, `3 d 4 h`; `now` when it is over. */
export function sayCountdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds <= 0) return 'now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

/** The time that is left in one unit, for a tab's title: `45s`, `8m`, `2h`, `3d`; `now` when it is over. */
export function sayBriefly(ms: number): string {
  if (ms <= 0) return 'now'
  return sayDuration(ms).split(' ')[0] ?? 'now'
}

/** Writes a measured delay: `0.9 s`, `45 ms`. */
export function sayDelay(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`
}

/** The time of day in the viewer's zone: `14:02:10`, or `14:02` without seconds. */
export function sayClock(at: number, seconds: 'with seconds' | 'without seconds'): string {
  const format = seconds === 'with seconds' ? WITH_SECONDS : WITHOUT_SECONDS
  return format.format(at)
}

/** The time of day with its zone, beside words of the server that are in UTC: `14:02:10 CET`. */
export function sayZonedClock(at: number): string {
  return ZONED.format(at)
}

/** The whole moment with its zone, for a title: `25 Nov 2025, 14:02:10 GMT+1`. */
export function sayMoment(at: number): string {
  return MOMENT.format(at)
}

/** The time of day, to the second, when `at` is on the same day as `now`, else the minute and the date. */
export function sayWhen(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString()
  return sameDay ? WITH_SECONDS.format(at) : DAY_AND_TIME.format(at)
}

const WITH_SECONDS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const ZONED = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const WITHOUT_SECONDS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

function pad(n: number): string {
  return String(n).padStart(2, '0')
}
