import type {
  Actor,
  AuditAction,
  AuditEntry,
  Environment,
  Evidence,
  Flag,
  FlagConfig,
  Layer,
  Metric,
  MetricDefinition,
  MetricSource,
  Person,
  Plan,
  Project,
  SdkKey,
  Segment,
  Subject,
  Token,
  UnknownFlag,
  Webhook,
} from '@rampart/contract/admin'
import type { Id, Key, Revision, UnitHash } from '@rampart/core'
import type { RuleSlices } from '../flags/slices.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { Figures, FiguresCommit, SourceState } from '../sources/figures.ts'
import type { SeriesCount } from '../totals/spread.ts'
import type { Steps } from '../totals/steps.ts'
import type { Total } from '../totals/total.ts'

/*
 * The store speaks in whole commands, each atomic, and never hands out a transaction: one dialect is synchronous and
 * refuses an async callback, the other is not, and a transaction would leak that into every service. Reads see only
 * committed data. `conformance.ts` says what every implementation must do.
 */

export interface EnvironmentRef {
  readonly project: Key
  readonly environment: Key
}

/** A configuration as stored: what is derived for reading (`heldBy`, `summary`) is left out. */
export type StoredConfig = Omit<FlagConfig, 'heldBy' | 'summary'> & {
  /** Of its splits. Absent for weights that were never changed. */
  readonly slices?: readonly RuleSlices[]
}

/** An environment as stored; `salt` hides private values in client snapshots. */
export type StoredEnvironment = Environment & { readonly salt: string }

/** A layer as stored: who owns parts of it is read from the configurations. */
export type StoredLayer = Omit<Layer, 'owners'>

/** A ramp with the counter of its row, which every write raises. */
export interface RampRow {
  readonly ramp: StoredRamp
  readonly version: number
}

/** What a snapshot is built from, read at one moment. */
export interface EnvironmentState {
  readonly environment: StoredEnvironment
  readonly flags: readonly { readonly flag: Flag; readonly config: StoredConfig }[]
  readonly segments: readonly Segment[]
  readonly layers: readonly StoredLayer[]
  /** Ramps that have not ended, or are still watched. */
  readonly ramps: readonly StoredRamp[]
}

/** What one revision touched. The change log holds keys, not bodies: a patch carries whole objects as they are now. */
export interface Change {
  readonly revision: Revision
  readonly at: number
  readonly flags: readonly Key[]
  readonly segments: readonly Key[]
  readonly watches: readonly Id[]
  readonly urgent: boolean
}

/** What has changed in an environment, as it is at one moment. What `changes` name and is not here is gone. */
export interface StateSince extends EnvironmentState {
  /** Oldest first. */
  readonly changes: readonly Change[]
}

export interface ChangeDraft {
  readonly environment: Key
  readonly flags?: readonly Key[]
  readonly segments?: readonly Key[]
  /** Ramp ids whose watch came, changed or went. */
  readonly watches?: readonly Id[]
  /** A kill or a rollback. */
  readonly urgent?: boolean
}

/** Must hold when the command runs, or nothing is written and the answer is `conflict`. */
export type Expectation =
  | { readonly kind: 'config'; readonly environment: Key; readonly flag: Key; readonly revision: Revision }
  /** Nothing at all has changed in the environment. */
  | { readonly kind: 'environment'; readonly environment: Key; readonly revision: Revision }
  | { readonly kind: 'flag'; readonly flag: Key; readonly version: number }
  | { readonly kind: 'segment'; readonly segment: Key; readonly version: number | null }
  | { readonly kind: 'layer'; readonly layer: Key; readonly version: number | null }
  | { readonly kind: 'plan'; readonly plan: Key; readonly version: number | null }
  | { readonly kind: 'metric_source'; readonly source: Key; readonly version: number | null }
  | { readonly kind: 'metric_definition'; readonly metric: string; readonly version: number | null }
  | { readonly kind: 'ramp'; readonly id: Id; readonly version: number }
  /** The lease taken by `claimRamp` is still ours. */
  | { readonly kind: 'lease'; readonly id: Id; readonly fence: number }
  | { readonly kind: 'no_active_ramp'; readonly environment: Key; readonly flag: Key }

