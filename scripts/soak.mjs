// npm run soak -- NAME [--scale 0.1] [--seed 1] [--json FILE] [--fresh]: a whole proof, part by part. Finished parts are kept in
// .soak/ with the commit they were run at, so that the same command goes on where it was stopped.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { named } from './named.mjs'
import { report } from './rows.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
})
const [name] = positionals
const { proof } = await named('soak', name, '[--scale 0.1] [--seed 1] [--json FILE] [--fresh]')
const scale = Number(values.scale)
const seed = Number(values.seed)
if (!(scale > 0 && scale <= 1) || !Number.isSafeInteger(seed)) {
  console.error('--scale is a share of the proof, above 0 and at most 1; --seed is a whole number')
  process.exit(2)
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const memory = `.soak/${name}-${commit}-${seed}.json`
if (values.fresh) rmSync(memory, { force: true })
const finished = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : {}
mkdirSync('.soak', { recursive: true })

const parts = proof.parts(scale)
const began = performance.now()
for (const [n, part] of parts.entries()) {
  if (part in finished) continue
  finished[part] = await proof.run(part, seed)
  // whole or not at all: a killed run must not leave half a file
  writeFileSync(`${memory}.new`, JSON.stringify(finished))
  renameSync(`${memory}.new`, memory)
  console.error(`${name}: ${n + 1} of ${parts.length}, ${part}`)
}
const seconds = Math.round((performance.now() - began) / 1000)
console.log(`${name} at ${commit}, seed ${seed}, scale ${scale}, ${seconds} s`)
const holds = report(
  proof.rows(
    parts.map((part) => finished[part]),
    scale,
  ),
  values.json,
)
process.exit(holds ? 0 : 1)
