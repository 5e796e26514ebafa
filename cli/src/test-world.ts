import { setTimeout as sleep } from 'node:timers/promises'
import type { Sink, World } from './world.ts'

/** A world whose streams are kept, and whose keys and signals come from the test. */
export interface TestWorld extends World {
  readonly out: () => string
  readonly err: () => string
  /** Every picture that was drawn on the terminal. */
  readonly frames: readonly string[]
  readonly press: (key: string) => void
  readonly kill: (signal: 'SIGINT' | 'SIGTERM') => void
}

export interface TestWorldOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  /** Columns of the terminal; without them the streams are files. */
  readonly terminal?: number
  readonly fetch?: typeof fetch
}

export function testWorld(options: TestWorldOptions = {}): TestWorld {
  const { env = {}, cwd = '/nowhere', stdin = '', terminal } = options
  const out: string[] = []
  const err: string[] = []
  const frames: string[] = []
  const keys = new Set<(key: string) => void>()
  const signals = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>()
  const sink = (texts: string[]): Sink => ({
    write: (text) => texts.push(text),
    isTerminal: terminal !== undefined,
    columns: () => terminal,
    rows: () => (terminal === undefined ? undefined : 40),
  })
  const hear =
    <L>(listeners: Set<L>) =>
    (listener: L) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  return {
    env,
    cwd,
    stdout: sink(out),
    stderr: sink(err),
    now: Date.now,
    random: () => 0.5,
    fetch: options.fetch ?? fetch,
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    readStdin: async () => stdin,
    onSignal: hear(signals),
    onKey: terminal === undefined ? undefined : hear(keys),
    liveScreen: () => ({ draw: (lines) => frames.push(lines.join('\n')), clear: () => undefined }),
    out: () => out.join(''),
    err: () => err.join(''),
    frames,
    press: (key) => {
      for (const listener of keys) listener(key)
    },
    kill: (signal) => {
      for (const listener of signals) listener(signal)
    },
  }
}
