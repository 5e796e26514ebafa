import type { StoredSource } from '../store/store.ts'

/** What a source is asked with, or null. */
export function authorizationOf({ source, secret }: StoredSource): string | null {
  if (secret === null) return null
  switch (source.auth.kind) {
    case 'none':
      return null
    case 'basic':
      return `Basic ${Buffer.from(`${source.auth.user}:${secret}`).toString('base64')}`
    case 'bearer':
      return `Bearer ${secret}`
  }
}
