import type { SdkKey, Token } from '@rampart/contract/admin'
import { tableWithin } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

export interface CredentialOptions {
  /** The server's time, which expiries are on. */
  readonly now: number
  /** Of the terminal; undefined when it is none. */
  readonly columns?: number | undefined
  readonly paint: Paint
}

const TOKEN_HEAD = ['id', 'kind', 'name', 'secret', 'used (UTC)', 'expires', 'scopes']
const SDK_KEY_HEAD = ['id', 'environment', 'kind', 'name', 'secret', 'used (UTC)', 'expires']

/** One row per token; scopes come last, because they may be many. */
export function tokenRows(items: readonly Token[], { now, columns, paint }: CredentialOptions): readonly string[] {
  const rows = items.map(({ id, kind, name, prefix, lastUsedAt, expiresAt, scopes }) => [
    id,
    kind,
    plain(name),
    prefix,
    lastUsedAt === null ? 'never' : minute(lastUsedAt),
    sayExpiry(expiresAt, now),
    scopes.map(plain).join(' '),
  ])
  const [head = '', ...body] = tableWithin([TOKEN_HEAD, ...rows], columns)
  return items.length === 0 ? ['No tokens.'] : [paint.dim(head), ...body]
}

export function sdkKeyRows(items: readonly SdkKey[], { now, columns, paint }: CredentialOptions): readonly string[] {
  const rows = items.map(({ id, environment, kind, name, prefix, lastUsedAt, expiresAt }) => [
    id,
    environment,
    kind,
    plain(name),
    prefix,
    lastUsedAt === null ? 'never' : minute(lastUsedAt),
    sayExpiry(expiresAt, now),
  ])
  const [head = '', ...body] = tableWithin([SDK_KEY_HEAD, ...rows], columns)
  return items.length === 0 ? ['No SDK keys.'] : [paint.dim(head), ...body]
}

/** `never`, `2027-01-31 12:00`, `expired 2026-01-31 12:00`. */
function sayExpiry(expiresAt: string | null, now: number): string {
  if (expiresAt === null) return 'never'
  return Date.parse(expiresAt) <= now ? `expired ${minute(expiresAt)}` : minute(expiresAt)
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ')
}
