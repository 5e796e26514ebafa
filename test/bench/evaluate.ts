import { type Context, compile, cut, evaluate, rolloutSeed, type Snapshot, type WireFlag } from '@rampart/core'
import murmurhash from 'murmurhash'

/** How often the floor one 50% flag may cost. */
const RATIO_LIMIT = 2
/** What the SDK's documentation promises of a simple flag. */
const TIME_LIMIT_NS = 1_000

const FLAGS = 500
const CALLS = 100_000
const WARM_UP_ROUNDS = 5
const ROUNDS = 41

/** A power of two, so that choosing a unit costs next to nothing. */
const UNITS = 4_096
const units: readonly string[] = Array.from({ length: UNITS }, () => crypto.randomUUID())
const contexts: readonly Context[] = units.map((unit) => ({ targetingKey: unit, country: 'DE', plan: 'pro' }))

interface Row {
  readonly goal: string
  readonly measured: string
  readonly limit: string
  readonly ok: boolean
}

/** One call, for the unit at an index: the answer is used, so that no compiler can leave the work out. */
type Subject = (index: number) => boolean

/**
 * What an answer costs beside the floor: one Map look-up, one murmur3 of the unit with the seed hashed before, one
 * compare, written out by hand. All are timed in turns, round by round in one process, and compared by their medians, so
 * that a busy machine slows them alike.
 */
export async function run(): Promise<Row[]> {
  const configuration = compile(snapshot())
  const ask =
    (key: string, of: readonly (Context | string)[]): Subject =>
    (index) =>
      evaluate(configuration, key, of[index] ?? '').value === true
  const [floor = 0, half = 0, halfContext = 0, everyone = 0] = medians([
    bareLookUp(),
    ask('half', units),
    ask('half', contexts),
    ask('everyone', units),
  ])
  return [
    ratio('50% flag, ratio to the floor', half, floor),
    ratio('50% flag with a context, ratio to the floor', halfContext, floor),
    ratio('unconditional flag, ratio to the floor', everyone, floor),
    {
      goal: '50% flag, time of one answer',
      measured: `${half.toFixed(0)} ns (floor ${floor.toFixed(0)} ns)`,
      limit: `${TIME_LIMIT_NS} ns`,
      ok: half <= TIME_LIMIT_NS,
    },
  ]
}

function ratio(goal: string, ours: number, floor: number): Row {
  const measured = ours / floor
  return { goal, measured: measured.toFixed(2), limit: RATIO_LIMIT.toFixed(2), ok: measured <= RATIO_LIMIT }
}

/** The same hash on the same texts, as one would write it for one length of ASCII units and nothing else. */
function bareLookUp(): Subject {
  const flags = new Map(flagKeys().map((key) => [key, { seed: rolloutSeed(key), below: cut(50) }]))
  const encoder = new TextEncoder()
  const bytes = new Uint8Array(36)
  return (index) => {
    const flag = flags.get('half')
    if (flag === undefined) return false
    encoder.encodeInto(units[index] ?? '', bytes)
    return murmurhash.v3(bytes, flag.seed) < flag.below
  }
}

/** Nanoseconds per call of each, the median of all rounds. */
function medians(subjects: readonly Subject[]): number[] {
  const times = subjects.map((): number[] => [])
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [at, subject] of subjects.entries()) {
      const time = nanosecondsPerCall(subject)
      if (round >= 0) times[at]?.push(time)
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0)
}

function nanosecondsPerCall(subject: Subject): number {
  let served = 0
  const start = performance.now()
  for (let call = 0; call < CALLS; call++) if (subject(call & (UNITS - 1))) served++
  const end = performance.now()
  if (served < CALLS / 3) throw new Error(`A 50% flag served ${served} of ${CALLS}: this measures something else.`)
  return ((end - start) / CALLS) * 1e6
}

function flagKeys(): string[] {
  return ['half', 'everyone', ...Array.from({ length: FLAGS }, (_, index) => `flag-${index}`)]
}

function snapshot(): Snapshot {
  return {
    format: 1,
    project: 'bench',
    environment: 'production',
    audience: 'server',
    revision: 1,
    flags: flagKeys().map(flag),
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

function flag(key: string): WireFlag {
  return {
    key,
    version: 1,
    type: 'boolean',
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: ['off', 'on'],
    values: [false, true],
    rules: [],
    serve: key === 'everyone' ? { to: 1 } : { to: 1, rollout: [50, 0] },
  }
}
