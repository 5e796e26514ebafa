import { readFileSync } from 'node:fs'
import { type Explained, type Flag, key as keySchema, type Serve } from '@rampart/contract/admin'
import {
  type Condition,
  EVERYONE_ELSE,
  type Key,
  type Snapshot,
  type WireFlag,
  type WireSegment,
  type WireServe,
} from '@rampart/core'
import { describe, expect, test } from 'vitest'
import type { ConfigDraft } from '../flags/rules.ts'
import { newFlag } from '../flags/rules.ts'
import type { RuleSlices } from '../flags/slices.ts'
import { SYSTEM } from '../people/system.ts'
import type { Write } from '../store/store.ts'
import { START, testServer } from '../test-server.ts'

/*
 * The vectors through the front door: what they say is stored, built for the wire, compiled, and asked of the explain
 * endpoint. Flags that no server can hold (`malformed`) are left to the SDKs.
 */

type Context = string | object | null | number | boolean

interface Group {
  readonly says: string
  readonly snapshot: Snapshot
  readonly cases: readonly {
    readonly says: string
    readonly key: Key
    readonly context: Context
    readonly answer: unknown
  }[]
}

interface Conditions {
  readonly cases: readonly {
    readonly says: string
    readonly when: Condition
    readonly context: Context
    readonly segments?: readonly WireSegment[]
    readonly truth: boolean | null
  }[]
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8'))
}

const REF = { project: 'demo', environment: 'production' } as const
const AT = new Date(START).toISOString()
const MALFORMED = 'a malformed flag is an error of that flag alone'

/** A server that serves this snapshot, and how it is asked. */
async function serving(snapshot: Pick<Snapshot, 'flags' | 'segments' | 'layers' | 'salt'>) {
  const server = await testServer()
  const keysOf = (flag: Key): readonly Key[] => snapshot.flags.find(({ key }) => key === flag)?.variations ?? []
  const writes: readonly Write[] = [
    { put: 'project', project: { key: 'demo', name: 'Demo', version: 1 } },
    {
      put: 'environment',
      environment: {
        project: 'demo',
        key: 'production',
        class: 'production',
        protected: true,
        origins: [],
        privateAttributes: [],
        requiredPlan: null,
        salt: snapshot.salt,
      },
    },
    ...snapshot.layers.map(({ key, seed }): Write => {
      return { put: 'layer', project: 'demo', layer: { key, name: key, seed, version: 1 } }
    }),
    ...snapshot.segments.map(({ key, when = null, included = [], excluded = [], by = 'targetingKey' }): Write => {
      const lists = { included: [...included], excluded: [...excluded] }
      return {
        put: 'segment',
        project: 'demo',
        segment: { key, name: key, description: '', when, ...lists, by, version: 1 },
      }
    }),
    ...snapshot.flags.flatMap((wire): Write[] => [
      { put: 'flag', flag: flagOf(wire) },
      { put: 'config', config: configOf(wire, keysOf) },
    ]),
  ]
  const committed = await server.store.commit({
    scope: 'demo',
    at: START,
    asker: SYSTEM,
    writes,
    changes: [{ environment: 'production' }],
    audit: [],
  })
  expect(committed.kind).toBe('done')
  return async (flag: Key, context: Context) => {
    const body = { flag, context: typeof context === 'string' ? { targetingKey: context } : context }
    return await server.call('POST', '/api/v1/projects/demo/environments/production/explain', { body })
  }
}

function flagOf(wire: WireFlag): Flag {
  const variations = wire.variations.map((key, i) => ({ key, name: null, value: wire.values[i] ?? '' }))
  // made as a text flag, so that no rule of ours is asked about variations that the vectors choose
  const flag = newFlag({ key: wire.key, type: 'json', variations, seed: wire.seed }, AT)
  return { ...flag, type: wire.type }
}

