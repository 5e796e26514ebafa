import type { ColorChoice, Paint } from './output/paint.ts'

/** A stream that text is written to. */
export interface Sink {
  write(text: string): void
  readonly isTerminal: boolean
  /** Width of the terminal; undefined when it is none. */
  readonly columns: () => number | undefined
  readonly rows: () => number | undefined
}

/** Everything outside this program, handed in so that a test can stand in for it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: Sink
  readonly stderr: Sink
  /** Epoch milliseconds. */
  readonly now: () => number
  /** 0 ≤ n < 1. */
  readonly random: () => number
  readonly fetch: typeof fetch
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Reads the whole of the standard input. */
  readonly readStdin: () => Promise<string>
  /** Hears SIGINT and SIGTERM until the returned function is called. Nobody listening: the process ends. */
  readonly onSignal: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void
  /** Single keys of a terminal until the returned function is called; undefined without a terminal. */
  readonly onKey: ((listener: (key: string) => void) => () => void) | undefined
  /** A screen that is redrawn in place on the standard output, which must be a terminal; hears when its size changes. */
  readonly liveScreen: (onResize: () => void) => LiveScreen
}

export interface LiveScreen {
  draw(lines: readonly string[]): void
  /** Takes the screen away, so that something else can be written there. */
  clear(): void
}

/** How a command talks: streams, colours, form. */
export interface Voice {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: ColorChoice
  /** Colours of the standard output. */
  readonly paint: Paint
  /** Whether the standard output is a screen that can be redrawn: a terminal, and no CI system's. */
  readonly live: boolean
  /** Whether a person can be asked: a terminal on both ends, no CI, no `--no-input`. */
  readonly canAsk: boolean
}
