// The table of goals that a benchmark and a long proof end with.
import { writeFileSync } from 'node:fs'

/** Prints a row per goal, writes them to `json` if it names a file, and says whether all hold. */
export function report(rows, json) {
  const width = (member) => Math.max(member.length, ...rows.map((row) => String(row[member]).length))
  const line = (row) =>
    `${['goal', 'measured', 'limit'].map((member) => String(row[member]).padEnd(width(member))).join('  ')}  ${row.ok}`
  console.log(line({ goal: 'goal', measured: 'measured', limit: 'limit', ok: 'ok' }))
  for (const row of rows) console.log(line({ ...row, ok: row.ok ? 'yes' : 'NO' }))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ rows }, null, 2)}\n`)
  return rows.length > 0 && rows.every((row) => row.ok)
}