function configOf(wire: WireFlag, variationsOf: (flag: Key) => readonly Key[]): ConfigDraft {
  const name = (index: number): Key => wire.variations[index] ?? 'no such variation'
  const served = [...wire.rules, { id: EVERYONE_ELSE, serve: wire.serve }]
  const slices = served.flatMap(({ id, serve: { to } }): RuleSlices[] =>
    typeof to === 'number' ? [] : [{ rule: id, slices: to.map(([end, index]) => [end, name(index)] as const) }],
  )
  return {
    ...REF,
    flag: wire.key,
    on: wire.on,
    killed: wire.killed === true ? { at: AT, by: { kind: 'system', id: 's', name: 's' }, reason: null } : null,
    off: name(wire.off),
    prerequisites: (wire.prerequisites ?? []).map(({ flag, variations }) => ({
      flag,
      variations: variations.map((index) => variationsOf(flag)[index] ?? 'no such variation'),
    })),
    layer: wire.layer ?? null,
    rules: wire.rules.map(({ id, when, serve }) => ({
      id,
      name: null,
      paused: false,
      when,
      serve: serveOf(serve, name),
    })),
    everyoneElse: serveOf(wire.serve, name),
    ...(slices.length > 0 && { slices }),
  }
}

function serveOf({ to, rollout, by }: WireServe, name: (index: number) => Key): Serve {
  const rest = {
    ...(rollout !== undefined && { rollout: { percent: rollout[0], otherwise: name(rollout[1]) } }),
    ...(by !== undefined && { by }),
  }
  if (typeof to === 'number') return { variation: name(to), ...rest }
  const weights: Record<Key, number> = {}
  for (const [i, [end, index]] of to.entries()) {
    const key = name(index)
    weights[key] = (weights[key] ?? 0) + end - (to[i - 1]?.[0] ?? 0)
  }
  return { split: { weights }, ...rest }
}

function errorOf(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : undefined
}

/** A body may have no member of this name, so that no code of ours meets one. */
function isRefused(context: Context): boolean {
  return typeof context === 'object' && context !== null && Object.hasOwn(context, '__proto__')
}

describe.each(
  read<{ readonly groups: readonly Group[] }>('evaluate.json').groups.filter(({ says }) => says !== MALFORMED),
)('$says', ({ snapshot, cases }) => {
  test('as the vectors have it', async () => {
    const ask = await serving(snapshot)
    for (const { says, key, context, answer } of cases) {
      const { status, body } = await ask(key, context)
      const answers = status === 200 ? (body as Explained).items.map((item) => item.answer) : undefined
      expect([says, status, answers]).toEqual([says, ...expected(key, context, answer)])
    }
  })
})

/** The status, and the answers when there are some. */
function expected(key: Key, context: Context, answer: unknown): readonly unknown[] {
  if (isRefused(context)) return [400, undefined]
  if (
    !keySchema.safeParse(key).success ||
    (typeof context !== 'string' && (typeof context !== 'object' || context === null))
  ) {
    return [422, undefined]
  }
  return errorOf(answer) === 'flag_not_found' ? [404, undefined] : [200, [answer]]
}

test('conditions are judged as the vectors have it, and the steps say so', async () => {
  // hashes are made for browsers: no server holds a hashed list
  const all = read<Conditions>('conditions.json').cases.filter(
    ({ segments = [] }) => !segments.some(({ hashed }) => hashed),
  )
  for (const known of new Set(all.map(({ segments = [] }) => JSON.stringify(segments)))) {
    const cases = all.filter(({ segments = [] }) => JSON.stringify(segments) === known)
    const flags = cases.map(({ when }, i) => judging(`judge-${i}`, when))
    const ask = await serving({ flags, segments: JSON.parse(known), layers: [], salt: 'salt' })
    for (const [i, { says, context, truth }] of cases.entries()) {
      const asked = await ask(`judge-${i}`, context)
      if (isRefused(context)) {
        expect([says, asked.status]).toEqual([says, 400])
        continue
      }
      const [item] = (asked.body as Explained).items
      const rule = item?.steps.find((step) => step.step === 'rule')
      expect([says, item?.answer.variation, rule?.verdict]).toEqual([says, String(truth), VERDICTS[String(truth)]])
    }
  }
}, 60_000)

const VERDICTS: Readonly<Record<string, string>> = { true: 'true', false: 'false', null: 'cannot be judged' }

/** A flag whose variation is the truth of a condition. */
function judging(key: Key, when: Condition): WireFlag {
  const variations = ['true', 'false', 'null']
  return {
    key,
    version: 1,
    type: 'string',
    hash: 'rampart-1',
    on: true,
    off: 2,
    variations,
    values: variations,
    rules: [
      { id: 'holds', when, serve: { to: 0 } },
      { id: 'opposite', when: { not: when }, serve: { to: 1 } },
    ],
    serve: { to: 2 },
  }
}
