import type { Flag } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, requireDone, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, Expectation, Store, StoredEnvironment } from '../store/store.ts'
import { completeConfigs } from './complete.ts'
import { requireFlag } from './lookup.ts'
import { requireMatch } from './preconditions.ts'
import { type FlagInput, type FlagPatch, newConfig, newFlag, patched, sameJson } from './rules.ts'
import { requireSchema } from './schema.ts'
import { askersOf, type Users, usersOf } from './uses.ts'

/** One flag is not ramping in more environments at once. */
const MOST_RAMPS = 1_000

export interface ChangedFlag extends Recorded {
  readonly item: Flag
}

export interface Catalogue {
  get(project: string, flag: string): Promise<Flag>
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
    get: (project, flag) => requireFlag(store, project, flag),

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
        const looked = await requireUnused(store, order.project, flag, next)
        const told = isTold(flag, next) ? environments : []
        const committed = await store.commit({
          scope: order.project,
          at,
          asker: order.asker,
          expect: [
            { kind: 'flag', flag: flag.key, version: flag.version },
            // read before the users, so that a new one is a revision that was not expected
            ...(looked ? environments.map(unchanged) : []),
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

/** Throws while something relies on what is to go: a flag, or a variation of it. Returns whether anything is to go. */
async function requireUnused(store: Store, project: string, before: Flag, after: Flag): Promise<boolean> {
  const isArchived = before.archivedAt === null && after.archivedAt !== null
  const gone = before.variations.filter(({ key }) => after.variations.every((kept) => kept.key !== key))
  if (!isArchived && gone.length === 0) return false
  const configs = await store.configs(project)
  const active = await store.ramps({ project, flag: before.key, active: true, limit: MOST_RAMPS })
  const ramps = active.map(({ ramp }) => ramp)
  if (isArchived) requireFlagUnused(before.key, { configs, ramps })
  for (const { key } of gone) {
    const users = usersOf(before.key, key, { configs, ramps })
    if (users.length === 0) continue
    const sentence = `Variation ${key} of ${before.key} is used by ${users.join(', ')}; nothing was changed.`
    throw new AppError('in_use', sentence, { current: users })
  }
  return true
}

function requireFlagUnused(flag: string, { configs, ramps: [ramp] }: Users): void {
  if (ramp !== undefined) {
    throw new AppError('ramp_active', `A ramp is active on ${flag} in ${ramp.environment}; nothing was changed.`, {
      hint: 'Roll the ramp back, or let it end.',
      current: { id: ramp.id },
    })
  }
  const askers = askersOf(flag, configs)
  if (askers.length === 0) return
  throw new AppError('in_use', `${flag} is a prerequisite of ${askers.join(', ')}; nothing was changed.`, {
    current: askers,
  })
}

function unchanged({ key, revision }: StoredEnvironment): Expectation {
  return { kind: 'environment', environment: key, revision }
}

/** Whether SDKs have to hear of it: browsers learn of a flag or forget it, or what variations give is different. */
function isTold(before: Flag, after: Flag): boolean {
  return before.clientSide !== after.clientSide || !sameJson(given(before), given(after))
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
      return `${after.key} was edited.`
  }
}
