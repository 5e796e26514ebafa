import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Parsed, parseSnapshot, type Snapshot } from '@rampart/contract/wire'
import { messageOf } from '../logger.ts'

export type FromFile =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'absent' }
  /** There is a file and it cannot be used; `problem` says why. */
  | { readonly kind: 'unusable'; readonly problem: string }

/** The members of a cache file. */
interface CacheFile {
  readonly format: 1
  /** Whose configuration it is: a key belongs to one environment, and another environment's values must not be served. */
  readonly of: string
  readonly snapshot: Snapshot
}

/** Reads a snapshot that was written to a file at build time. Never rejects. */
export async function readBootstrapFile(path: string): Promise<FromFile> {
  return readJson(path, parseSnapshot)
}

/** Reads what `writeCacheFile` wrote for the same key. Never rejects. */
export async function readCacheFile(path: string, key: string): Promise<FromFile> {
  return readJson(path, (content) => {
    if (!isCacheFile(content)) return { ok: false, problem: 'it is not a cache file of this version' }
    if (content.of !== fingerprint(key)) return { ok: false, problem: 'it was written for another SDK key' }
    return parseSnapshot(content.snapshot)
  })
}

/**
 * Replaces the file as a whole, so that nobody ever reads half of one, readable by its owner only: a snapshot may name
 * people. Rejects when it cannot be written.
 */
export async function writeCacheFile(path: string, key: string, snapshot: Snapshot): Promise<void> {
  const file: CacheFile = { format: 1, of: fingerprint(key), snapshot }
  const beside = `${path}.${randomUUID()}.tmp`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    await writeFile(beside, JSON.stringify(file), { mode: 0o600, flush: true })
    await rename(beside, path)
  } catch (thrown) {
    await rm(beside, { force: true })
    throw thrown
  }
}

/** Names a key without giving it away. */
export function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

async function readJson(path: string, parse: (content: unknown) => Parsed<Snapshot>): Promise<FromFile> {
  try {
    const parsed = parse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.ok ? { kind: 'snapshot', snapshot: parsed.value } : { kind: 'unusable', problem: parsed.problem }
  } catch (thrown) {
    const absent = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
    return absent ? { kind: 'absent' } : { kind: 'unusable', problem: messageOf(thrown) }
  }
}

function isCacheFile(content: unknown): content is { readonly of: unknown; readonly snapshot: unknown } {
  return (
    typeof content === 'object' &&
    content !== null &&
    'format' in content &&
    content.format === 1 &&
    'snapshot' in content &&
    'of' in content
  )
}
