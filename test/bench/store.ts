import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../scripts/build.mjs'
import { startDemo } from '../support/demo.ts'
import type { Row } from './row.ts'
import { changesOverHttp, killOfAll, manyFlags } from './store/changes.ts'
import { commits } from './store/commits.ts'
import { ingestion } from './store/ingestion.ts'

/**
 * What one database takes: changes of flags, each a durable transaction; the same through HTTP, as pipelines send them;
 * and the outcomes of a fleet under a ramp until a million units are known, while others read.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-bench-'))
  try {
    const rows = await commits(folder)
    build()
    const demo = await startDemo()
    try {
      await manyFlags(demo)
      return [...rows, ...(await changesOverHttp(demo)), ...(await ingestion(demo)), ...(await killOfAll(demo))]
    } finally {
      await demo.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
