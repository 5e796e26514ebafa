import { compile, cut, evaluate, rolloutSeed, type Snapshot, type WireFlag } from '@rampart/core'
import murmurhash from 'murmurhash'

interface Row {
  goal: string
  measured: string
  limit: string
  ok: boolean
}

const UNITS = 4_096
const CALLS = 200_000
const ROUNDS = 31
/** How often the bare look-up one 50% flag may cost. */
const RATIO = 2
/** The promise of the SDK's documentation: a simple flag is answered in under a microsecond. */
const NANOSECONDS = 1_000

/**
 * What an answer costs beside the floor: one Map look-up, one murmur3 of the unit with the seed already hashed, and one
 * compare. All are timed in turns, round by round in one process, and compared by their medians, so that a busy machine
 * slows them alike.
 */
export async function run(): Promise<Row[]> {
  const measured = medians({
    floor,
    bare: bareHash,
    half: ask('half'),
    halfContext: askWithContext('half'),
    fixed: ask('fixed'),
  })
  const row = (goal: string, value: number, limit: number, unit: (n: number) => string): Row => ({
    goal,
    measured: unit(value),
    limit: `at most ${unit(limit)}`,
    ok: value <= limit,
  })
  const times = (n: number) => `${n.toFixed(2)} ×`
  const nanoseconds = (n: number) => `${n.toFixed(0)} ns`
  return []
}
