import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino, { type Logger } from 'pino'
import manifest from '../package.json' with { type: 'json' }
import { createOutbox } from './alerts/outbox.ts'
import { createApp } from './app.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createDelivery } from './delivery/delivery.ts'
import { createEnvironments } from './environments/service.ts'
import { createCatalogue } from './flags/catalogue.ts'
import { createConfigs } from './flags/configs.ts'
import { createKill } from './flags/kill.ts'
import { createKillUrls } from './flags/kill-url.ts'
import type { App } from './http/app-env.ts'
import { createAuth } from './http/auth.ts'
import { createUsage } from './http/usage.ts'
import { createIngest } from './ingest/ingest.ts'
import { bootstrapToken } from './keys/bootstrap.ts'
import { createKeys } from './keys/service.ts'
import { createLayers } from './layers/service.ts'
import { type Listening, listen } from './listen.ts'
import { createLog } from './log.ts'
import { createLastEvidence } from './metrics/last-evidence.ts'
import { measuredStore } from './metrics/measured-store.ts'
import { MOST_RAMPS, observe } from './metrics/observed.ts'
import { createMetrics } from './metrics/registry.ts'
import { signInUrl } from './people/routes.ts'
import { createPeople } from './people/service.ts'
import { SYSTEM } from './people/system.ts'
import { createRampDriver } from './ramp/driver.ts'
import { createGates } from './ramp/gates.ts'
import { createRampService } from './ramp/service.ts'
import { createSegments } from './segments/service.ts'
import { addressPolicy } from './sources/addresses.ts'
import { createCollector } from './sources/collector.ts'
import { createMetricDefinitions } from './sources/definitions.ts'
import { createPushing } from './sources/push.ts'
import { createMetricSources } from './sources/service.ts'
import { createStartCheck } from './sources/start-check.ts'
import { type BackedUp, backUp, type Restored, restore } from './store/sqlite/backup.ts'
import { prepareFolder } from './store/sqlite/file.ts'
import { lastBackupAt, noteBackup } from './store/sqlite/last-backup.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import type { Store } from './store/store.ts'

export interface Server {
  /** Answers requests without a socket, for tests. */
  readonly app: App
  readonly store: Store
  /** Whether nobody has ever signed in here. */
  readonly isNew: boolean
  /** Opens the port, and starts to drive ramps and send alerts. Resolves with the address to reach it at. */
  listen(): Promise<URL>
  /** A one-time link for the first administrator. */
  readonly signInUrl: () => Promise<string>
  /** An administrator's token that stays the same from start to start. */
  readonly adminToken: () => Promise<string>
  /** Answers what is under way, writes what is held in memory, and closes. */
  close(): Promise<void>
}

export interface Outside {
  readonly clock?: Clock
  readonly log?: Logger
  /** Where the built admin UI is. */
  readonly uiFolder?: string
}

/** The package's own folder, whether this runs from its sources or from its bundle. */
const PACKAGE = new URL('..', import.meta.url)
const DATABASE = 'rampart.db'
const MIGRATIONS = fileURLToPath(new URL('migrations/sqlite', PACKAGE))
const USAGE_MS = 30_000
/** As often as SDKs send while a ramp watches. */
const COUNTS_MS = 2_000
const SWEEP_MS = 3_600_000

