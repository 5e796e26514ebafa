/** Where the client says something. `console` fits. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** What the client's own parts log with. Says each sentence once, unless it is told to repeat itself. No line can throw. */
export type Log = (level: keyof Logger, message: string, again?: boolean) => void

/** How many different things are said once at most: after that the console is not the place to learn about them. */
const ONCE_AT_MOST = 200

export function createLog(logger: Logger | 'silent' | undefined): Log {
  const said = new Set<string>()
  return (level, message, again) => {
    if (!again && (said.has(message) || said.size >= ONCE_AT_MOST)) return
    said.add(message)
    // Visitors look at the console of a page too: without a logger only what is wrong is said.
    const target = logger ?? (level === 'info' ? 'silent' : console)
    try {
      if (target !== 'silent') target[level](`rampart: ${message}`)
    } catch {
      // The application's logger failed. There is nowhere left to say so, and the page must not pay for it.
    }
  }
}
