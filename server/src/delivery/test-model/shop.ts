import { marksFor, type Serve, type ToldToPages, toldToPages } from '@rampart/contract/admin'
import type { Condition, Context } from '@rampart/core'
import { hashSecret, newSecret } from '../../keys/secrets.ts'
import type { ChangeDraft, Commit, Store, StoredConfig, Write } from '../../store/store.ts'
import { config, flag, PLACE, ramp, segment } from '../test-server.ts'

/** The keys of the shop; the last one is a prerequisite of nothing and has none. */
export const FLAGS = ['checkout', 'search', 'prices', 'banner'] as const
const SEGMENTS = ['staff', 'testers'] as const
/** What a question can be about, also what never exists. */
export const ASKED = [...FLAGS, 'toString'] as const
export const CONTEXTS: readonly Context[] = [
  { targetingKey: 'ana', country: 'DE', email: 'ana@example.com' },
  { targetingKey: 'bo', country: 'FR', plan: 'pro' },
  { targetingKey: 'cy', email: 'cy@example.com', version: '2.1.0' },
  { country: 'DE' },
]
export const KEYS = { server: newSecret('server-sdk'), client: newSecret('client-sdk') }

/** Settings of one flag, from which its configuration follows. */
interface Settings {
  readonly version: number
  readonly on: boolean
  readonly killed: boolean
  readonly percent: number
  readonly rule: number
  readonly pages: ToldToPages
  readonly asksFor: number
  readonly inLayer: boolean
  /** Whether `on` comes before `off`: what names a variation by its index has to follow. */
  readonly isTurned: boolean
}

/** What a person may do next. Whole numbers choose, so that any of them means something. */
export interface Edit {
  readonly what:
    | 'percent'
    | 'switch'
    | 'kill'
    | 'rule'
    | 'pages'
    | 'prerequisite'
    | 'layer'
    | 'variations'
    | 'segment'
    | 'ramp'
    | 'nothing'
  readonly which: number
  readonly to: number
}

export interface Shop {
  /** Commits one change of production. */
  edit(edit: Edit): Promise<void>
  /** The same settings, to be gone back to with the database. */
  copy(): Shop
}

const VARIATIONS = flag('').variations

const FOUNDED: readonly Settings[] = FLAGS.map(() => ({
  version: 1,
  on: true,
  killed: false,
  percent: 50,
  rule: -1,
  pages: 'rules',
  asksFor: -1,
  inLayer: false,
  isTurned: false,
}))

const CONDITIONS: readonly Condition[] = [
  { attribute: 'country', operator: 'is', operand: 'DE' },
  { segment: 'staff' },
  { all: [{ segment: 'testers' }, { not: { segment: 'staff' } }] },
  { attribute: 'email', operator: 'is one of', operand: ['ana@example.com', 'bo@example.com'] },
  // nothing that a browser may be told of: `email` is private
  { attribute: 'email', operator: 'ends with', operand: ['@example.com'] },
  { attribute: 'version', operator: 'version >=', operand: '2.0.0' },
]

export function shopOf(store: () => Store, settings: readonly Settings[] = FOUNDED): Shop {
  const now = [...settings]

  function set(which: number, next: (before: Settings) => Partial<Settings>): readonly Write[] {
    const before = now[which]
    if (before === undefined) return []
    const after = { ...before, ...next(before), version: before.version + 1 }
    now[which] = after
    return writesOf(which, after)
  }

  const change = async (writes: readonly Write[], touched: Omit<ChangeDraft, 'environment'>): Promise<void> =>
    write(store(), { scope: PLACE.project, writes, changes: [{ environment: PLACE.environment, ...touched }] })

  return {
    copy: () => shopOf(store, now),
    async edit({ what, which, to }) {
      const at = which % FLAGS.length
      const flags = [FLAGS[at] ?? '']
      switch (what) {
        case 'percent':
          return change(
            set(at, () => ({ percent: to % 101 })),
            { flags },
          )
        case 'switch':
          return change(
            set(at, ({ on }) => ({ on: !on })),
            { flags },
          )
        case 'kill':
          return change(
            set(at, ({ killed }) => ({ killed: !killed })),
            { flags, urgent: true },
          )
        case 'rule':
          return change(
            set(at, () => ({ rule: (to % (CONDITIONS.length + 1)) - 1 })),
            { flags },
          )
        case 'pages':
          return change(
            set(at, () => ({ pages: toldToPages[to % toldToPages.length] ?? 'rules' })),
            { flags },
          )
        case 'prerequisite':
          // a flag before it, so that there is no cycle
          return change(
            set(at, () => ({ asksFor: at === 0 ? -1 : (to % (at + 1)) - 1 })),
            { flags },
          )
        case 'layer':
          return change(
            set(at, ({ inLayer }) => ({ inLayer: !inLayer })),
            { flags },
          )
        case 'variations':
          return change(
            set(at, ({ isTurned }) => ({ isTurned: !isTurned })),
            { flags },
          )
        case 'segment': {
          const key = SEGMENTS[which % SEGMENTS.length] ?? ''
          return change([segmentWrite(key, to)], { segments: [key] })
        }
        case 'ramp':
          return change([{ put: 'ramp', ramp: rampAt(to) }], { watches: ['r_1'] })
        case 'nothing':
          return change(
            set(at, () => ({})),
            { flags },
          )
      }
    },
  }
}

