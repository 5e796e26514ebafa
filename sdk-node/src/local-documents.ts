import { parseSnapshot, type Snapshot } from '@rampart/contract/wire'
import type { Log } from './logger.ts'
import type { Settings } from './options.ts'
import { type FromFile, readBootstrapFile, readCacheFile } from './sources/file.ts'

/** The snapshot that the application handed over, if it is one. */
export function bootstrapObject({ bootstrap }: Settings, log: Log): Snapshot | undefined {
  if (bootstrap === undefined || typeof bootstrap === 'string') return undefined
  const parsed = parseSnapshot(bootstrap)
  if (parsed.ok) return parsed.value
  log.warn(`the bootstrap is not used: ${parsed.problem}`)
  return undefined
}

/** Reads what was asked to be used until the server has answered, the application's file before the cache. Never rejects. */
export async function readLocalDocuments(
  { bootstrap, cacheFile, server }: Settings,
  log: Log,
  deliver: (snapshot: Snapshot) => void,
): Promise<void> {
  const use = (name: string, path: string, from: FromFile): void => {
    if (from.kind === 'snapshot') deliver(from.snapshot)
    else if (from.kind === 'unusable') log.warn(`the ${name} ${path} is not used: ${from.problem}`)
    else if (name === 'bootstrap') log.warn(`the bootstrap ${path} does not exist`)
  }
  if (typeof bootstrap === 'string') use('bootstrap', bootstrap, await readBootstrapFile(bootstrap))
  if (cacheFile !== undefined && server) use('cache file', cacheFile, await readCacheFile(cacheFile, server.key))
}
