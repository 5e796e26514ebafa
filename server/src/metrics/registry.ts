import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Observed } from './observed.ts'

/** What the server counts about itself. The only module that knows who writes the text format. */
export interface Metrics {
  answered(request: AnsweredRequest): void
  storeAnswered(command: string, seconds: number): void
  /** A command failed because of the database itself. */
  storeFailed(trouble: string): void
  evaluated(place: FlagPlace, n: number): void
  ingested(outcome: 'added' | 'duplicate'): void
  /** What SDKs sent and the server could not take. */
  shed(what: 'evaluations' | 'batches', n: number): void
  delivered(outcome: 'ok' | 'failed' | 'given_up'): void
  rolledBack(cause: string): void
  /** An SDK instance holds a change so many seconds after it was committed. */
  propagated(seconds: number): void
  /** Counts what Node knows of the process, too. Once per process. */
  watchProcess(): void
  /** Everything, in the text format of Prometheus. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Name, kind and labels of everything that is counted, for the document that lists them. */
  described(): readonly Described[]
}

export interface AnsweredRequest {
  readonly method: string
  /** The pattern of the address, never the address: there are few of them, and none has a secret. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface FlagPlace {
  readonly project: string
  readonly environment: string
  readonly flag: string
  readonly variation: string
}

export interface Described {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
}

/** Combinations of flag and variation that are told apart; all others are one, since each is a line for Prometheus to keep. */
const MOST_EVALUATED = 1_000
const OTHER: FlagPlace = { project: 'other', environment: 'other', flag: 'other', variation: 'other' }

/** @param observe what is read anew each time somebody asks. */
export function createMetrics(version: string, observe: () => Promise<Observed>): Metrics {
  const registry = new Registry()
  const make = makers(registry)
  const durations = make.histogram('http_server_request_duration_seconds', 'Time until an answer began', {
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  })
  const storeSeconds = make.histogram('rampart_db_seconds', 'Time that a command of the store took, with its wait', {
    labels: ['command'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  })
  const storeFailures = make.counter('rampart_db_errors_total', 'Commands that failed because of the database itself', [
    'trouble',
  ])
  const propagation = make.histogram('rampart_propagation_seconds', 'From a commit until an SDK instance held it', {
    labels: [],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  })
  const evaluations = make.counter('rampart_evaluations_total', 'Evaluations that SDKs reported', [
    'project',
    'environment',
    'flag',
    'variation',
  ])
  const ingested = make.counter('rampart_events_ingested_total', 'Batches of events that were taken', ['outcome'])
  const shed = make.counter('rampart_events_shed_total', 'What SDKs sent and the server could not take', ['what'])
  const deliveries = make.counter('rampart_webhook_deliveries_total', 'Tries to send an alert', ['outcome'])
  const rollbacks = make.counter('rampart_rollbacks_total', 'Ramps that were taken back', ['cause'])
  const gauges = makeGauges(make)
  const evaluated = new Set<string>()

  make.gauge('rampart_build_info', 'Which Rampart this is; always 1', ['version']).set({ version }, 1)

  return {
    answered: ({ method, route, status, seconds }) => durations.observe({ method, route, status }, seconds),
    storeAnswered: (command, seconds) => storeSeconds.observe({ command }, seconds),
    storeFailed: (trouble) => storeFailures.inc({ trouble }),
    evaluated({ project, environment, flag, variation }, n) {
      const key = `${project}/${environment}/${flag}/${variation}`
      const told = evaluated.has(key) || evaluated.size < MOST_EVALUATED
      if (told) evaluated.add(key)
      evaluations.inc(told ? { project, environment, flag, variation } : { ...OTHER }, n)
    },
    ingested: (outcome) => ingested.inc({ outcome }),
    shed: (what, n) => shed.inc({ what }, n),
    delivered: (outcome) => deliveries.inc({ outcome }),
    rolledBack: (cause) => rollbacks.inc({ cause }),
    propagated: (seconds) => propagation.observe(seconds),
    watchProcess: () => collectDefaultMetrics({ register: registry }),
    async text() {
      setGauges(gauges, await observe())
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    described: () => make.described,
  }
}

type Makers = ReturnType<typeof makers>

function makers(registry: Registry) {
  const described: Described[] = []
  const common = (name: string, help: string, labels: readonly string[]) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  })
  return {
    described,
    counter: (name: string, help: string, labels: readonly string[]) => {
      described.push({ name, kind: 'counter', labels })
      return new Counter(common(name, help, labels))
    },
    gauge: (name: string, help: string, labels: readonly string[]) => {
      described.push({ name, kind: 'gauge', labels })
      return new Gauge(common(name, help, labels))
    },
    histogram: (
      name: string,
      help: string,
      { labels, buckets }: { readonly labels: readonly string[]; readonly buckets: readonly number[] },
    ) => {
      described.push({ name, kind: 'histogram', labels })
      return new Histogram({ ...common(name, help, labels), buckets: [...buckets] })
    },
  }
}

type Gauges = ReturnType<typeof makeGauges>

const PLACE = ['project', 'environment'] as const
const FLAG = [...PLACE, 'flag'] as const

function makeGauges({ gauge }: Makers) {
  return {
    streams: gauge('rampart_stream_connections', 'Streams that are open', ['audience']),
    backupAge: gauge('rampart_backup_age_seconds', 'Since the latest backup was made', []),
    revision: gauge('rampart_config_revision', 'The revision of an environment', PLACE),
    instances: gauge('rampart_sdk_instances', 'Server-side SDK instances of the last 24 hours', [...PLACE, 'state']),
    rampState: gauge('rampart_ramp_state', 'Ramps that have not ended; always 1', [...FLAG, 'state']),
    rampPercent: gauge('rampart_ramp_percent', 'The share that a ramp gives now', FLAG),
    verdict: gauge('rampart_guard_verdict', 'What a guard of a ramp says; always 1', [...FLAG, 'guard', 'verdict']),
    value: gauge('rampart_guard_value', 'Share of units with the event, by arm', [...FLAG, 'guard', 'group']),
  }
}

/** What is gone is not told any more: each time all of it is set anew. */
function setGauges(gauges: Gauges, { streams, backupAge, environments, ramps }: Observed): void {
  for (const gauge of Object.values(gauges)) gauge.reset()
  // Nothing is told rather than 0, which would be a backup of this moment.
  if (backupAge === undefined) gauges.backupAge.remove()
  else gauges.backupAge.set(backupAge)
  for (const [audience, n] of Object.entries(streams)) gauges.streams.set({ audience }, n)
  for (const { project, environment, revision, instances } of environments) {
    gauges.revision.set({ project, environment }, revision)
    for (const [state, n] of Object.entries(instances)) gauges.instances.set({ project, environment, state }, n)
  }
  for (const { project, environment, flag, state, percent, guards } of ramps) {
    const place = { project, environment, flag }
    gauges.rampState.set({ ...place, state }, 1)
    gauges.rampPercent.set(place, percent)
    for (const { guard, verdict, treatment, control } of guards) {
      gauges.verdict.set({ ...place, guard, verdict }, 1)
      if (treatment !== null) gauges.value.set({ ...place, guard, group: 'treatment' }, treatment)
      if (control !== null) gauges.value.set({ ...place, guard, group: 'control' }, control)
    }
  }
}
