import type { Engine } from './engine.ts'
import * as administration from './queries/administration.ts'
import * as alerts from './queries/alerts.ts'
import { closeWindows } from './queries/close-windows.ts'
import { commit } from './queries/commit.ts'
import { addAllCounts } from './queries/counts.ts'
import * as credentials from './queries/credentials.ts'
import * as delivery from './queries/delivery.ts'
import * as figures from './queries/figures.ts'
import { forgetUnits } from './queries/forget-units.ts'
import * as ramps from './queries/ramps.ts'
import * as sources from './queries/sources.ts'
import { sweep } from './queries/sweep.ts'
import * as totals from './queries/totals.ts'
import { unknownFlags } from './queries/unknown-flags.ts'
import type { Commit, Committed, Notice, Store } from './store.ts'

/**
 * The store over one database: which command is one read, and which is one write.
 *
 * @param report hears of listeners that threw.
 */
export function assembleStore(engine: Engine, report: (error: unknown) => void): Store {
  const read: Engine['read'] = (work) => engine.read(work)
  const write: Engine['write'] = (work) => engine.write(work)
  const listeners = new Set<(notice: Notice) => void>()

  return {
    projects: () => read(administration.projects),
    project: (key) => read((db) => administration.project(db, key)),
    environments: (project) => read((db) => administration.environments(db, project)),
    environment: (ref) => read((db) => administration.environment(db, ref)),
    flags: (project) => read((db) => administration.flags(db, project)),
    flag: (project, flag) => read((db) => administration.flag(db, project, flag)),
    configs: (project, flag) => read((db) => administration.configs(db, project, flag)),
    config: (ref, flag) => read((db) => administration.config(db, ref, flag)),
    segments: (project) => read((db) => administration.segments(db, project)),
    layers: (project) => read((db) => administration.layers(db, project)),
    plans: (project) => read((db) => administration.plans(db, project)),
    metricSources: (project) => read((db) => sources.metricSources(db, project)),
    metricDefinitions: (project) => read((db) => sources.metricDefinitions(db, project)),
    webhooks: (project) => read((db) => administration.webhooks(db, project)),
    people: () => read(administration.people),
    tokens: () => read(administration.tokens),
    sdkKeys: (ref) => read((db) => administration.sdkKeys(db, ref)),
    audit: (query) => read((db) => administration.audit(db, query)),

    tokenByHash: (hash) => read((db) => credentials.tokenByHash(db, hash)),
    sdkKeyByHash: (hash) => read((db) => credentials.sdkKeyByHash(db, hash)),
    personBySession: (hash, now) => read((db) => credentials.personBySession(db, hash, now)),
    useSignIn: (hash, now) => write((db) => credentials.useSignIn(db, hash, now)),
    touch: (used, now) => write((db) => credentials.touch(db, used, now)),

    environmentState: (ref) => read((db) => delivery.environmentState(db, ref)),
    changesSince: (ref, revision) => read((db) => delivery.changesSince(db, ref, revision)),
    stateSince: (ref, revision) => read((db) => delivery.stateSince(db, ref, revision)),
    subscribe: (listener) => {
      // A subscription of its own, so that the same function can be there twice and be stopped once.
      const heard = (notice: Notice): void => listener(notice)
      listeners.add(heard)
      return () => listeners.delete(heard)
    },

    commit: async (asked) => {
      const committed = await orTaken(engine, () => write((db) => commit(db, asked)))
      if (committed.kind === 'done') for (const notice of notices(asked, committed)) tell(listeners, notice, report)
      return committed
    },

    ramp: (id) => read((db) => ramps.ramp(db, id)),
    ramps: (query) => read((db) => ramps.ramps(db, query)),
    rampByRun: (ref, flag, to, run) => read((db) => ramps.rampByRun(db, ref, flag, to, run)),
    claimRamp: (id, lease) => write((db) => ramps.claimRamp(db, id, lease)),
    ticks: (ramp, since) => read((db) => ramps.ticks(db, ramp, since)),
    closeWindows: (closing) => write((db) => closeWindows(db, closing)),
    forgetUnits: (ramp, sample) => forgetUnits(write, ramp, sample),
    lateCounts: (ramp) => read((db) => ramps.lateCounts(db, ramp)),

    addCounts: async (counts) => {
      const [outcome = 'duplicate'] = await write((db) => addAllCounts(db, [counts]))
      return outcome
    },
    addAllCounts: (all) => write((db) => addAllCounts(db, all)),
    figures: (ramp) => read((db) => figures.figures(db, ramp)),
    sourceStates: (ramp) => read((db) => figures.sourceStates(db, ramp)),
    addFigures: (asked) => write((db) => figures.addFigures(db, asked)),
    metrics: (ref) => read((db) => administration.metrics(db, ref)),
    served: (ref, flag, steps) => read((db) => totals.served(db, ref, flag, steps)),
    measured: (ref, metric, steps) => read((db) => totals.measured(db, ref, metric, steps)),
    unknownFlags: (ref) => read((db) => unknownFlags(db, ref)),

    claimDelivery: (now, leaseMs) => write((db) => alerts.claimDelivery(db, now, leaseMs)),
    settleDelivery: (id, outcome, now) => write((db) => alerts.settleDelivery(db, id, outcome, now)),

    sweep: (now, keep) => sweep(write, now, keep),
    check: async () => {
      await read(administration.projects)
    },
    close: () => engine.close(),
  }
}

async function orTaken(engine: Engine, work: () => Promise<Committed>): Promise<Committed> {
  try {
    return await work()
  } catch (error) {
    if (engine.isTaken(error)) return { kind: 'exists' }
    throw error
  }
}

function notices(asked: Commit, committed: Extract<Committed, { kind: 'done' }>): readonly Notice[] {
  const changed = committed.revisions.map(
    ({ environment, revision }): Notice => ({ kind: 'changed', project: asked.scope, environment, revision }),
  )
  const ramps = asked.writes.flatMap((write): Notice[] => {
    if (!('put' in write) || write.put !== 'ramp') return []
    const { project, environment, flag, id } = write.ramp
    return [{ kind: 'ramp', project, environment, flag, ramp: id }]
  })
  return [...changed, ...ramps]
}

/** The commit stands whatever a listener does, and one that fails keeps nothing from the others. */
function tell(listeners: Iterable<(notice: Notice) => void>, notice: Notice, report: (error: unknown) => void): void {
  for (const listener of [...listeners]) {
    try {
      listener(notice)
    } catch (error) {
      report(error)
    }
  }
}