export interface SessionRow {
  readonly hash: string
  readonly person: Id
  readonly createdAt: number
  readonly expiresAt: number
}

/** A metric source with what it is asked with, which nobody is told again. */
export interface StoredSource {
  readonly source: MetricSource
  /** As it is sent: a password or a token. */
  readonly secret: string | null
}

/** Secrets of our own are stored as SHA-256 in hex: they are random, so no slow hash is needed. */
export type Write =
  | { readonly put: 'project'; readonly project: Project }
  | { readonly put: 'environment'; readonly environment: Omit<StoredEnvironment, 'revision'> }
  /** In place of those of an environment that exists. */
  | { readonly put: 'environment_settings'; readonly environment: Omit<StoredEnvironment, 'revision'> }
  | { readonly put: 'flag'; readonly flag: Flag }
  /** The store stamps the revision that this commit makes in the environment. */
  | { readonly put: 'config'; readonly config: Omit<StoredConfig, 'revision'> }
  | { readonly put: 'segment'; readonly project: Key; readonly segment: Segment }
  | { readonly put: 'layer'; readonly project: Key; readonly layer: StoredLayer }
  | { readonly put: 'plan'; readonly project: Key; readonly plan: Plan }
  | ({ readonly put: 'metric_source'; readonly project: Key } & StoredSource)
  | { readonly put: 'metric_definition'; readonly project: Key; readonly definition: MetricDefinition }
  | { readonly put: 'webhook'; readonly project: Key; readonly webhook: Omit<Webhook, 'lastDelivery'> }
  | { readonly put: 'sdk_key'; readonly key: Omit<SdkKey, 'lastUsedAt'>; readonly hash: string }
  | {
      readonly put: 'token'
      readonly token: Omit<Token, 'lastUsedAt'>
      readonly hash: string
      readonly person: Id | null
    }
  | { readonly put: 'person'; readonly person: Omit<Person, 'lastSeenAt'> }
  /** A one-time sign-in secret; used up by `useSignIn`. */
  | { readonly put: 'sign_in'; readonly hash: string; readonly person: Id; readonly expiresAt: number }
  | { readonly put: 'session'; readonly session: SessionRow }
  | { readonly put: 'ramp'; readonly ramp: StoredRamp }
  /** Makes one delivery for each webhook of the project, in the same transaction. Unique by (ramp, seq, kind): a second is dropped. */
  | { readonly put: 'alert'; readonly alert: StoredAlert }
  | { readonly remove: 'segment' | 'layer' | 'metric_source'; readonly project: Key; readonly key: Key }
  | { readonly remove: 'metric_definition'; readonly project: Key; readonly metric: string }
  | { readonly remove: 'webhook' | 'sdk_key' | 'token'; readonly id: Id }
  | { readonly remove: 'session'; readonly hash: string }

export interface StoredAlert {
  readonly id: Id
  readonly project: Key
  readonly environment: Key
  readonly flag: Key
  readonly ramp: Id
  readonly seq: number
  readonly kind:
    | 'started'
    | 'advanced'
    | 'held'
    | 'warned'
    | 'stepped_back'
    | 'rolled_back'
    | 'killed'
    | 'completed'
    | 'flying_blind'
    | 'source_error'
    | 'not_effective'
    | 'late_regression'
  readonly words: string
  readonly url: string
  readonly at: number
  readonly evidence?: readonly Evidence[]
}

export interface AuditDraft {
  readonly action: AuditAction
  readonly subject: Subject
  /** What changed, before and after; never a secret. */
  readonly before: unknown
  readonly after: unknown
  readonly words: string
  readonly evidence?: readonly Evidence[]
}

