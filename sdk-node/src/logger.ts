/** Where the client says something. `console` and pino loggers fit. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Everything goes to standard error, so that the output of a command line stays its own. Debug is not said. */
const STANDARD: Logger = {
  debug() {},
  info: (message) => console.error(message),
  warn: (message) => console.error(message),
  error: (message) => console.error(message),
}

/** How many different things are said once at most: after that the log is not the place to learn about them. */
const ONCE_AT_MOST = 200

/** What the client's own parts log with: every line says where it comes from, and no line can throw. */
export interface Log extends Logger {
  /** Warns unless something was said under this name before; the words are made only then. */
  warnOnce(name: string, message: () => string): void
}

export function createLog(logger: Logger | 'silent' | undefined): Log {
  const target = logger === 'silent' ? SILENT : (logger ?? STANDARD)
  const said = new Set<string>()
  const line =
    (level: keyof Logger) =>
    (message: string): void => {
      try {
        target[level](`rampart: ${message}`)
      } catch {
        // The application's logger failed. There is nowhere left to say so, and its code must not pay for it.
      }
    }
  const warn = line('warn')
  return {
    debug: line('debug'),
    info: line('info'),
    warn,
    error: line('error'),
    warnOnce(name, message) {
      if (said.has(name) || said.size >= ONCE_AT_MOST) return
      said.add(name)
      warn(message())
    },
  }
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  // Node gathers refused connections to several addresses under an empty message.
  if (thrown.message === '' && thrown instanceof AggregateError) return thrown.errors.map(messageOf).join(', ')
  return thrown.message || thrown.name
}
