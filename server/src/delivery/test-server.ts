import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import type { Flag, SdkKey, Segment } from '@rampart/contract/admin'
import { Hono } from 'hono'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import type { AppEnv } from '../http/app-env.ts'
import { createAuth } from '../http/auth.ts'
import { handleErrors } from '../http/errors.ts'
import { identifyRequests } from '../http/requests.ts'
import { createUsage } from '../http/usage.ts'
import { createIngest, type Ingest, type IngestOptions } from '../ingest/ingest.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import type { StoredRamp } from '../ramp/state.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { ChangeDraft, Commit, Store, StoredConfig, Write } from '../store/store.ts'
import { createDelivery, type Delivery } from './delivery.ts'

export const PLACE = { project: 'shop', environment: 'production' } as const

/** A real server with delivery and ingestion over the real store, and the keys to it. */
export interface TestServer {
  readonly url: string
  readonly store: Store
  readonly delivery: Delivery
  readonly ingest: Ingest
  readonly keys: typeof SECRETS
  /** Ends this server and starts another one on the same database and port. */
  restart(): Promise<TestServer>
}

const SECRETS = {
  server: newSecret('server-sdk'),
  client: newSecret('client-sdk'),
  /** Reads project `shop`. */
  token: newSecret('machine'),
  /** Reads another project. */
  stranger: newSecret('machine'),
}

export interface TestServerOptions {
  readonly clock?: Clock
  readonly ingest?: Partial<Pick<IngestOptions, 'limits' | 'onShed'>>
}

/** Starts on a database with project `shop`, environment `production` and a boolean flag `checkout` at revision 1. */
export async function startTestServer({
  clock = systemClock,
  ingest = {},
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'test.db')
  const store = await openSqliteStore({ file })
  await seed(store)
  return run(store, { clock, ingest, file, port: 0 })
}

async function run(
  store: Store,
  options: Required<TestServerOptions> & { readonly file: string; readonly port: number },
): Promise<TestServer> {
  const { clock } = options
  const log = pino({ enabled: false })
  const app = new Hono<AppEnv>()
  const usage = createUsage(store, clock, log)
  const auth = createAuth({ store, clock, usage, publicUrl: () => new URL('http://localhost') })
  identifyRequests(app, { auth, log })
  handleErrors(app)
  const delivery = createDelivery({ store, clock, log })
  const ingest = createIngest({
    store,
    clock,
    snapshotOf: (key) => delivery.snapshot(key, key.kind),
    ...options.ingest,
  })
  delivery.mount(app)
  ingest.mount(app)
  const server = await listen(app, options.port)
  const { port } = server.address() as AddressInfo
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      await Promise.all([delivery.drain(), ingest.drain()])
      const closed = new Promise((resolve) => server.close(resolve))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
      await store.close()
    })()
    return stopped
  }
  onTestFinished(stop)
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    delivery,
    ingest,
    keys: SECRETS,
    async restart() {
      await stop()
      return run(await openSqliteStore({ file: options.file }), { ...options, port })
    },
  }
}

function listen(app: Hono<AppEnv>, port: number): Promise<ServerType> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(server))
  })
}

export async function seed(store: Store): Promise<void> {
  await write(store, {
    scope: 'instance',
    writes: [
      { put: 'project', project: { key: 'shop', name: 'Shop', version: 1 } },
      {
        put: 'environment',
        environment: {
          project: 'shop',
          key: 'production',
          class: 'production',
          protected: false,
          origins: [],
          privateAttributes: ['email'],
          requiredPlan: null,
          salt: 'salt',
        },
      },
      { put: 'sdk_key', key: sdkKey('server'), hash: hashSecret(SECRETS.server) },
      { put: 'sdk_key', key: sdkKey('client'), hash: hashSecret(SECRETS.client) },
      { put: 'token', token: token('reader', 'read@shop'), hash: hashSecret(SECRETS.token), person: null },
      { put: 'token', token: token('stranger', 'read@other'), hash: hashSecret(SECRETS.stranger), person: null },
    ],
  })
  await change(
    store,
    [
      { put: 'flag', flag: flag('checkout') },
      { put: 'config', config: config('checkout') },
    ],
    {
      flags: ['checkout'],
    },
  )
}

const CREATED = '2026-01-01T00:00:00.000Z'

function sdkKey(kind: 'server' | 'client'): Omit<SdkKey, 'lastUsedAt'> {
  return { id: `k_${kind}`, ...PLACE, kind, name: kind, prefix: '…', createdAt: CREATED, expiresAt: null }
}

function token(name: string, scope: string) {
  return {
    id: `t_${name}`,
    kind: 'machine' as const,
    name,
    scopes: [scope],
    prefix: '…',
    createdAt: CREATED,
    expiresAt: null,
  }
}

