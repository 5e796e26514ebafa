/** What is known about the way to the server. Times are epoch milliseconds. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The stream is down, the server answers: what is shown is as old as `dataFrom` at most. */
  | { readonly kind: 'reconnecting'; readonly dataFrom: number }
  /** The server does not answer. */
  | { readonly kind: 'offline'; readonly dataFrom: number }

export type ConnectionEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'lost' }
  /** The server was asked for data in place of the stream. */
  | { readonly kind: 'asked'; readonly answered: boolean }

/** The connection after an event at `now`. */
export function connectionAfter(connection: Connection, event: ConnectionEvent, now: number): Connection {
  switch (event.kind) {
    case 'opened':
      return { kind: 'live' }
    case 'lost':
      return connection.kind === 'live' || connection.kind === 'connecting'
        ? { kind: 'reconnecting', dataFrom: now }
        : connection
    case 'asked':
      if (connection.kind === 'live') return connection
      if (event.answered) return { kind: 'reconnecting', dataFrom: now }
      return { kind: 'offline', dataFrom: 'dataFrom' in connection ? connection.dataFrom : now }
  }
}

/** How long to wait before the stream is opened again, for the nth time; `chance` is in [0, 1). At most ten seconds. */
export function reconnectDelay(attempt: number, chance: number): number {
  return Math.min(10_000, 500 * 2 ** Math.min(attempt, 6)) * (0.5 + chance / 2)
}

/** A stream without an event for this long is dead: the server sends a ping every 15 seconds. */
export const SILENCE_MS = 40_000
