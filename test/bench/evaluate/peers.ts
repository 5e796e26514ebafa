import { createRequire } from 'node:module'
import { type Contestant, EVERY_SCENARIO } from './contestant.ts'
import { ADULT, COUNTRIES, FIRST_VERSION, flagKeys, ids, type Person, PLANS } from './world.ts'

/*
 * The flags of `world.ts` in the words of others. Each is opened as its documentation says, with counting on where it
 * counts, and asks nobody over the network. Only what is called here is typed.
 */

const folder = new URL('../peers/', import.meta.url)
const require = createRequire(folder)

export const PEERS: Readonly<Record<string, () => Contestant | Promise<Contestant>>> = {
  '@openfeature/flagd-core': openFlagd,
  '@featurevisor/sdk': openFeaturevisor,
  'unleash-client': openUnleash,
  '@growthbook/growthbook': openGrowthBook,
  '@launchdarkly/node-server-sdk': openLaunchDarkly,
  'posthog-node': openPostHog,
}

/** The package at run time: it is installed on demand, so that its own types are not there. */
function load<T>(name: string): T {
  return require(name) as T
}

function asContexts<T>(of: (person: Person) => T, ask: (key: string, context: T) => boolean): Contestant['about'] {
  return (crowd) => {
    const contexts = crowd.map(of)
    return (key) => (index) => ask(key, contexts[index] as T)
  }
}

function entries<T>(of: (key: string) => T): Record<string, T> {
  return Object.fromEntries(flagKeys().map((key) => [key, of(key)]))
}

function openFlagd(): Contestant {
  const quiet = { error() {}, warn() {}, info() {}, debug() {} }
  const { FlagdCore } = load<{
    FlagdCore: new (
      storage: undefined,
      logger: typeof quiet,
    ) => {
      setConfigurations(text: string): void
      resolveBooleanEvaluation(key: string, fallback: boolean, context: object): { value: boolean }
    }
  }>('@openfeature/flagd-core')
  const attribute = (name: string) => ({ var: name })
  const half = { fractional: [attribute('targetingKey'), ['on', 50], ['off', 50]] }
  const ruled = (first: object) => ({
    if: PLANS.flatMap((plan): object[] => [
      { and: [first, { in: [attribute('country'), COUNTRIES] }, { '===': [attribute('plan'), plan] }] },
      'on' as unknown as object,
    ]).concat(half),
  })
  const targeting: Record<string, object | undefined> = {
    everyone: undefined,
    ids: { if: [{ in: [attribute('targetingKey'), ids] }, 'on', 'off'] },
    rules: ruled({ '>=': [attribute('age'), ADULT] }),
    versions: ruled({ sem_ver: [attribute('version'), '>=', FIRST_VERSION] }),
  }
  const flags = entries((key) => {
    const own = key in targeting ? targeting[key] : half
    const base = {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: key === 'everyone' ? 'on' : 'off',
    }
    return own === undefined ? base : { ...base, targeting: own }
  })
  const core = new FlagdCore(undefined, quiet)
  core.setConfigurations(JSON.stringify({ flags }))
  const ask = (key: string, context: object): boolean => {
    try {
      return core.resolveBooleanEvaluation(key, false, context).value
    } catch {
      // An unknown flag is thrown; OpenFeature's client would give the fallback.
      return false
    }
  }
  return { isAsync: false, scenarios: EVERY_SCENARIO, about: asContexts((person) => ({ ...person }), ask), close() {} }
}

function openFeaturevisor(): Contestant {
  const { createInstance } = load<{
    readonly createInstance: (options: object) => { isEnabled(key: string, context: object): boolean }
  }>('@featurevisor/sdk')
  const traffic = (key: string) => {
    const rest = { key: 'rest', segments: '*', percentage: key === 'everyone' ? 100_000 : key === 'ids' ? 0 : 50_000 }
    const rule = (segment: string) => ({ key: segment, segments: segment, percentage: 100_000, allocation: [] })
    const first =
      key === 'ids' ? ['listed'] : key === 'rules' || key === 'versions' ? PLANS.map((p) => `${key}-${p}`) : []
    return [...first.map(rule), { ...rest, allocation: [] }]
  }
  const segment = (key: string, conditions: readonly object[]) => [key, { key, conditions }]
  const ruled = (name: string, first: object) =>
    PLANS.map((plan) =>
      segment(`${name}-${plan}`, [
        first,
        { attribute: 'country', operator: 'in', value: COUNTRIES },
        { attribute: 'plan', operator: 'equals', value: plan },
      ]),
    )
  const client = createInstance({
    logLevel: 'fatal',
    hooks: [{ name: 'count', after: counted((evaluation: { featureKey: string }) => evaluation.featureKey) }],
    datafile: {
      schemaVersion: '2',
      revision: '1',
      segments: Object.fromEntries([
        segment('listed', [{ attribute: 'userId', operator: 'in', value: ids }]),
        ...ruled('rules', { attribute: 'age', operator: 'greaterThanOrEquals', value: ADULT }),
        ...ruled('versions', { attribute: 'version', operator: 'semverGreaterThanOrEquals', value: FIRST_VERSION }),
      ]),
      features: entries((key) => ({ key, bucketBy: 'userId', traffic: traffic(key) })),
    },
  })
  return {
    isAsync: false,
    scenarios: EVERY_SCENARIO,
    about: asContexts(
      (person) => ({ ...person, userId: person.targetingKey }),
      (key, context) => client.isEnabled(key, context),
    ),
    close() {},
  }
}

