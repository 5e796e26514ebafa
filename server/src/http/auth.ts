import type { SdkKey } from '@rampart/contract/admin'
import { getCookie } from 'hono/cookie'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import { hashSecret, readSecret, type SecretKind } from '../keys/secrets.ts'
import type { Store } from '../store/store.ts'
import type { AppContext } from './app-env.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sessionCookieName } from './session-cookie.ts'
import type { Usage } from './usage.ts'

/** The person or token that asks. */
export interface Principal {
  readonly kind: 'person' | 'token'
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  /** When the token ends, null when it never does; absent for a person. */
  readonly expiresAt?: string | null
}

/** Credentials are looked up for each request and never cached, so that a revocation holds at once. */
export interface Auth {
  /** Who asks on the management API: a bearer token, else the session cookie. Throws `unauthenticated` or `wrong_kind_of_key`. */
  principal(c: AppContext): Promise<Principal>
  /**
   * The SDK key of a request: a bearer, or `?key=` when `fromQuery` (a browser's beacon cannot set headers; only client
   * keys are taken from there). Throws `unauthenticated` or `wrong_kind_of_key`.
   */
  sdkKey(c: AppContext, options?: { readonly fromQuery?: boolean; readonly fromApiKey?: boolean }): Promise<SdkKey>
}

export interface AuthOptions {
  readonly store: Pick<Store, 'tokenByHash' | 'sdkKeyByHash' | 'personBySession'>
  readonly clock: Clock
  readonly usage: Usage
  /** Known when the server listens. */
  readonly publicUrl: () => URL
}

export function createAuth({ store, clock, usage, publicUrl }: AuthOptions): Auth {
  async function byToken(secret: string): Promise<Principal> {
    requireKind(secret, ['person', 'machine'], 'The management API')
    const found = await store.tokenByHash(hashSecret(secret))
    if (found === undefined) throw unauthenticated('This token is not known; it may have been revoked.')
    const { token } = found
    requireUnexpired(token.expiresAt, clock.now())
    usage.token(token.id)
    return { kind: 'token', id: token.id, name: token.name, scopes: token.scopes, expiresAt: token.expiresAt }
  }

  async function bySession(c: AppContext, cookie: string): Promise<Principal> {
    requireSameOrigin(c, publicUrl())
    const person = await store.personBySession(hashSecret(cookie), clock.now())
    if (person === undefined)
      throw unauthenticated('This session is over.', 'Ask an administrator for a new sign-in link.')
    usage.person(person.id)
    return { kind: 'person', id: person.id, name: person.name, scopes: person.scopes }
  }

  return {
    principal(c) {
      const secret = bearer(c)
      if (secret !== undefined) return byToken(secret)
      const cookie = getCookie(c, sessionCookieName(publicUrl()))
      if (cookie !== undefined) return bySession(c, cookie)
      throw unauthenticated('This needs a token or a session.', 'Send the header "authorization: Bearer rmp_svc_…".')
    },
    async sdkKey(c, { fromQuery = false, fromApiKey = false } = {}) {
      const header = bearer(c) ?? (fromApiKey ? c.req.header('x-api-key') : undefined)
      const secret = header ?? (fromQuery ? c.req.query('key') : undefined)
      if (secret === undefined) {
        throw unauthenticated('This needs an SDK key.', 'Send the header "authorization: Bearer rmp_srv_…".')
      }
      requireKind(secret, header === undefined ? ['client-sdk'] : ['server-sdk', 'client-sdk'], 'This address')
      const key = await store.sdkKeyByHash(hashSecret(secret))
      if (key === undefined) throw unauthenticated('This SDK key is not known; it may have been revoked.')
      requireUnexpired(key.expiresAt, clock.now())
      usage.sdkKey(key.id)
      return key
    },
  }
}

function bearer(c: AppContext): string | undefined {
  const header = c.req.header('authorization')
  if (header === undefined) return undefined
  const secret = /^Bearer +(\S+)$/i.exec(header.trim())?.[1]
  if (secret === undefined) throw unauthenticated('The authorization header must be "Bearer" and a key.')
  return secret
}

const NAMES: Record<SecretKind, string> = {
  person: 'a person’s token',
  machine: 'a machine’s token',
  'server-sdk': 'a server SDK key',
  'client-sdk': 'a client SDK key',
  'kill-url': 'the secret of a kill URL',
}

function requireKind(secret: string, allowed: readonly SecretKind[], where: string): void {
  const kind = readSecret(secret)
  if (kind === undefined) throw unauthenticated('This is not a key of Rampart, or it was cut or mistyped.')
  if (allowed.includes(kind)) return
  throw new AppError('wrong_kind_of_key', `${where} does not take ${NAMES[kind]}.`, {
    hint: `It takes ${allowed.map((one) => NAMES[one]).join(' or ')}.`,
  })
}

function requireUnexpired(expiresAt: string | null, now: number): void {
  if (expiresAt !== null && Date.parse(expiresAt) <= now) throw unauthenticated(`This key expired at ${expiresAt}.`)
}

function unauthenticated(detail: string, hint?: string): AppError {
  return new AppError('unauthenticated', detail, hint === undefined ? {} : { hint })
}
