import { StoreTrouble } from '../store/engine.ts'
import type { Commit, CountsCommit, DeliveryOutcome, Store } from '../store/store.ts'
import type { Metrics } from './registry.ts'

/** The same store, with its commands timed, and what goes through it counted where every part of the server passes. */
export function measuredStore(store: Store, metrics: Metrics): Store {
  return {
    ...timed(store, metrics),
    async commit(commit) {
      const committed = await time(metrics, 'commit', () => store.commit(commit))
      if (committed.kind === 'done') for (const cause of rollbacksIn(commit)) metrics.rolledBack(cause)
      return committed
    },
    async addCounts(counts) {
      const outcome = await time(metrics, 'addCounts', () => store.addCounts(counts))
      metrics.ingested(outcome)
      if (outcome === 'added') countEvaluations(counts, metrics)
      return outcome
    },
    async addAllCounts(all) {
      const outcomes = await time(metrics, 'addAllCounts', () => store.addAllCounts(all))
      for (const [i, outcome] of outcomes.entries()) {
        metrics.ingested(outcome)
        const counts = all[i]
        if (outcome === 'added' && counts !== undefined) countEvaluations(counts, metrics)
      }
      return outcomes
    },
    async settleDelivery(id, outcome, now) {
      await time(metrics, 'settleDelivery', () => store.settleDelivery(id, outcome, now))
      metrics.delivered(outcomeOf(outcome))
    },
  }
}

function timed(store: Store, metrics: Metrics): Store {
  const commands = Object.entries(store).map(([command, method]) => [
    command,
    // the one that answers at once
    command === 'subscribe' ? method : (...args: unknown[]) => time(metrics, command, () => method(...args)),
  ])
  return Object.fromEntries(commands)
}

async function time<T>(metrics: Metrics, command: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoreTrouble) metrics.storeFailed(error.trouble)
    throw error
  } finally {
    metrics.storeAnswered(command, (performance.now() - startedAt) / 1000)
  }
}

/** The cause of each ramp that a commit takes back. */
function rollbacksIn({ writes, audit }: Commit): readonly string[] {
  const tells = audit.some(({ action }) => action === 'ramp.rolled_back' || action === 'ramp.killed')
  if (!tells) return []
  return writes.flatMap((write) => {
    if (!('put' in write) || write.put !== 'ramp') return []
    const { state, end } = write.ramp
    return state === 'rolled_back' || state === 'killed' ? [end?.cause?.kind ?? 'unknown'] : []
  })
}

function countEvaluations({ environment: ref, totals = [] }: CountsCommit, metrics: Metrics): void {
  const { project, environment } = ref
  for (const { series, n } of totals) {
    if (series.kind === 'metric') continue
    const { flag, variation } = series
    metrics.evaluated({ project, environment, flag, variation }, n)
  }
}

function outcomeOf(outcome: DeliveryOutcome): 'ok' | 'failed' | 'given_up' {
  if (outcome.ok) return 'ok'
  return outcome.retryAt === null ? 'given_up' : 'failed'
}
