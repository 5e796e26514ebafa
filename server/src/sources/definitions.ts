import type { MetricDefinition, putMetric } from '@rampart/contract/admin'
import type { z } from 'zod'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import { requireMatch } from '../flags/preconditions.ts'
import { invalid, sameJson } from '../flags/rules.ts'
import { nearest } from '../http/nearest.ts'
import type { IfMatch } from '../http/preconditions.ts'
import type { Asker, Store } from '../store/store.ts'
import { isRead } from './guard-source.ts'

export interface DefinitionPlace {
  readonly project: string
  readonly metric: string
}

export type DefinitionInput = z.output<typeof putMetric>

export interface ChangedDefinition extends Recorded {
  readonly item: MetricDefinition
}

interface Order {
  readonly ifMatch: IfMatch
  readonly asker: Asker
}

export interface MetricDefinitions {
  list(project: string): Promise<readonly MetricDefinition[]>
  get(place: DefinitionPlace): Promise<MetricDefinition>
  put(place: DefinitionPlace, input: DefinitionInput, order: Order): Promise<ChangedDefinition>
  /** Ramps and plans that use it keep what they took from it. */
  remove(place: DefinitionPlace, order: Order): Promise<ChangedDefinition>
}

/** The metric catalogue of a project: what each metric means, and where it comes from. */
export function createMetricDefinitions({
  store,
  clock,
}: {
  readonly store: Store
  readonly clock: Clock
}): MetricDefinitions {
  async function require({ project, metric }: DefinitionPlace): Promise<MetricDefinition> {
    await requireProject(store, project)
    const definitions = await store.metricDefinitions(project)
    const found = definitions.find((one) => one.metric === metric)
    if (found !== undefined) return found
    const near = nearest(
      metric,
      definitions.map((one) => one.metric),
    )
    const hint = near === undefined ? {} : { hint: `Did you mean ${near}?` }
    throw new AppError('not_found', `Nothing is said of a metric ${metric} in project ${project}.`, hint)
  }

  return {
    async list(project) {
      await requireProject(store, project)
      return store.metricDefinitions(project)
    },

    get: require,

    put: (place, input, { ifMatch, asker }) =>
      untilCommitted(async () => {
        const { project, metric } = place
        await requireProject(store, project)
        await requireSource(store, project, input)
        const before = (await store.metricDefinitions(project)).find((one) => one.metric === metric)
        requireMatch(ifMatch, { revision: before?.version ?? 0, view: before ?? null })
        const after = replaced(metric, input, before)
        const subject = { kind: 'metric', key: metric } as const
        if (before !== undefined && sameJson({ ...after, version: before.version }, before))
          return { kind: 'answer', answer: { item: before, ...(await lastRecorded(store, project, subject)) } }
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'metric_definition', metric, version: before?.version ?? null }],
          writes: [{ put: 'metric_definition', project, definition: after }],
          audit: [
            {
              action: before === undefined ? 'metric.defined' : 'metric.edited',
              subject,
              before: before ?? null,
              after,
              words: `Metric ${metric} ${before === undefined ? 'was defined' : 'is said anew'}: it should go ${after.direction}.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: after, ...recorded(committed) } }
      }),

    remove: (place, { ifMatch, asker }) =>
      untilCommitted(async () => {
        const { project, metric } = place
        const before = await require(place)
        requireMatch(ifMatch, { revision: before.version, view: before })
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'metric_definition', metric, version: before.version }],
          writes: [{ remove: 'metric_definition', project, metric }],
          audit: [
            {
              action: 'metric.deleted',
              subject: { kind: 'metric', key: metric },
              before,
              after: null,
              words: `Metric ${metric} was taken out of the catalogue.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: before, ...recorded(committed) } }
      }),
  }
}

function replaced(metric: string, input: DefinitionInput, before: MetricDefinition | undefined): MetricDefinition {
  return {
    metric,
    unit: input.unit ?? before?.unit ?? '',
    direction: input.direction,
    owner: input.owner === undefined ? (before?.owner ?? null) : input.owner,
    description: input.description ?? before?.description ?? '',
    defaultLimit: input.defaultLimit === undefined ? (before?.defaultLimit ?? null) : input.defaultLimit,
    source: input.source === undefined ? (before?.source ?? null) : input.source,
    version: (before?.version ?? 0) + 1,
  }
}

async function requireSource(store: Store, project: string, { source }: DefinitionInput): Promise<void> {
  if (source === undefined || source === null || !isRead(source) || source.name === undefined) return
  const known = (await store.metricSources(project)).filter((one) => one.source.kind === source.kind)
  const names = known.map((one) => one.source.key)
  if (names.includes(source.name)) return
  const near = nearest(source.name, names)
  const message = `there is no source ${source.name} of kind ${source.kind}`
  throw invalid([{ pointer: '/source/name', message, ...(near === undefined ? {} : { nearest: near }) }])
}
