import type { Ramp } from '@rampart/contract/admin'
import type { Dialect } from './ci.ts'
import type { RampEvent } from './follow.ts'
import { closeGroup, logEvent, logLine, type OpenGroup } from './output/log.ts'
import type { Paint } from './output/paint.ts'
import { plain } from './output/plain.ts'
import { view } from './output/view.ts'
import { type Line, shortLinesOf } from './output/words.ts'
import type { Sink, World } from './world.ts'

/** Where a watched ramp is shown. */
export interface Screen {
  /** Another look at the ramp, and what happened since the one before. */
  show(ramp: Ramp, events: readonly RampEvent[], now: number): void
  /** Something about the watching itself. */
  note(text: string, now: number): void
  /** The keys that work now; only a terminal shows them. */
  keys(text: string): void
  /** Nothing is shown after this. */
  close(now: number): void
}

export interface LogOptions {
  readonly sink: Sink
  /** Where notes about the watching go. */
  readonly notes: Sink
  readonly dialect: Dialect
  /** A line at least this often. */
  readonly heartbeatMs: number
  readonly url: string
}

/** One line per event, and a sign of life when nothing happens. */
export function logScreen({ sink, notes, dialect, heartbeatMs, url }: LogOptions): Screen {
  let open: OpenGroup = null
  let lastAt = 0
  const write = (lines: readonly string[], now: number): void => {
    for (const line of lines) sink.write(`${line}\n`)
    if (lines.length > 0) lastAt = now
  }
  return {
    show(ramp, events, now) {
      for (const event of events) {
        const written = logEvent(event, ramp, { dialect, open, url })
        open = written.open
        write(written.lines, now)
      }
      if (ramp.end === null && now - lastAt >= heartbeatMs)
        write([logLine({ at: now, kind: 'wait', text: plain(ramp.sentence) })], now)
    },
    note: (text, now) => notes.write(`${logLine({ at: now, kind: 'note', text })}\n`),
    keys: () => undefined,
    close: (now) => write(closeGroup(dialect, open, now), now),
  }
}

const REDRAW_MS = 1_000
/** Redrawn at most five times a second, however fast things happen. */
const LEAST_BETWEEN_MS = 200

/** A picture of the ramp that is drawn over itself; its clocks go on between two looks. */
export function terminalScreen(world: World, paint: Paint, serverNow: () => number): Screen {
  const live = world.liveScreen(() => drawSoon())
  const recent: Line[] = []
  let ramp: Ramp | undefined
  let notice: string | undefined
  let keys: string | undefined
  let drawnAt = 0
  let soon: NodeJS.Timeout | undefined

  const draw = (): void => {
    soon = undefined
    if (ramp === undefined) return
    drawnAt = world.now()
    const size = { columns: world.stdout.columns() ?? 80, rows: world.stdout.rows() ?? 24 }
    const said = { ...(notice === undefined ? {} : { notice }), ...(keys === undefined ? {} : { keys }) }
    live.draw(view(ramp, { now: serverNow(), ...size, paint, recent, ...said }))
  }
  const drawSoon = (): void => {
    soon ??= setTimeout(draw, Math.max(0, drawnAt + LEAST_BETWEEN_MS - world.now()))
  }
  const clock = setInterval(drawSoon, REDRAW_MS)

  return {
    show(next, events) {
      ramp = next
      notice = undefined
      const shown = events.filter(({ kind }) => kind !== 'attached' && kind !== 'waits')
      recent.push(...shown.flatMap((event) => shortLinesOf(event, next)))
      recent.splice(0, recent.length - 50)
      drawSoon()
    },
    note(text) {
      notice = text
      drawSoon()
    },
    keys(text) {
      keys = text
      drawSoon()
    },
    close() {
      clearInterval(clock)
      clearTimeout(soon)
      live.clear()
    },
  }
}

/** Shows nothing but what is in the way: the result is all that was asked for. */
export function quietScreen(notes: Sink): Screen {
  return {
    show: () => undefined,
    note: (text) => notes.write(`${text}\n`),
    keys: () => undefined,
    close: () => undefined,
  }
}