/** Who asked for a commit, and how. */
export interface Asker {
  readonly actor: Actor
  readonly comment: string | null
  readonly request: { readonly id: string; readonly address: string | null }
}

/** One atomic write: data, audit, revisions, changes and alerts, or nothing. */
export interface Commit {
  /** Whose chain the audit entries go to: a project's key, or `instance`. */
  readonly scope: Key
  readonly at: number
  readonly asker: Asker
  readonly expect?: readonly Expectation[]
  readonly writes: readonly Write[]
  /** Each named environment gets exactly one new revision. */
  readonly changes?: readonly ChangeDraft[]
  readonly audit: readonly AuditDraft[]
}

export type Committed =
  | {
      readonly kind: 'done'
      readonly revisions: readonly { readonly environment: Key; readonly revision: Revision }[]
      readonly audit: readonly AuditEntry[]
    }
  | { readonly kind: 'conflict'; readonly failed: Expectation }
  /** A `put` of a new key that exists already (projects, environments, flags), or a second run of a ramp. */
  | { readonly kind: 'exists' }

/** A unit that one batch says was met, or had an event, in one sequence and tick of a ramp. */
export interface UnitCount {
  readonly ramp: Id
  readonly seq: number
  /** Start of the tick on the server's clock. */
  readonly tick: number
  /** `''` for units that were met, else the metric whose first event this is. */
  readonly metric: string
  readonly arm: 'treatment' | 'control'
  readonly unit: UnitHash
  /** Within which a unit counts once for a metric: ramp and sequence for met units, the seed scope for events. */
  readonly scope: string
  /** Names under which the tick counts the unit; absent is its metric. */
  readonly counts?: readonly string[]
  /** The name under which its tick counts a unit, once, that is named here in one arm after the other; absent: that is not looked for. */
  readonly twice?: string
  /** Windows that open for the unit when it is new here: what it comes to within them is summed up. */
  readonly opens?: readonly { readonly metric: string; readonly closesAt: number }[]
}

/** Part of what a unit comes to, at a time. It counts in the unit's open window of the metric, and nowhere without one. */
export interface UnitAmount {
  readonly ramp: Id
  readonly metric: string
  readonly unit: UnitHash
  readonly at: number
  readonly amount: number
}

/** Windows of one metric that are to be closed. */
export interface WindowsClosing {
  readonly ramp: Id
  readonly metric: string
  /** Those that were over by then. */
  readonly until: number
  /** The tick in which their units count. */
  readonly tick: number
  /** What a unit comes to at most. */
  readonly cap: number
  /** Within which a unit that came to something counts once. */
  readonly scope: string
}

export interface CountsCommit {
  readonly batch: string
  readonly environment: EnvironmentRef
  readonly at: number
  readonly units: readonly UnitCount[]
  /** Metrics named by the batch, whether or not a ramp watches them. */
  readonly metrics: readonly string[]
  /** Outcomes of a ramp that were not counted (older run, unknown sequence, ended), by ramp. */
  readonly late: readonly { readonly ramp: Id; readonly n: number }[]
  readonly amounts?: readonly UnitAmount[]
  /** What is counted without units: added to the ticks as it is. */
  readonly tallies?: readonly (TickRow & { readonly ramp: Id })[]
  /** What the batch adds to the totals; of flags and variations that do not exist nothing is kept. */
  readonly totals?: readonly SeriesCount[]
  /** Keys that were asked for and that no flag had then. */
  readonly unknown?: readonly { readonly flag: string; readonly n: number }[]
}

/** How often a variation was served in one step of a chart. */
export interface ServedInStep {
  readonly variation: Key
  readonly start: number
  readonly n: number
}

/** What is known of a metric in one step of a chart. */
export interface MeasuredInStep extends Total {
  readonly start: number
}

/** Units counted for the first time in one tick. `metric` is `''` for units met. */
export interface TickRow {
  readonly seq: number
  readonly tick: number
  readonly metric: string
  readonly treatment: number
  readonly control: number
}

