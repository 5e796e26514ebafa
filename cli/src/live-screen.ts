import { widthOf } from './output/layout.ts'
import type { LiveScreen } from './world.ts'

/** A terminal that can be drawn on. */
export interface Terminal {
  write(text: string): void
  /** Columns and rows at this moment. */
  readonly columns: () => number
  readonly rows: () => number
  /** Hears when it changes its size, until the returned function is called. */
  readonly onResize: (listener: () => void) => () => void
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const TO_LINE_END = '\u001b[K'
const TO_SCREEN_END = '\u001b[J'
/** The terminal shows what is between these at once; one that does not know them ignores them. */
const BEGIN_AT_ONCE = '\u001b[?2026h'
const END_AT_ONCE = '\u001b[?2026l'

/**
 * A picture that is drawn over itself, where the cursor is, so that what was there before stays in the scrollback. A picture that
 * is higher than the terminal keeps its beginning.
 *
 * A terminal that becomes narrower breaks the lines that it shows: the picture then takes more rows than it has lines, and as
 * many have to be drawn over.
 */
export function liveScreen(terminal: Terminal, onResize: () => void): LiveScreen {
  let drawn: readonly string[] = []
  const off = terminal.onResize(onResize)

  const back = (): string => {
    const columns = Math.max(1, terminal.columns())
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return rows === 0 ? '' : `\u001b[${rows}A\r`
  }

  return {
    draw(lines) {
      // the cursor stands below the picture, and needs a row of its own
      const fitting = lines.slice(0, Math.max(1, terminal.rows() - 1))
      const text = fitting.map((line) => `${line}${TO_LINE_END}\n`).join('')
      terminal.write(`${BEGIN_AT_ONCE}${HIDE_CURSOR}${back()}${text}${TO_SCREEN_END}${END_AT_ONCE}`)
      drawn = fitting
    },
    clear() {
      off()
      terminal.write(`${back()}${TO_SCREEN_END}${SHOW_CURSOR}`)
      drawn = []
    },
  }
}
