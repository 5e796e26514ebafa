import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Measured } from './evaluate/measure.ts'
import { PEERS } from './evaluate/peers.ts'
import { FLAGS, type Scenario } from './evaluate/world.ts'
import { installPeers } from './install-peers.ts'
import type { Row } from './row.ts'

const OURS = '@rampart/node'

/** What one call of `client.isEnabled` may cost, as a multiple of the floor; for `all`, a flag. */
const LIMITS: Readonly<Record<Scenario, { readonly says: string; readonly ratio: number; readonly bytes: number }>> = {
  everyone: { says: 'on for all', ratio: 0.4, bytes: 0 },
  half: { says: '50% by unit', ratio: 1.4, bytes: 0 },
  rules: { says: 'five rules of three conditions, then 50%', ratio: 6, bytes: 0 },
  versions: { says: 'the same with semantic versions', ratio: 9, bytes: 200 },
  ids: { says: 'list of 10,000 ids', ratio: 1, bytes: 0 },
  unknown: { says: 'unknown flag', ratio: 0.3, bytes: 0 },
  all: { says: `all ${FLAGS} flags, a flag`, ratio: 1.8, bytes: Number.POSITIVE_INFINITY },
  // The clock it has to read gives a number that is an object, and its units are remembered.
  watched: { says: '50% under a ramp', ratio: 3, bytes: 200 },
}

const SCENARIOS = Object.keys(LIMITS) as Scenario[]

/**
 * What a question costs through the public call of the SDK, with counting on, beside the floor: one Map look-up, one
 * murmur3 of the unit from a seed hashed at load, one compare. Every contestant answers the same questions in a process of
 * its own, in turns with the floor, and only after its answers were found right; ours in one for each scenario.
 */
export async function run(): Promise<Row[]> {
  const names = installPeers() ? Object.keys(PEERS) : []
  if (names.length === 0) console.error('The packages to compare with could not be installed: those rows are left out.')
  const peers = names.map((name) => ({ name, measured: measured(name, SCENARIOS) ?? {} }))
  return [...SCENARIOS.flatMap((scenario) => rowsOf(scenario, peers)), ...ownRows()]
}

type Results = Partial<Record<Scenario, Measured | null>>

interface Peer {
  readonly name: string
  readonly measured: Results
}

function rowsOf(scenario: Scenario, peers: readonly Peer[]): Row[] {
  const { says, ratio: limit, bytes: most } = LIMITS[scenario]
  const count = scenario === 'all' ? FLAGS : 1
  const ours = medianOf(scenario)
  if (ours === undefined) return [{ goal: says, measured: 'failed', limit: `${limit}`, ok: false }]
  const ratio = ours.ratio / count
  const rows: Row[] = [
    { goal: says, measured: `${ratio.toFixed(2)} × floor (${time(ours)})`, limit: `${limit}`, ok: ratio <= limit },
  ]
  if (Number.isFinite(most)) {
    // What is less than a byte a call is not the call's.
    const ok = ours.bytes < most + 1
    rows.push({ goal: `${says}: allocated`, measured: `${ours.bytes.toFixed(1)} bytes`, limit: `${most}`, ok })
  }
  for (const { name, measured: theirs } of peers) {
    const one = theirs[scenario]
    if (one) rows.push(beside(`${says}: ${name}`, one, count, ratio))
  }
  return rows
}

function beside(goal: string, theirs: Measured, count: number, ours: number): Row {
  const ratio = theirs.ratio / count
  return {
    goal,
    measured: `${ratio.toFixed(2)} × floor, ${Math.round(theirs.bytes / count)} bytes`,
    limit: 'ours first',
    ok: ours < ratio,
  }
}

function time({ nanoseconds }: Measured): string {
  return nanoseconds < 10_000 ? `${nanoseconds.toFixed(0)} ns` : `${(nanoseconds / 1_000).toFixed(0)} µs`
}

/** Where a key lies in a Map is luck, and other luck in every process. */
const PROCESSES = 3

function medianOf(scenario: Scenario): Measured | undefined {
  const all = Array.from({ length: PROCESSES }, () => measured(OURS, [scenario])?.[scenario] ?? undefined)
  const done = all.filter((one) => one !== undefined)
  return done.toSorted((a, b) => a.ratio - b.ratio)[done.length >> 1]
}

/** Undefined when the contestant failed; then it has said so. */
function measured(name: string, scenarios: readonly Scenario[]): Results | undefined {
  return child<Results>('one.ts', '--name', name, ...scenarios.flatMap((scenario) => ['--scenario', scenario]))
}

interface Own {
  readonly parseMs: number
  readonly firstAnswer: number
  readonly allAsked: number
  readonly bytesHalf: number
  readonly bytesEveryone: number
  readonly changeMs: number
  readonly slowChangeMs: number
}

function ownRows(): Row[] {
  const own = child<Own>('own.ts')
  if (own === undefined) return [{ goal: '10,000 flags', measured: 'failed', limit: '', ok: false }]
  const row = (goal: string, value: number, limit: number, unit: string): Row => {
    return { goal, measured: `${value.toFixed(value < 1 ? 3 : 2)} ${unit}`, limit: `${limit}`, ok: value <= limit }
  }
  const parse = `× JSON.parse (${own.parseMs.toFixed(0)} ms)`
  return [
    row('10,000 mixed flags, from text to the first answer', own.firstAnswer, 1.8, parse),
    row('10,000 mixed flags, from text to every flag asked', own.allAsked, 3, parse),
    row('a 50% flag, kept above the document', own.bytesHalf, 500, 'bytes'),
    row('a flag that is on for all, kept above the document', own.bytesEveryone, 500, 'bytes'),
    row('one changed flag in 10,000, from text to applied', own.changeMs, 1, 'ms'),
    row('one changed flag in 10,000, nine times in ten', own.slowChangeMs, 1, 'ms'),
  ]
}

function child<T>(file: string, ...words: string[]): T | undefined {
  const path = fileURLToPath(new URL(`evaluate/${file}`, import.meta.url))
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--expose-gc', path, ...words], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status === 0 && line !== '') return JSON.parse(line)
  console.error(`${[file, ...words].join(' ')} failed:\n${stderr.trim().split('\n').slice(-4).join('\n')}`)
  return undefined
}