/** The first revision: everything there is. */
export async function foundShop(store: Store): Promise<void> {
  const key = (kind: 'server' | 'client') => ({
    id: `k_${kind}`,
    ...PLACE,
    kind,
    name: kind,
    prefix: '…',
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
  })
  await write(store, {
    scope: 'instance',
    writes: [
      { put: 'project', project: { key: PLACE.project, name: 'Shop', version: 1 } },
      {
        put: 'environment',
        environment: {
          project: PLACE.project,
          key: PLACE.environment,
          class: 'production',
          protected: false,
          origins: [],
          privateAttributes: ['email'],
          requiredPlan: null,
          salt: 'salt',
        },
      },
      { put: 'sdk_key', key: key('server'), hash: hashSecret(KEYS.server) },
      { put: 'sdk_key', key: key('client'), hash: hashSecret(KEYS.client) },
    ],
  })
  await write(store, {
    scope: PLACE.project,
    writes: [
      { put: 'layer', project: PLACE.project, layer: { key: 'page', name: 'page', seed: 'page', version: 1 } },
      ...SEGMENTS.map((one) => segmentWrite(one, 0)),
    ],
  })
  const shop = shopOf(
    () => store,
    FOUNDED.map((one) => ({ ...one, version: 0 })),
  )
  for (const which of FLAGS.keys()) await shop.edit({ what: 'nothing', which, to: 0 })
}

function writesOf(
  which: number,
  { version, on, killed, percent, rule, pages, asksFor, inLayer, isTurned }: Settings,
): readonly Write[] {
  const key = FLAGS[which] ?? ''
  const when = CONDITIONS[rule]
  const asked = FLAGS[asksFor]
  const everyoneElse: Serve = { variation: 'on', rollout: { percent, otherwise: 'off' } }
  const settings: Partial<StoredConfig> = {
    on,
    everyoneElse,
    killed: killed ? { at: '2026-01-01T00:00:00.000Z', by: SYSTEM, reason: null } : null,
    rules: when === undefined ? [] : [{ id: 'rule', name: null, when, serve: { variation: 'on' }, paused: false }],
    prerequisites: asked === undefined ? [] : [{ flag: asked, variations: ['on'] }],
    layer: inLayer ? { key: 'page', from: which * 25_000, to: (which + 1) * 25_000 } : null,
  }
  return [
    {
      put: 'flag',
      flag: flag(key, { ...marksFor(pages), version, variations: isTurned ? VARIATIONS.toReversed() : VARIATIONS }),
    },
    { put: 'config', config: config(key, settings) },
  ]
}

function segmentWrite(key: string, to: number): Write {
  const when =
    to % 3 === 0 ? null : ({ attribute: 'country', operator: 'is', operand: to % 3 === 1 ? 'DE' : 'FR' } as const)
  const listed = ['ana', 'bo', 'cy'].filter((_, i) => (to >> i) % 2 === 1)
  return { put: 'segment', project: PLACE.project, segment: segment(key, { when, included: listed }) }
}

/** The one ramp of the shop: at a share, with another sequence for each, or over. */
function rampAt(to: number) {
  const percent = [0, 1, 10, 50][to % 4] ?? 0
  const publishes = [{ seq: to, step: 1, percent, at: 0 }]
  if (percent > 0) return ramp({ seq: to, publishes, percent: { before: 0, reached: percent, now: percent } })
  return ramp({
    seq: to,
    publishes,
    state: 'rolled_back',
    end: { at: '2026-01-01T00:00:00.000Z', by: 'guard', cause: null },
  })
}

const SYSTEM = { kind: 'system', id: 'system', name: 'Rampart' } as const

async function write(store: Store, commit: Pick<Commit, 'scope' | 'writes'> & Partial<Commit>): Promise<void> {
  const asker = { actor: SYSTEM, comment: null, request: { id: 'model', address: null } }
  const done = await store.commit({ at: 0, asker, audit: [], ...commit })
  if (done.kind !== 'done') throw new Error(`the shop could not be changed: ${done.kind}`)
}
