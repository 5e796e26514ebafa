// npm run bench -- NAME [--json FILE]: a row per goal, exit 0 only when all hold.
import { parseArgs } from 'node:util'
import { named } from './named.mjs'
import { report } from './rows.mjs'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const { run } = await named('bench', positionals[0], '[--json FILE]')
process.exit(report(await run(), values.json) ? 0 : 1)
