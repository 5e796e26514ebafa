import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Asker, Store } from '../store/store.ts'
import { hashSecret, readSecret } from './secrets.ts'
import type { Keys } from './service.ts'

/**
 * The administrator's token for the program that started this server: made once and kept beside the database, so that
 * what was given to others still works after a restart. A token that was revoked is replaced.
 */
export async function bootstrapToken(
  { keys, store }: { readonly keys: Keys; readonly store: Pick<Store, 'tokenByHash'> },
  file: string,
  asker: Asker,
): Promise<string> {
  const kept = await readIfThere(file)
  if (
    kept !== undefined &&
    readSecret(kept) === 'machine' &&
    (await store.tokenByHash(hashSecret(kept))) !== undefined
  ) {
    return kept
  }
  const { secret } = await keys.createToken({ kind: 'machine', name: 'Bootstrap', scopes: ['admin@*'] }, asker)
  await writePrivately(file, secret)
  return secret
}

/** Writes a file that only this user can read; a reader sees the old one or the new one, never half of it. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const half = `${file}.${process.pid}`
  await writeFile(half, text, { mode: 0o600 })
  await rename(half, file)
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
