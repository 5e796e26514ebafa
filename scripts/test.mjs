// npm test [-- vitest's arguments]: builds what the stories run, then runs every test.
import { spawnSync } from 'node:child_process'
import { build } from './build.mjs'

build()
const args = ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
