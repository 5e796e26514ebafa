// npm test [-- vitest's arguments]: builds what the stories run, then runs every test but the long stories, which CI runs too
// (npm test -- --project long-stories).
import { spawnSync } from 'node:child_process'
import { build } from './build.mjs'

build()
const asked = process.argv.slice(2)
const short = asked.some((argument) => argument.startsWith('--project')) ? [] : ['--project=!long-stories']
const args = ['node_modules/vitest/vitest.mjs', 'run', ...short, ...asked]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
