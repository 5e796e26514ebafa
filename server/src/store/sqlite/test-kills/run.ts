import { killAndCheck } from './kills.ts'

/** As a process of its own: `run.ts KILLS SEED` prints what was found again, and fails when something was not. */
const [kills, seed] = process.argv.slice(2).map(Number)
if (kills === undefined || seed === undefined) throw new Error('say how many kills, and the seed')
process.stdout.write(`${JSON.stringify(await killAndCheck(kills, seed))}\n`)