/** Counts by name, where the package leaves counting to a callback, and hands on what it was given. */
function counted<T>(name: (of: T) => string): (of: T) => T {
  const counts = new Map<string, number>()
  return (of) => {
    counts.set(name(of), (counts.get(name(of)) ?? 0) + 1)
    return of
  }
}

async function openUnleash(): Promise<Contestant> {
  interface Client {
    on(event: string, listener: () => void): void
    once(event: string, listener: () => void): void
    isEnabled(name: string, context: object): boolean
    destroy(): void
  }
  const { Unleash } = load<{ Unleash: new (options: object) => Client }>('unleash-client')
  const constraint = (contextName: string, operator: string, more: object) => ({ contextName, operator, ...more })
  const rollout = (groupId: string, percent: number, constraints: readonly object[]) => ({
    name: 'flexibleRollout',
    parameters: { rollout: String(percent), stickiness: 'userId', groupId },
    constraints,
  })
  const ruled = (key: string, first: object) =>
    PLANS.map((plan) =>
      rollout(key, 100, [
        first,
        constraint('country', 'IN', { values: COUNTRIES }),
        constraint('plan', 'IN', { values: [plan] }),
      ]),
    )
  const strategies = (key: string): readonly object[] => {
    if (key === 'everyone') return [{ name: 'default', parameters: {}, constraints: [] }]
    if (key === 'ids') return [rollout(key, 100, [constraint('userId', 'IN', { values: ids })])]
    const adult = constraint('age', 'NUM_GTE', { value: String(ADULT) })
    const version = constraint('version', 'SEMVER_LT', { value: FIRST_VERSION, inverted: true })
    const rules = key === 'rules' ? ruled(key, adult) : key === 'versions' ? ruled(key, version) : []
    return [...rules, rollout(key, 50, [])]
  }
  const client = new Unleash({
    url: 'http://127.0.0.1:9/api',
    appName: 'bench',
    instanceId: 'bench',
    customHeaders: { Authorization: '*:production.bench' },
    refreshInterval: 0,
    metricsInterval: 3_600_000,
    skipInstanceCountWarning: true,
    bootstrap: { data: flagKeys().map((name) => ({ name, enabled: true, strategies: strategies(name) })) },
    storageProvider: { set: async () => {}, get: async () => undefined },
  })
  client.on('error', () => {})
  client.on('warn', () => {})
  await new Promise<void>((resolve) => {
    client.once('ready', resolve)
  })
  return {
    isAsync: false,
    scenarios: EVERY_SCENARIO,
    about: asContexts(
      ({ targetingKey: userId, country, plan, age, version }) => ({
        userId,
        properties: { country, plan, age: String(age), version },
      }),
      (key, context) => client.isEnabled(key, context),
    ),
    close: () => client.destroy(),
  }
}

function openGrowthBook(): Contestant {
  const { GrowthBookClient } = load<{
    GrowthBookClient: new (
      options: object,
    ) => {
      initSync(options: object): void
      isOn(key: string, context: object): boolean
    }
  }>('@growthbook/growthbook')
  const half = { force: true, coverage: 0.5, hashAttribute: 'id', hashVersion: 2 }
  const ruled = (first: object) =>
    PLANS.map((plan) => ({ force: true, condition: { ...first, country: { $in: COUNTRIES }, plan } }))
  const rules = (key: string): readonly object[] => {
    if (key === 'everyone') return []
    if (key === 'ids') return [{ force: true, condition: { id: { $in: ids } } }]
    if (key === 'rules') return [...ruled({ age: { $gte: ADULT } }), half]
    return key === 'versions' ? [...ruled({ version: { $vgte: FIRST_VERSION } }), half] : [half]
  }
  const client = new GrowthBookClient({ onFeatureUsage: counted((key: string) => key) })
  client.initSync({
    payload: { features: entries((key) => ({ defaultValue: key === 'everyone', rules: rules(key) })) },
  })
  return {
    isAsync: false,
    scenarios: EVERY_SCENARIO,
    about: asContexts(
      (person) => ({ attributes: { ...person, id: person.targetingKey } }),
      (key, context) => client.isOn(key, context),
    ),
    close() {},
  }
}