export interface Delivery {
  readonly id: Id
  readonly alert: StoredAlert
  readonly webhook: Omit<Webhook, 'lastDelivery'>
  /** 1 for the first try. */
  readonly attempt: number
}

export type DeliveryOutcome =
  | { readonly ok: true; readonly status: number }
  /** `retryAt` null gives up. */
  | { readonly ok: false; readonly status: number | null; readonly error: string; readonly retryAt: number | null }

/** How much of each environment's changes is kept, whichever of the two is more: how long a stream can be away and resume. */
export interface ChangesKept {
  /** Default 10,000. */
  readonly revisions: number
  /** Default 30 days. */
  readonly ms: number
}

export interface AuditQuery {
  readonly scope: string
  readonly subject?: Partial<Subject>
  /** Whether what happened in all environments at once happened in that of the subject too. */
  readonly orEverywhere?: boolean
  readonly before?: number
  readonly limit: number
}

export interface Store {
  // administration
  projects(): Promise<readonly Project[]>
  project(project: Key): Promise<Project | undefined>
  environments(project: Key): Promise<readonly StoredEnvironment[]>
  environment(ref: EnvironmentRef): Promise<StoredEnvironment | undefined>
  flags(project: Key): Promise<readonly Flag[]>
  flag(project: Key, flag: Key): Promise<Flag | undefined>
  /** Every configuration of a project, or of one flag. */
  configs(project: Key, flag?: Key): Promise<readonly StoredConfig[]>
  config(ref: EnvironmentRef, flag: Key): Promise<StoredConfig | undefined>
  segments(project: Key): Promise<readonly Segment[]>
  layers(project: Key): Promise<readonly StoredLayer[]>
  plans(project: Key): Promise<readonly Plan[]>
  /** With their secrets: for who reads from them. */
  metricSources(project: Key): Promise<readonly StoredSource[]>
  metricDefinitions(project: Key): Promise<readonly MetricDefinition[]>
  webhooks(project: Key): Promise<readonly Webhook[]>
  people(): Promise<readonly Person[]>
  tokens(): Promise<readonly Token[]>
  sdkKeys(ref: EnvironmentRef): Promise<readonly SdkKey[]>
  /** A project's chain, or `instance`; newest first, below `before`. */
  audit(query: AuditQuery): Promise<readonly AuditEntry[]>

  // credentials
  tokenByHash(hash: string): Promise<{ readonly token: Token; readonly person: Id | null } | undefined>
  sdkKeyByHash(hash: string): Promise<SdkKey | undefined>
  personBySession(hash: string, now: number): Promise<Person | undefined>
  /** Takes a sign-in secret out of the store: a second use finds nothing. */
  useSignIn(hash: string, now: number): Promise<Person | undefined>
  /** Remembers that these were used; may be called seldom, loses nothing of value when it fails. */
  touch(
    used: { readonly tokens?: readonly Id[]; readonly sdkKeys?: readonly Id[]; readonly people?: readonly Id[] },
    now: number,
  ): Promise<void>

  // delivery
  environmentState(ref: EnvironmentRef): Promise<EnvironmentState | undefined>
  /** Every change after `revision`, oldest first; `gone` when the log no longer reaches back. */
  changesSince(ref: EnvironmentRef, revision: Revision): Promise<readonly Change[] | 'gone'>
  /**
   * The flags, segments and ramps that changes after `revision` name, and the whole environment and its layers; `gone` when the log no
   * longer reaches back. Costs as much as what has changed, however large the environment is.
   */
  stateSince(ref: EnvironmentRef, revision: Revision): Promise<StateSince | 'gone'>
  /** Called after each commit that made a revision, and after each that wrote a ramp. Returns the way to stop. */
  subscribe(listener: (notice: Notice) => void): () => void

  /** The one way anything is written by people, tokens and ramps. */
  commit(commit: Commit): Promise<Committed>