/** Builds the server: the one place where everything that acts is made and handed to who needs it. */
export async function composeServer(config: Config, outside: Outside = {}): Promise<Server> {
  const clock = outside.clock ?? systemClock
  const log = outside.log ?? createLog(config.logLevel)
  const evidence = createLastEvidence(MOST_RAMPS)
  const metrics = createMetrics(manifest.version, () =>
    observe({ store, delivery, evidence, clock, lastBackupAt: () => lastBackupAt(config.dataFolder) }),
  )
  const store = measuredStore(await openStore(config, log), metrics)
  let listening: Listening | undefined
  let ending = false
  const publicUrl = () => config.publicUrl ?? listening?.url ?? new URL(`http://${config.host}:${config.port}`)

  const usage = createUsage(store, clock, log)
  const delivery = createDelivery({ store, clock, log, onPropagated: (ms) => metrics.propagated(ms / 1000) })
  const ingest = createIngest({
    store,
    clock,
    snapshotOf: (key) => delivery.snapshot(key, key.kind),
    onError: (error) => log.error({ err: error }, 'what was counted could not be written; it is tried again'),
    onShed: (what, n) => metrics.shed(what, n),
  })
  const parts = { store, clock, delivery, usage }
  const kill = createKill(parts)
  const keys = createKeys(parts)
  const people = createPeople(parts)
  const policy = addressPolicy(config.privateSources)
  const gates = createGates({ clock, policy })
  const driver = createRampDriver({
    store,
    clock,
    gates,
    fleet: delivery,
    owner: randomUUID(),
    onError: (error, ramp) => log.error({ err: error, ramp }, 'a ramp could not be driven'),
    onLook: (ramp, findings) => evidence.note(ramp, findings.evidence),
  })
  const collector = createCollector({
    store,
    clock,
    policy,
    onError: (error, ramp) => log.error({ err: error, ramp }, 'figures could not be read'),
  })
  const app = createApp({
    ...parts,
    log,
    metrics,
    publicUrl,
    version: manifest.version,
    isEnding: () => ending,
    uiFolder: outside.uiFolder ?? fileURLToPath(new URL('../admin-ui/dist', PACKAGE)),
    auth: createAuth({ ...parts, publicUrl }),
    environments: createEnvironments(parts),
    catalogue: createCatalogue(parts),
    configs: createConfigs(parts),
    kill,
    killUrls: createKillUrls(parts),
    segments: createSegments(parts),
    layers: createLayers(parts),
    metricSources: createMetricSources({ ...parts, policy }),
    metricDefinitions: createMetricDefinitions(parts),
    pushing: createPushing(parts),
    keys,
    people,
    ramps: createRampService({
      ...parts,
      gates,
      fleet: delivery,
      checkSources: createStartCheck({ ...parts, policy }),
    }),
    ingest,
  })
  const timers: NodeJS.Timeout[] = []
  let outbox: ReturnType<typeof createOutbox> | undefined

  return {
    app,
    store,
    isNew: await people.isEmpty(),

    async listen() {
      listening = await listen(app, config)
      outbox = createOutbox({
        store,
        clock,
        publicUrl: publicUrl(),
        onError: (error) => log.error({ err: error }, 'alerts could not be sent'),
      })
      outbox.start()
      metrics.watchProcess()
      driver.start()
      collector.start()
      timers.push(
        setInterval(() => void usage.flush(), USAGE_MS).unref(),
        setInterval(() => void ingest.flush(), COUNTS_MS).unref(),
        setInterval(() => void sweep(store, clock, log), SWEEP_MS).unref(),
      )
      log.info({ url: publicUrl().origin, data: config.dataFolder }, 'listening')
      return publicUrl()
    },

    signInUrl: async () => signInUrl(publicUrl(), await people.administratorLink(SYSTEM)),

    adminToken: () => bootstrapToken({ keys, store }, join(config.dataFolder, 'bootstrap-token'), SYSTEM),

    async close() {
      ending = true
      for (const timer of timers) clearInterval(timer)
      await delivery.drain()
      await listening?.close()
      await Promise.all([driver.stop(), gates.close(), collector.stop(), outbox?.stop(), ingest.drain()])
      await usage.flush()
      await store.close()
    },
  }
}

/** A sign-in link from the console, also while a server runs on the same data. */
export async function printableSignInUrl(config: Config): Promise<string> {
  const store = await openStore(config, pino({ enabled: false }))
  try {
    const link = await createPeople({ store, clock: systemClock }).administratorLink(SYSTEM)
    return signInUrl(config.publicUrl ?? new URL(`http://${config.host}:${config.port}`), link)
  } finally {
    await store.close()
  }
}

/** Copies the database into one file, also while a server runs on it. */
export function backUpTo(config: Config, to: string, clock: Clock = systemClock): BackedUp {
  const at = clock.now()
  const made = backUp(join(config.dataFolder, DATABASE), to)
  noteBackup(config.dataFolder, at)
  return made
}

/** Puts a backup in the place of the database. No server may run on it. */
export function restoreFrom(config: Config, from: string, clock: Clock = systemClock): Promise<Restored> {
  prepareFolder(config.dataFolder)
  return restore({ file: join(config.dataFolder, DATABASE), from, migrationsFolder: MIGRATIONS, now: clock.now() })
}

function openStore({ dataFolder }: Config, log: Logger): Promise<Store> {
  return openSqliteStore({
    file: join(dataFolder, DATABASE),
    migrationsFolder: MIGRATIONS,
    report: (error) => log.error({ err: error }, 'a listener of the store failed'),
  })
}

async function sweep(store: Store, clock: Clock, log: Logger): Promise<void> {
  try {
    await store.sweep(clock.now())
  } catch (error) {
    log.error({ err: error }, 'old rows could not be deleted; it is tried again in an hour')
  }
}
