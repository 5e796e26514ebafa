import type { Flag, MetricDefinition, Plan, Segment, Webhook } from '@rampart/contract/admin'
import type { StoredRamp } from '../../ramp/state.ts'
import type {
  Asker,
  AuditDraft,
  Commit,
  Committed,
  CountsCommit,
  EnvironmentRef,
  Store,
  StoredAlert,
  StoredConfig,
  StoredEnvironment,
  StoredLayer,
  StoredSource,
  UnitCount,
  Write,
} from '../store.ts'

export const NOW = Date.UTC(2026, 0, 1)
export const DAY = 24 * 60 * 60 * 1000
const INSTANT = new Date(NOW).toISOString()

export const production: EnvironmentRef = { project: 'shop', environment: 'production' }
export const staging: EnvironmentRef = { project: 'shop', environment: 'staging' }

export const asker: Asker = {
  actor: { kind: 'person', id: 'p_ada', name: 'Ada', via: 'ui' },
  comment: null,
  request: { id: 'q_1', address: '203.0.113.7' },
}

export function environment(key: string): Omit<StoredEnvironment, 'revision'> {
  return {
    project: 'shop',
    key,
    class: 'production',
    protected: true,
    origins: [],
    privateAttributes: [],
    requiredPlan: null,
    salt: `salt of ${key}`,
  }
}

export function flag(key: string, over: Partial<Flag> = {}): Flag {
  return {
    key,
    name: key,
    description: '',
    kind: 'release',
    type: 'boolean',
    variations: [
      { key: 'on', name: null, value: true },
      { key: 'off', name: null, value: false },
    ],
    schema: null,
    clientSide: false,
    remoteOnly: false,
    owner: null,
    tags: [],
    seed: null,
    hash: 'rampart-1',
    expectedLifetime: null,
    archivedAt: null,
    createdAt: INSTANT,
    version: 1,
    ...over,
  }
}

export function config(
  ref: EnvironmentRef,
  key: string,
  over: Partial<StoredConfig> = {},
): Omit<StoredConfig, 'revision'> {
  return {
    ...ref,
    flag: key,
    on: false,
    killed: null,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [],
    everyoneElse: { variation: 'off' },
    ...over,
  }
}

export function layer(key: string, over: Partial<StoredLayer> = {}): StoredLayer {
  return { key, name: key, seed: key, version: 1, ...over }
}

export function segment(key: string, over: Partial<Segment> = {}): Segment {
  return {
    key,
    name: key,
    description: '',
    when: null,
    included: ['a'],
    excluded: [],
    by: 'targetingKey',
    version: 1,
    ...over,
  }
}

export const plan: Plan = {
  key: 'careful',
  version: 1,
  name: 'Careful',
  steps: [{ percent: 1, dwell: 'PT10M', minUnits: 100, clear: 5, approval: false, gate: null }],
  guards: [],
  bake: null,
  maxDwell: 'PT60M',
  onNoData: 'hold',
  onFewSamples: 'hold',
  noDataGrace: 'PT2M',
  cooldown: 'PT1H',
  propagationLimit: 'PT1M',
  window: null,
  alpha: 0.01,
}

export function ramp(id: string, over: Partial<StoredRamp> = {}): StoredRamp {
  return {
    id,
    ...production,
    flag: 'checkout',
    rule: 'everyone-else',
    to: 'on',
    otherwise: 'off',
    unit: 'targetingKey',
    state: 'running',
    plan,
    step: 1,
    seq: 1,
    percent: { before: 0, reached: 1, now: 1 },
    publishes: [{ seq: 1, step: 1, percent: 1, at: NOW }],
    enteredAt: NOW,
    judgingSince: null,
    pausedAt: null,
    latches: [],
    frozen: [],
    pace: null,
    halved: [],
    restarts: [],
    alerted: [],
    approvedSeq: null,
    seedScope: 'shop/production/checkout',
    salt: 'salt',
    tickMs: 10_000,
    end: null,
    watchedUntil: null,
    run: null,
    source: null,
    startedBy: asker.actor,
    startedAt: NOW,
    watcher: null,
    ...over,
  }
}

export function ended(one: StoredRamp, at: number = NOW): StoredRamp {
  return { ...one, state: 'completed', end: { at: new Date(at).toISOString(), by: 'policy', cause: null } }
}