  // ramps
  ramp(id: Id): Promise<RampRow | undefined>
  /** Newest first. */
  ramps(query: {
    readonly project?: Key
    readonly environment?: Key
    readonly flag?: Key
    readonly active?: boolean
    /** Those that have not ended, and those that are watched after their end. */
    readonly driven?: true
    readonly before?: Id
    readonly limit: number
  }): Promise<readonly RampRow[]>
  rampByRun(ref: EnvironmentRef, flag: Key, to: Key, run: string): Promise<RampRow | undefined>
  /** Takes or renews the lease when it is free, ours or over. The fence rises whenever the owner changes. */
  claimRamp(
    id: Id,
    lease: { readonly owner: string; readonly now: number; readonly forMs: number },
  ): Promise<{ readonly row: RampRow; readonly fence: number } | undefined>
  /** The ticks of a ramp that begin at `since` or later, all of them by default, in the order (seq, tick, metric). */
  ticks(ramp: Id, since?: number): Promise<readonly TickRow[]>
  /** Closes windows, some thousands at most, and counts their units by what they came to. Answers how many there were. */
  closeWindows(closing: WindowsClosing): Promise<number>
  /**
   * Forgets the units of a ramp and its seed that lie outside a sample, of both arms alike; those within are kept. What was
   * counted stays counted.
   */
  forgetUnits(ramp: { readonly id: Id; readonly seedScope: string }, sample: number): Promise<void>
  /** Outcomes that were dropped because they came from an older run, an unknown sequence or after the end. */
  lateCounts(ramp: Id): Promise<number>

  // ingestion
  /** Counts each unit once per (scope, metric), folds what is new into the ticks; a known batch changes nothing. */
  addCounts(counts: CountsCommit): Promise<'added' | 'duplicate'>
  /** The same for several batches at once, of any environments: all of them or none. Answers in their order. */
  addAllCounts(all: readonly CountsCommit[]): Promise<readonly ('added' | 'duplicate')[]>
  /** What metric sources have said of a ramp, in the order (guard, start, part). */
  figures(ramp: Id): Promise<Figures>
  /** How the sources of a ramp's guards fare, without their figures. */
  sourceStates(ramp: Id): Promise<readonly SourceState[]>
  /** Adds what one reading or push brought, unless somebody else has written the state of that guard since. */
  addFigures(commit: FiguresCommit): Promise<'added' | 'conflict'>
  metrics(ref: EnvironmentRef): Promise<readonly Metric[]>
  /** What a flag served, by variation and step; steps in which nothing was served are left out. */
  served(ref: EnvironmentRef, flag: Key, steps: Steps): Promise<readonly ServedInStep[]>
  /** The totals of a metric by step; steps without any are left out. */
  measured(ref: EnvironmentRef, metric: string, steps: Steps): Promise<readonly MeasuredInStep[]>
  /** Keys that SDKs asked for and no flag of the project has, the latest first. */
  unknownFlags(ref: EnvironmentRef): Promise<readonly UnknownFlag[]>

  // alerts
  /** Takes the next due delivery for `leaseMs`; a crash gives it back when that is over. */
  claimDelivery(now: number, leaseMs: number): Promise<Delivery | undefined>
  settleDelivery(id: Id, outcome: DeliveryOutcome, now: number): Promise<void>

  /**
   * Folds totals that are older than their tier is kept, and deletes what its time is over: batch ids after 24 h, sessions,
   * sign-in secrets, unit hashes of ramps that ended 30 days ago, old changes, totals, metrics and unknown flags.
   */
  sweep(now: number, keep?: ChangesKept): Promise<void>
  /** Throws when the database cannot be read. */
  check(): Promise<void>
  /** After what has been asked for is done. A second call does nothing. */
  close(): Promise<void>
}

export type Notice =
  | { readonly kind: 'changed'; readonly project: Key; readonly environment: Key; readonly revision: Revision }
  | { readonly kind: 'ramp'; readonly project: Key; readonly environment: Key; readonly flag: Key; readonly ramp: Id }
