// Loaded into the real server before anything else (`node --import`): kills it at the commit of one audited action, as if the
// machine had lost its power right then. The file that RAMPART_STORY_DIE_AT names says which: `ramp.advanced before`, or
// `ramp.advanced after`. It is gone afterwards, so that the server that comes next lives.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'

const orders = process.env.RAMPART_STORY_DIE_AT
const Database = createRequire(new URL('../../server/package.json', import.meta.url))('better-sqlite3')
const { exec } = Database.prototype

Database.prototype.exec = function (sql) {
  if (sql !== 'COMMIT' || !existsSync(orders)) return exec.call(this, sql)
  const [action, moment] = readFileSync(orders, 'utf8').split(' ')
  if (!writes(this, action)) return exec.call(this, sql)
  rmSync(orders)
  if (moment === 'after') exec.call(this, sql)
  process.kill(process.pid, 'SIGKILL')
}

/** Whether this transaction has written an entry of the action: one that another connection does not see yet. */
function writes(connection, action) {
  const newest = "select max(rowid) from audit where json_extract(body, '$.action') = ?"
  const committed = new Database(connection.name, { readonly: true })
  const read = (from) => from.prepare(newest).pluck().get(action) ?? 0
  try {
    return read(connection) > read(committed)
  } finally {
    committed.close()
  }
}