/** A boolean flag of project `shop`. */
export function flag(key: string, rest: Partial<Flag> = {}): Flag {
  return {
    key,
    name: key,
    description: '',
    kind: 'release',
    type: 'boolean',
    variations: [
      { key: 'off', name: null, value: false },
      { key: 'on', name: null, value: true },
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
    createdAt: CREATED,
    version: 1,
    ...rest,
  }
}

/** Its configuration in production: on, and off for everyone. */
export function config(key: string, rest: Partial<StoredConfig> = {}): Omit<StoredConfig, 'revision'> {
  return {
    ...PLACE,
    flag: key,
    on: true,
    killed: null,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [],
    everyoneElse: { variation: 'off' },
    ...rest,
  }
}

export function segment(key: string, rest: Partial<Segment> = {}): Segment {
  return {
    key,
    name: key,
    description: '',
    when: null,
    included: [],
    excluded: [],
    by: 'targetingKey',
    version: 1,
    ...rest,
  }
}

/** A running ramp of `checkout` at 10%, which watches `checkout_error`. */
export function ramp(rest: Partial<StoredRamp> = {}): StoredRamp {
  return {
    id: 'r_1',
    ...PLACE,
    flag: 'checkout',
    rule: 'everyone-else',
    to: 'on',
    otherwise: 'off',
    unit: 'targetingKey',
    state: 'running',
    plan: {
      key: 'inline',
      version: 1,
      name: 'inline',
      steps: [
        { percent: 10, dwell: 'PT1M', minUnits: 100, clear: null, approval: false, gate: null },
        { percent: 100, dwell: 'PT0S', minUnits: 0, clear: null, approval: false, gate: null },
      ],
      guards: [
        {
          key: 'checkout_error',
          metric: 'checkout_error',
          take: 'first',
          source: { kind: 'sdk', from: 'server' },
          limit: { kind: 'no_worse', margin: 1 },
          reaction: 'rollback',
          weight: 1,
          minUnits: null,
          fromStep: 1,
          grace: null,
        },
      ],
      bake: null,
      maxDwell: 'PT1H',
      onNoData: 'hold',
      onFewSamples: 'hold',
      noDataGrace: 'PT15M',
      cooldown: 'PT15M',
      propagationLimit: 'PT30S',
      window: null,
      alpha: 0.01,
    },
    step: 1,
    seq: 1,
    percent: { before: 0, reached: 10, now: 10 },
    publishes: [{ seq: 1, step: 1, percent: 10, at: 0 }],
    enteredAt: 0,
    judgingSince: 0,
    pausedAt: null,
    latches: [],
    frozen: [],
    pace: null,
    halved: [],
    restarts: [],
    alerted: [],
    approvedSeq: null,
    seedScope: 'shop/production/checkout/checkout',
    salt: 'ramp-salt',
    tickMs: 10_000,
    end: null,
    watchedUntil: null,
    run: null,
    source: null,
    startedBy: { kind: 'system', id: 'system', name: 'Rampart' },
    startedAt: 0,
    watcher: null,
    ...rest,
  }
}

/** Commits writes as one change of production. Answers the revision it made. */
export async function change(
  store: Store,
  writes: readonly Write[],
  touched: Omit<ChangeDraft, 'environment'>,
  at = Date.now(),
): Promise<number> {
  const done = await write(store, {
    scope: 'shop',
    at,
    writes,
    changes: [{ environment: 'production', ...touched }],
  })
  return done.revisions[0]?.revision ?? 0
}

/** Sets the share of `checkout`. */
export function setShare(store: Store, percent: number): Promise<number> {
  const everyoneElse = { variation: 'on', rollout: { percent, otherwise: 'off' } }
  return change(store, [{ put: 'config', config: config('checkout', { everyoneElse }) }], { flags: ['checkout'] })
}

/** Kills `checkout`. */
export function kill(store: Store): Promise<number> {
  const killed = {
    at: CREATED,
    by: { kind: 'system' as const, id: 'system', name: 'Rampart' },
    reason: null,
  }
  return change(store, [{ put: 'config', config: config('checkout', { killed }) }], {
    flags: ['checkout'],
    urgent: true,
  })
}

async function write(store: Store, commit: Pick<Commit, 'scope' | 'writes'> & Partial<Commit>) {
  const done = await store.commit({
    at: Date.now(),
    asker: {
      actor: { kind: 'system', id: 'system', name: 'Rampart' },
      comment: null,
      request: { id: 'test', address: null },
    },
    audit: [],
    ...commit,
  })
  if (done.kind !== 'done') throw new Error(`a test could not write: ${done.kind}`)
  return done
}
