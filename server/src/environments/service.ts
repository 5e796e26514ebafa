import type { Environment, Project } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, requireDone, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { untoldIn, wouldHide } from '../flags/client-side.ts'
import { completeConfigs } from '../flags/complete.ts'
import { invalid, newConfig, sameJson } from '../flags/rules.ts'
import { randomText } from '../keys/secrets.ts'
import type { Asker, EnvironmentRef, Store, StoredEnvironment } from '../store/store.ts'
import { requireEnvironment, requireProject } from './access.ts'

export interface EnvironmentInput {
  readonly key: string
  readonly class: Environment['class']
  readonly protected?: boolean | undefined
}

/** What of an environment can be changed. What is left out stays. */
export type EnvironmentEdit = { readonly [S in Setting]?: Environment[S] | undefined }

type Setting = 'protected' | 'origins' | 'privateAttributes'

type Changed<T> = Recorded & { readonly item: T }

export interface Environments {
  /** The projects that any of these scopes lets their holder look into. */
  projects(scopes: readonly string[]): Promise<readonly Project[]>
  project(key: string): Promise<Project>
  createProject(
    input: { readonly key: string; readonly name?: string | undefined },
    asker: Asker,
  ): Promise<Changed<Project>>
  list(project: string): Promise<readonly Environment[]>
  get(ref: EnvironmentRef): Promise<Environment>
  /** Creates an environment in which every flag of the project is off. */
  create(project: string, input: EnvironmentInput, asker: Asker): Promise<Changed<Environment>>
  /** Makes a revision: what browsers are told depends on the settings. */
  edit(ref: EnvironmentRef, input: EnvironmentEdit, asker: Asker): Promise<Changed<Environment>>
}

/** Projects, and the environments that their flags are served to. */
export function createEnvironments({ store, clock }: { readonly store: Store; readonly clock: Clock }): Environments {
  return {
    async projects(scopes) {
      return (await store.projects()).filter(({ key }) => scopes.some((scope) => namesProject(scope, key)))
    },

    project: (key) => requireProject(store, key),

    async createProject({ key, name }, asker) {
      if (key === INSTANCE)
        throw new AppError('invalid', `"${INSTANCE}" is the name of the instance's own audit; nothing was changed.`)
      const project: Project = { key, name: name ?? key, version: 1 }
      const committed = await store.commit({
        scope: key,
        at: clock.now(),
        asker,
        writes: [{ put: 'project', project }],
        audit: [
          {
            action: 'project.created',
            subject: { kind: 'project', key },
            before: null,
            after: project,
            words: `Project ${key} was created.`,
          },
        ],
      })
      return { item: project, ...recorded(requireDone(committed, `There is a project ${key} already.`)) }
    },

    async list(project) {
      await requireProject(store, project)
      return (await store.environments(project)).map(viewOf)
    },

    async get(ref) {
      return viewOf(await requireEnvironment(store, ref))
    },

    async create(project, input, asker) {
      await requireProject(store, project)
      const at = clock.now()
      const environment = newEnvironment(project, input, randomText(SALT_LENGTH))
      const ref = { project, environment: input.key }
      const flags = await store.flags(project)
      const committed = await store.commit({
        scope: project,
        at,
        asker,
        writes: [
          { put: 'environment', environment },
          ...flags.map((flag) => ({ put: 'config', config: newConfig(flag, ref) }) as const),
        ],
        changes: [{ environment: input.key, flags: flags.map(({ key }) => key) }],
        audit: [
          {
            action: 'environment.created',
            subject: { kind: 'environment', key: input.key, environment: input.key },
            before: null,
            after: viewOf({ ...environment, revision: 1 }),
            words: `Environment ${input.key} was created; every flag is off there.`,
          },
        ],
      })
      const done = requireDone(committed, `Project ${project} has an environment ${input.key} already.`)
      await completeConfigs(store, project, { flags: await store.flags(project), asker, at })
      return { item: viewOf(await requireEnvironment(store, ref)), ...recorded(done, input.key) }
    },

    edit: ({ project, environment: key }, input, asker) =>
      untilCommitted(async () => {
        const { revision, ...before } = await requireEnvironment(store, { project, environment: key })
        const after = edited(before, input)
        const subject = { kind: 'environment', key, environment: key } as const
        if (sameJson(after, before)) {
          const item = viewOf({ ...before, revision })
          return { kind: 'answer', answer: { item, ...(await lastRecorded(store, project, subject)) } }
        }
        await requireTellable(store, before, after)
        const item = viewOf({ ...after, revision: revision + 1 })
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'environment', environment: key, revision }],
          writes: [{ put: 'environment_settings', environment: after }],
          changes: [{ environment: key }],
          audit: [
            {
              action: 'environment.edited',
              subject,
              before: viewOf({ ...before, revision }),
              after: item,
              words: `Environment ${key} was edited: ${sayEdits(before, after).join('; ')}.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item, ...recorded(committed, key) } }
      }),
  }
}

const INSTANCE = 'instance'
const SALT_LENGTH = 26

function newEnvironment(project: string, input: EnvironmentInput, salt: string): Omit<StoredEnvironment, 'revision'> {
  return {
    project,
    key: input.key,
    class: input.class,
    protected: input.protected ?? input.class === 'production',
    origins: [],
    privateAttributes: [],
    requiredPlan: null,
    salt,
  }
}

type Settings = Omit<StoredEnvironment, 'revision'>

function edited(before: Settings, input: EnvironmentEdit): Settings {
  return {
    ...before,
    protected: input.protected ?? before.protected,
    origins: [...new Set(input.origins ?? before.origins)],
    privateAttributes: [...new Set(input.privateAttributes ?? before.privateAttributes)],
  }
}

/** Throws when a client-side flag could no longer be told to browsers, because it tests what is to be private. */
async function requireTellable(store: Store, before: Settings, after: Settings): Promise<void> {
  const { project } = after
  if (after.privateAttributes.every((path) => before.privateAttributes.includes(path))) return
  const whole = {
    flags: await store.flags(project),
    configs: await store.configs(project),
    segments: await store.segments(project),
  }
  const now = untoldIn({ ...whole, environments: [before] })
  const lost = untoldIn({ ...whole, environments: [after] }).filter((reason) => !now.includes(reason))
  if (lost.length > 0) throw invalid(wouldHide('/privateAttributes', lost))
}

function sayEdits(before: Settings, after: Settings): readonly string[] {
  const edits: string[] = []
  if (after.protected !== before.protected) edits.push(`it is ${after.protected ? '' : 'no longer '}protected`)
  if (!sameJson(after.origins, before.origins)) {
    edits.push(`pages of ${after.origins.join(', ') || 'every origin'} may use its client keys`)
  }
  if (!sameJson(after.privateAttributes, before.privateAttributes)) {
    edits.push(`its private attributes are ${after.privateAttributes.join(', ') || 'none'}`)
  }
  return edits
}

/** The salt hides private values from browsers; it is nobody's to read. */
function viewOf(stored: StoredEnvironment): Environment {
  const { salt: _, ...environment } = stored
  return environment
}

function namesProject(scope: string, key: string): boolean {
  const project = scope.slice(scope.indexOf('@') + 1).split('/')[0]
  return project === '*' || project === key
}
