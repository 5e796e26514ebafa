import type { Flag } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, requireDone, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, Store } from '../store/store.ts'
import { completeConfigs } from './complete.ts'
import { requireFlag } from './lookup.ts'
import { requireMatch } from './preconditions.ts'
import { type FlagInput, type FlagPatch, newConfig, newFlag, patched } from './rules.ts'

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
        const subject = { kind: 'flag', key: flag.key } as const
        if (next === flag)
          return { kind: 'answer', answer: { item: flag, ...(await lastRecorded(store, order.project, subject)) } }
        if (flag.archivedAt === null && next.archivedAt !== null) await requireUnused(store, order.project, flag.key)
        const told = flag.clientSide === next.clientSide ? [] : await store.environments(order.project)
        const committed = await store.commit({
          scope: order.project,
          at,
          asker: order.asker,
          expect: [{ kind: 'flag', flag: flag.key, version: flag.version }],
          writes: [{ put: 'flag', flag: next }],
          // browsers learn of it, or forget it
          changes: told.map(({ key }) => ({ environment: key, flags: [flag.key] })),
          audit: [{ action: actionOf(flag, next), subject, before: flag, after: next, words: wordsOf(flag, next) }],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: next, ...recorded(committed) } }
      }),
  }
}

/** Throws while something relies on the flag: another flag's prerequisites, or a ramp. */
async function requireUnused(store: Store, project: string, flag: string): Promise<void> {
  const [ramp] = await store.ramps({ project, flag, active: true, limit: 1 })
  if (ramp !== undefined) {
    throw new AppError('ramp_active', `A ramp is active on ${flag} in ${ramp.ramp.environment}; nothing was changed.`, {
      hint: 'Roll the ramp back, or let it end.',
      current: { id: ramp.ramp.id },
    })
  }
  const users = (await store.configs(project)).filter(({ prerequisites }) =>
    prerequisites.some((one) => one.flag === flag),
  )
  if (users.length === 0) return
  const told = [...new Set(users.map((user) => `${user.flag} in ${user.environment}`))]
  throw new AppError('in_use', `${flag} is a prerequisite of ${told.join(', ')}; nothing was changed.`, {
    current: told,
  })
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
