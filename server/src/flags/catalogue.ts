import { type Flag, type FlagView, sayPagesAreTold, whatPagesAreTold } from '@rampart/contract/admin'
import { lastRecorded, type Recorded, recorded, requireDone, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { cohortOf } from '../ramp/cohort.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, Expectation, Store, StoredEnvironment } from '../store/store.ts'
import { completeConfigs } from './complete.ts'
import { requireFlag } from './lookup.ts'
import { checkPatch } from './patch-check.ts'
import { requireMatch } from './preconditions.ts'
import { type FlagInput, type FlagPatch, newConfig, newFlag, patched, sameJson } from './rules.ts'
import { requireSchema } from './schema.ts'

export interface ChangedFlag extends Recorded {
  readonly item: Flag
}

export interface Catalogue {
  get(project: string, flag: string): Promise<FlagView>
  /** Creates a flag, off in every environment. */
  create(project: string, input: FlagInput, asker: Asker): Promise<ChangedFlag>
  patch(order: PatchOrder): Promise<ChangedFlag>
}

export interface PatchOrder {
  readonly project: string
  readonly flag: string
  readonly patch: FlagPatch
  readonly ifMatch: IfMatch
  readonly asker: Asker
}

/** The flags of a project themselves: what is the same in every environment. */
export function createCatalogue({ store, clock }: { readonly store: Store; readonly clock: Clock }): Catalogue {
  return {
    async get(project, key) {
      const flag = await requireFlag(store, project, key)
      return { ...flag, cohort: [...cohortOf(flag, await store.flags(project))] }
    },

    async create(project, input, asker) {
      await requireProject(store, project)
      const at = clock.now()
      const flag = newFlag(input, iso(at))
      await requireSchema(flag)
      const environments = (await store.environments(project)).map(({ key }) => key)
      const committed = await store.commit({
        scope: project,
        at,
        asker,
        writes: [
          { put: 'flag', flag },
          ...environments.map(
            (environment) => ({ put: 'config', config: newConfig(flag, { project, environment }) }) as const,
          ),
        ],
        changes: environments.map((environment) => ({ environment, flags: [flag.key] })),
        audit: [
          {
            action: 'flag.created',
            subject: { kind: 'flag', key: flag.key },
            before: null,
            after: flag,
            words: `${flag.key} was created, off in every environment.`,
          },
        ],
      })
      const done = requireDone(committed, `Project ${project} has a flag ${flag.key} already.`)
      await completeConfigs(store, project, { flags: [flag], asker, at })
      return { item: flag, ...recorded(done) }
    },

    patch: (order) =>
      untilCommitted(async () => {
        const flag = await requireFlag(store, order.project, order.flag)
        requireMatch(order.ifMatch, { revision: flag.version, view: flag })
        const at = clock.now()
        const next = patched(flag, order.patch, iso(at))
        await requireSchema(next)
        const subject = { kind: 'flag', key: flag.key } as const
        if (next === flag)
          return { kind: 'answer', answer: { item: flag, ...(await lastRecorded(store, order.project, subject)) } }
        const environments = await store.environments(order.project)
        const restsOnOthers = await checkPatch(store, {
          project: order.project,
          environments,
          before: flag,
          after: next,
        })
        const told = isTold(flag, next) ? environments : []
        const committed = await store.commit({
          scope: order.project,
          at,
          asker: order.asker,
          expect: [
            { kind: 'flag', flag: flag.key, version: flag.version },
            // read before everything else, so that whoever changes the rest makes a revision that is not expected
            ...(restsOnOthers ? environments.map(unchanged) : []),
          ],
          writes: [{ put: 'flag', flag: next }],
          changes: told.map(({ key }) => ({ environment: key, flags: [flag.key] })),
          audit: [{ action: actionOf(flag, next), subject, before: flag, after: next, words: wordsOf(flag, next) }],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: next, ...recorded(committed) } }
      }),
  }
}

function unchanged({ key, revision }: StoredEnvironment): Expectation {
  return { kind: 'environment', environment: key, revision }
}

/** Whether SDKs have to hear of it: browsers learn of a flag or forget it, or what variations give is different. */
function isTold(before: Flag, after: Flag): boolean {
  return isToldOtherwise(before, after) || !sameJson(given(before), given(after))
}

/** Whether pages are told more or less of it than before. */
function isToldOtherwise(before: Flag, after: Flag): boolean {
  return whatPagesAreTold(before) !== whatPagesAreTold(after)
}

function given({ variations }: Flag): unknown {
  return variations.map(({ key, value }) => [key, value])
}

function actionOf(before: Flag, after: Flag) {
  if ((before.archivedAt === null) === (after.archivedAt === null)) return 'flag.edited'
  return after.archivedAt === null ? 'flag.unarchived' : 'flag.archived'
}

function wordsOf(before: Flag, after: Flag): string {
  switch (actionOf(before, after)) {
    case 'flag.archived':
      return `${after.key} was archived.`
    case 'flag.unarchived':
      return `${after.key} was brought back from the archive.`
    case 'flag.edited':
      return isToldOtherwise(before, after)
        ? `${after.key} was edited: ${sayPagesAreTold(after)}.`
        : `${after.key} was edited.`
  }
}
