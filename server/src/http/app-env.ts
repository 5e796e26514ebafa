import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { Auth } from './auth.ts'

/** What every handler of the server finds in its context. */
export interface AppEnv {
  /** Absent when the application is called without a socket. */
  Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse }
  Variables: {
    readonly requestId: string
    /** The address of the other end of the socket. */
    readonly address: string | null
    /** Writes the request's id on every line. */
    readonly log: Logger
    readonly auth: Auth
  }
}

export type App = Hono<AppEnv>
export type AppContext = Context<AppEnv>
