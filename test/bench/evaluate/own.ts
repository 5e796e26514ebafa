import { parsePatch, parseSnapshot, type Snapshot, type WireFlag } from '@rampart/contract/wire'
import { applyChange, type Condition, compile, conclude } from '@rampart/core'
import { quantile } from './measure.ts'
import { flag, flat } from './world.ts'

/*
 * What a configuration of 10,000 flags costs: to load, to ask once, to keep, to change. In a process of its own, started
 * with the garbage collector at hand. Prints what was measured.
 */

const FLAGS = 10_000
const ROUNDS = 25
const KEYS = flat(Array.from({ length: FLAGS }, (_, index) => key(index)))
/** What a busy machine adds comes and goes: the quicker rounds say what the work costs. */
const QUICK = 0.1
const CONTEXT = { targetingKey: 'user-1', country: 'DE', plan: 'pro', version: '2.2.0', email: 'a@example.com' }

function loading() {
  const text = JSON.stringify(mixed())
  const times = { parsed: [] as number[], first: [] as number[], all: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    times.parsed.push(took(() => JSON.parse(text)))
    let configuration = compile(mixedOf(0))
    times.first.push(
      took(() => {
        configuration = compile(parsed(text))
        conclude(configuration, KEYS[0] ?? '', CONTEXT)
      }),
    )
    times.all.push(
      took(() => {
        const fresh = compile(parsed(text))
        for (const each of KEYS) conclude(fresh, each, CONTEXT)
      }),
    )
  }
  const base = quantile(times.parsed, QUICK)
  return {
    parseMs: base,
    firstAnswer: quantile(times.first, QUICK) / base,
    allAsked: quantile(times.all, QUICK) / base,
  }
}

function memory() {
  // The first time also the code of preparing is kept.
  keptBy({ to: 1, rollout: [50, 0] })
  return { bytesHalf: keptBy({ to: 1, rollout: [50, 0] }), bytesEveryone: keptBy({ to: 1 }) }
}

/** Bytes a flag beyond the parsed document, once it was asked. */
function keptBy(serve: WireFlag['serve']): number {
  const document = documentOf(serve)
  const before = settledHeap()
  const configuration = compile(document)
  for (const each of document.flags) conclude(configuration, each.key, CONTEXT)
  const kept = settledHeap() - before
  if (configuration.flags.size !== document.flags.length) throw new Error('flags are missing')
  return kept / FLAGS
}

/** Made elsewhere, so that what it was made from is gone before anything is weighed. */
function documentOf(serve: WireFlag['serve']): Snapshot {
  return flat({ ...mixedOf(0), flags: KEYS.map((each) => ({ ...flag(each), serve })) })
}

function changing() {
  let held = compile(parsed(JSON.stringify(mixed())))
  const times: number[] = []
  for (let change = 0; change < 300; change++) {
    const upsert = { ...flag(key((change * 37) % FLAGS)), version: change + 2, on: change % 2 === 0 }
    const from = held.revision
    const text = JSON.stringify({ format: 1, from, revision: from + 1, upserts: { flags: [upsert] }, removals: {} })
    times.push(
      took(() => {
        const patch = parsePatch(JSON.parse(text))
        const applied = patch.ok ? applyChange(held, patch.value) : undefined
        if (applied?.kind !== 'applied') throw new Error('the patch was not applied')
        held = applied.configuration
      }, false),
    )
  }
  return { changeMs: quantile(times, 0.5), slowChangeMs: quantile(times, 0.9) }
}

function parsed(text: string): Snapshot {
  const result = parseSnapshot(JSON.parse(text))
  if (!result.ok) throw new Error(result.problem)
  return result.value
}

function took(work: () => unknown, isSwept = true): number {
  if (isSwept) globalThis.gc?.()
  const start = performance.now()
  work()
  return performance.now() - start
}

function settledHeap(): number {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function key(index: number): string {
  return `flag-number-${index}`
}

function mixed(): Snapshot {
  return mixedOf(FLAGS)
}

/** Every kind of flag as often as any other. */
function mixedOf(count: number): Snapshot {
  return {
    format: 1,
    project: 'bench',
    environment: 'production',
    audience: 'server',
    revision: 1,
    flags: Array.from({ length: count }, (_, index) => ({
      ...flag(key(index)),
      ...KINDS[index % KINDS.length]?.(index),
    })),
    segments: Array.from({ length: 50 }, (_, index) => ({
      key: `segment-${index}`,
      when: condition('email', 'ends with', ['@example.com']),
      included: Array.from({ length: 20 }, (_, member) => `user-${index}-${member}`),
    })),
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

const KINDS: readonly ((index: number) => Partial<WireFlag>)[] = [
  () => ({ serve: { to: 1 } }),
  () => ({}),
  () => ({ on: false }),
  () => ({
    rules: [
      {
        id: 'people',
        when: { all: [condition('country', 'is one of', ['DE', 'FR']), condition('plan', 'is', 'pro')] },
        serve: { to: 1 },
      },
      { id: 'new', when: condition('version', 'version >=', '2.1.0'), serve: { to: 1, rollout: [20, 0] } },
    ],
    serve: { to: 0 },
  }),
  (index) => ({ rules: [{ id: 'beta', when: { segment: `segment-${index % 50}` }, serve: { to: 1 } }] }),
  () => ({
    type: 'string',
    variations: ['a', 'b', 'c'],
    values: ['one', 'two', 'three'],
    serve: {
      to: [
        [33_333, 0],
        [66_666, 1],
        [100_000, 2],
      ],
    },
  }),
  (index) => ({
    type: 'json',
    variations: ['few', 'many'],
    values: [{ limit: index }, { limit: 2 * index, items: ['a', 'b'] }],
    rules: [{ id: 'listed', when: condition('targetingKey', 'is one of', listed(index)), serve: { to: 1 } }],
    serve: { to: 0 },
  }),
  (index) => ({ prerequisites: [{ flag: key(index - 7), variations: [1] }] }),
]

function condition(
  attribute: string,
  operator: 'is' | 'is one of' | 'ends with' | 'version >=',
  operand: string | string[],
): Condition {
  return { attribute, operator, operand }
}

function listed(index: number): string[] {
  return Array.from({ length: 20 }, (_, member) => `user-${index}-${member}`)
}

console.log(JSON.stringify({ ...loading(), ...memory(), ...changing() }))
