/** Where the client says something. `console` fits. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** What the client's own parts log with. No line can throw. */
export interface Log {
  say(level: keyof Logger, message: string): void
  /** Warns, unless it has said the same before. */
  warnOnce(message: string): void
}

/** How many different things are said once at most: after that the console is not the place to learn about them. */
const ONCE_AT_MOST = 200

export function createLog(logger: Logger | 'silent' | undefined): Log {
  const said = new Set<string>()

  function say(level: keyof Logger, message: string): void {
    // Visitors look at the console of a page too: without a logger only what is wrong is said.
    const isWorthIt = level === 'warn' || level === 'error'
    const target = logger ?? (isWorthIt ? console : 'silent')
    try {
      if (target !== 'silent') target[level](`rampart: ${message}`)
    } catch {
      // The application's logger failed. There is nowhere left to say so, and the page must not pay for it.
    }
  }

  return {
    say,
    warnOnce(message) {
      if (said.has(message) || said.size >= ONCE_AT_MOST) return
      said.add(message)
      say('warn', message)
    },
  }
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
