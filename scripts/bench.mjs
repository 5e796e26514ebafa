// npm run bench -- NAME [--json FILE]: a row per goal, exit 0 only when all hold.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [name] = positionals
const file = new URL(`../test/bench/${name}.ts`, import.meta.url)

if (name === undefined || !existsSync(file)) {
  const known = readdirSync(new URL('../test/bench/', import.meta.url))
    .filter((f) => f.endsWith('.ts'))
    .map((f) => f.slice(0, -3))
  console.error(`usage: npm run bench -- NAME [--json FILE], where NAME is one of: ${known.join(', ')}`)
  process.exit(2)
}

const { run } = await import(file.href)
const rows = await run()
const width = (member) => Math.max(member.length, ...rows.map((row) => String(row[member]).length))
const line = (row) =>
  `${['goal', 'measured', 'limit'].map((member) => String(row[member]).padEnd(width(member))).join('  ')}  ${row.ok}`
console.log(line({ goal: 'goal', measured: 'measured', limit: 'limit', ok: 'ok' }))
for (const row of rows) console.log(line({ ...row, ok: row.ok ? 'yes' : 'NO' }))
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
process.exit(rows.every((row) => row.ok) ? 0 : 1)
