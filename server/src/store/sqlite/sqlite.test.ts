import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from '../conformance.ts'
import { openSqliteStore } from './open.ts'

storeConformance('the SQLite store', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-store-'))
  const open = () => openSqliteStore({ file: join(folder, 'rampart.db'), report: () => undefined })
  let store = await open()
  return {
    get store() {
      return store
    },
    reopen: async () => {
      await store.close()
      store = await open()
      return store
    },
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})
