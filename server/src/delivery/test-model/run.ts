import { prove } from './prove.ts'

/** As a process of its own: `run.ts RUNS SEED` proves, prints what was met, and fails with the history that breaks it. */
const [runs, seed] = process.argv.slice(2).map(Number)
if (runs === undefined || seed === undefined) throw new Error('say how many runs, and the seed')
process.stdout.write(`${JSON.stringify(await prove(runs, seed))}\n`)