async function openLaunchDarkly(): Promise<Contestant> {
  interface Client {
    waitForInitialization(options: object): Promise<unknown>
    variation(key: string, context: object, fallback: boolean): Promise<boolean>
    close(): void
  }
  interface TestData {
    usePreconfiguredFlag(flag: object): unknown
    getFactory(): unknown
  }
  const { init } = load<{ readonly init: (key: string, options: object) => Client }>('@launchdarkly/node-server-sdk')
  const { TestData } = load<{ TestData: new () => TestData }>('@launchdarkly/node-server-sdk/integrations')
  const clause = (attribute: string, op: string, values: readonly unknown[], negate = false) => ({
    attribute,
    op,
    values,
    negate,
  })
  const ruled = (first: object) =>
    PLANS.map((plan) => ({
      id: plan,
      variation: 0,
      clauses: [first, clause('country', 'in', COUNTRIES), clause('plan', 'in', [plan])],
    }))
  const rules = (key: string): readonly object[] => {
    if (key === 'ids') return [{ id: 'listed', variation: 0, clauses: [clause('key', 'in', ids)] }]
    if (key === 'rules') return ruled(clause('age', 'greaterThanOrEqual', [ADULT]))
    return key === 'versions' ? ruled(clause('version', 'semVerLessThan', [FIRST_VERSION], true)) : []
  }
  const half = {
    rollout: {
      variations: [
        { variation: 0, weight: 50_000 },
        { variation: 1, weight: 50_000 },
      ],
    },
  }
  const data = new TestData()
  for (const key of flagKeys()) {
    data.usePreconfiguredFlag({
      key,
      version: 1,
      on: true,
      salt: key,
      variations: [true, false],
      offVariation: 1,
      targets: [],
      prerequisites: [],
      rules: rules(key),
      fallthrough: key === 'everyone' ? { variation: 0 } : key === 'ids' ? { variation: 1 } : half,
    })
  }
  const client = init('sdk-bench', {
    updateProcessor: data.getFactory(),
    eventsUri: 'http://127.0.0.1:9',
    flushInterval: 3_600,
    capacity: 1_000,
    diagnosticOptOut: true,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
  })
  await client.waitForInitialization({ timeout: 5 })
  return {
    isAsync: true,
    scenarios: EVERY_SCENARIO,
    about: (crowd) => {
      const contexts = crowd.map((person) => ({ ...person, kind: 'user', key: person.targetingKey }))
      return (key) => (index) => client.variation(key, contexts[index] ?? {}, false)
    },
    close: () => client.close(),
  }
}

async function openPostHog(): Promise<Contestant> {
  interface Client {
    waitForLocalEvaluationReady(ms: number): Promise<boolean>
    isFeatureEnabled(key: string, id: string, options: object): Promise<boolean | undefined>
    shutdown(ms: number): Promise<void>
  }
  const { PostHog } = load<{ PostHog: new (key: string, options: object) => Client }>('posthog-node')
  const property = (key: string, operator: string, value: unknown) => ({ key, operator, value, type: 'person' })
  const groups = (key: string): readonly object[] => {
    const half = { properties: [], rollout_percentage: 50 }
    if (key === 'everyone') return [{ properties: [], rollout_percentage: 100 }]
    if (key === 'ids') return [{ properties: [property('id', 'exact', ids)], rollout_percentage: 100 }]
    if (key !== 'rules') return [half]
    const ruled = PLANS.map((plan) => ({
      properties: [
        property('age', 'gte', ADULT),
        property('country', 'exact', COUNTRIES),
        property('plan', 'exact', plan),
      ],
      rollout_percentage: 100,
    }))
    return [...ruled, half]
  }
  const flags = flagKeys().map((key, index) => {
    return { id: index, key, name: key, active: true, deleted: false, filters: { groups: groups(key), payloads: {} } }
  })
  const body = { flags, group_type_mapping: {}, cohorts: {} }
  const client = new PostHog('phc_bench', {
    host: 'http://127.0.0.1:9',
    personalApiKey: 'phx_bench',
    featureFlagsPollingInterval: 3_600_000,
    flushAt: 1_000_000,
    flushInterval: 3_600_000,
    fetch: async () => ({ status: 200, headers: { get: () => null }, text: async () => '', json: async () => body }),
  })
  await client.waitForLocalEvaluationReady(5_000)
  return {
    isAsync: true,
    scenarios: ['everyone', 'half', 'rules', 'ids'],
    about: (crowd) => {
      const contexts = crowd.map(({ targetingKey, age, ...rest }) => ({
        id: targetingKey,
        options: { onlyEvaluateLocally: true, personProperties: { ...rest, age, id: targetingKey } },
      }))
      return (key) => async (index) => {
        const { id = '', options = {} } = contexts[index] ?? {}
        return (await client.isFeatureEnabled(key, id, options)) ?? false
      }
    },
    close: () => client.shutdown(100),
  }
}