export function source(key: string, over: Partial<StoredSource['source']> = {}): StoredSource {
  return {
    source: {
      key,
      kind: 'prometheus',
      url: 'https://prometheus.example.com',
      auth: { kind: 'bearer' },
      ca: null,
      every: 'PT15S',
      timeout: 'PT10S',
      version: 1,
      ...over,
    },
    secret: `secret of ${key}`,
  }
}

export function definition(metric: string, over: Partial<MetricDefinition> = {}): MetricDefinition {
  return {
    metric,
    unit: '',
    direction: 'down',
    owner: null,
    description: '',
    defaultLimit: null,
    source: null,
    version: 1,
    ...over,
  }
}

export function webhook(id: string): Omit<Webhook, 'lastDelivery'> {
  return { id, url: `https://example.com/${id}`, format: 'generic', createdAt: INSTANT }
}

export function alert(id: string, over: Partial<StoredAlert> = {}): StoredAlert {
  return {
    id,
    ...production,
    flag: 'checkout',
    ramp: 'r_1',
    seq: 1,
    kind: 'rolled_back',
    words: 'checkout was rolled back',
    url: 'https://rampart.example.com/ramps/r_1',
    at: NOW,
    ...over,
  }
}

export const audited = (words: string): AuditDraft => ({
  action: 'flag.configured',
  subject: { kind: 'flag', key: 'checkout', environment: 'production' },
  before: null,
  after: { on: true },
  words,
})

export function commitOf(over: Partial<Commit>): Commit {
  return { scope: 'shop', at: NOW, asker, writes: [], audit: [], ...over }
}

export async function write(store: Store, ...writes: readonly Write[]): Promise<Committed> {
  return await store.commit(commitOf({ writes }))
}

/** A commit that edits one configuration and makes one revision. */
export function edit(over: Partial<StoredConfig> = {}, rest: Partial<Commit> = {}): Commit {
  return commitOf({
    writes: [{ put: 'config', config: config(production, 'checkout', over) }],
    changes: [{ environment: 'production', flags: ['checkout'] }],
    audit: [audited('edited')],
    ...rest,
  })
}

/** Project `shop` with environments `production` and `staging`, each at revision 1, and the flag `checkout`. */
export async function foundShop(store: Store): Promise<Committed> {
  return await store.commit(
    commitOf({
      writes: [
        { put: 'project', project: { key: 'shop', name: 'Shop', version: 1 } },
        { put: 'environment', environment: environment('production') },
        { put: 'environment', environment: environment('staging') },
        { put: 'flag', flag: flag('checkout') },
        { put: 'config', config: config(production, 'checkout') },
        { put: 'config', config: config(staging, 'checkout') },
      ],
      changes: [
        { environment: 'production', flags: ['checkout'] },
        { environment: 'staging', flags: ['checkout'] },
      ],
      audit: [audited('founded')],
    }),
  )
}

export async function addPerson(store: Store, id: string): Promise<void> {
  await write(store, { put: 'person', person: { id, name: 'Ada', scopes: ['admin@*'], createdAt: INSTANT } })
}

export function unit(name: string, over: Partial<UnitCount> = {}): UnitCount {
  return {
    ramp: 'r_1',
    seq: 1,
    tick: NOW,
    metric: '',
    arm: 'treatment',
    unit: name.padStart(16, '0'),
    scope: 'r_1',
    ...over,
  }
}

export function counts(batch: string, units: readonly UnitCount[], over: Partial<CountsCommit> = {}): CountsCommit {
  return { batch, environment: production, at: NOW, units, metrics: [], late: [], ...over }
}

/** Everything that can be read, to say that nothing was written. */
export async function everything(store: Store): Promise<unknown> {
  return {
    projects: await store.projects(),
    environments: await store.environments('shop'),
    flags: await store.flags('shop'),
    configs: await store.configs('shop'),
    segments: await store.segments('shop'),
    layers: await store.layers('shop'),
    plans: await store.plans('shop'),
    webhooks: await store.webhooks('shop'),
    sources: await store.metricSources('shop'),
    definitions: await store.metricDefinitions('shop'),
    figures: await store.figures('r_1'),
    people: await store.people(),
    tokens: await store.tokens(),
    sdkKeys: await store.sdkKeys(production),
    session: await store.personBySession('session hash', NOW),
    audit: await store.audit({ scope: 'shop', limit: 1000 }),
    production: await store.changesSince(production, 0),
    staging: await store.changesSince(staging, 0),
    ramps: await store.ramps({ limit: 1000 }),
    ticks: await store.ticks('r_1'),
    metrics: await store.metrics(production),
  }
}
