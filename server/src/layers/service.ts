import type { Layer } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { requireProject } from '../environments/access.ts'
import { requireMatch } from '../flags/preconditions.ts'
import { invalid } from '../flags/rules.ts'
import type { IfMatch } from '../http/preconditions.ts'
import type { Asker, Store, StoredLayer } from '../store/store.ts'
import { ownersOf } from './rules.ts'

export interface LayerPlace {
  readonly project: string
  readonly layer: string
}

export interface LayerInput {
  readonly name?: string | undefined
  readonly seed?: string | undefined
}

export interface ChangedLayer extends Recorded {
  readonly item: Layer
}

export interface Layers {
  list(project: string): Promise<readonly Layer[]>
  get(place: LayerPlace): Promise<Layer>
  /** Creates or renames. Throws `invalid` when the seed of a layer that is there is to be another. */
  put(order: {
    readonly place: LayerPlace
    readonly input: LayerInput
    readonly ifMatch: IfMatch
    readonly asker: Asker
  }): Promise<ChangedLayer>
  /** Throws `in_use`, with the owners, while a flag has a part of it. */
  remove(order: { readonly place: LayerPlace; readonly ifMatch: IfMatch; readonly asker: Asker }): Promise<ChangedLayer>
}

/** Layers are shared by the environments of a project; who owns what of one is said by the flags' configurations. */
export function createLayers({ store, clock }: { readonly store: Store; readonly clock: Clock }): Layers {
  async function read(project: string) {
    await requireProject(store, project)
    return { layers: await store.layers(project), configs: await store.configs(project) }
  }

  async function require({ project, layer: key }: LayerPlace) {
    const { layers, configs } = await read(project)
    const stored = layers.find((one) => one.key === key)
    if (stored === undefined) throw new AppError('not_found', `Project ${project} has no layer ${key}.`)
    return { stored, view: { ...stored, owners: [...ownersOf(key, configs)] } }
  }

  return {
    async list(project) {
      const { layers, configs } = await read(project)
      return layers.map((layer) => ({ ...layer, owners: [...ownersOf(layer.key, configs)] }))
    },

    get: async (place) => (await require(place)).view,

    put: ({ place: { project, layer: key }, input, ifMatch, asker }) =>
      untilCommitted(async () => {
        const { layers, configs } = await read(project)
        const owners = [...ownersOf(key, configs)]
        const before = layers.find((one) => one.key === key)
        requireMatch(ifMatch, {
          revision: before?.version ?? 0,
          view: before === undefined ? null : { ...before, owners },
        })
        const after = replaced(key, before, input)
        const subject = { kind: 'layer', key } as const
        if (before !== undefined && after.name === before.name) {
          return {
            kind: 'answer',
            answer: { item: { ...before, owners }, ...(await lastRecorded(store, project, subject)) },
          }
        }
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'layer', layer: key, version: before?.version ?? null }],
          writes: [{ put: 'layer', project, layer: after }],
          audit: [
            {
              action: before === undefined ? 'layer.created' : 'layer.edited',
              subject,
              before: before ?? null,
              after,
              words: before === undefined ? `Layer ${key} was created.` : `Layer ${key} was renamed.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: { ...after, owners }, ...recorded(committed) } }
      }),

    remove: ({ place, ifMatch, asker }) =>
      untilCommitted(async () => {
        const { project, layer: key } = place
        const { stored, view } = await require(place)
        requireMatch(ifMatch, { revision: stored.version, view })
        requireUnowned(view)
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'layer', layer: key, version: stored.version }],
          writes: [{ remove: 'layer', project, key }],
          audit: [
            {
              action: 'layer.deleted',
              subject: { kind: 'layer', key },
              before: stored,
              after: null,
              words: `Layer ${key} was deleted.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: view, ...recorded(committed) } }
      }),
  }
}

function replaced(key: string, before: StoredLayer | undefined, { name, seed }: LayerInput): StoredLayer {
  if (before === undefined) return { key, name: name ?? key, seed: seed ?? key, version: 1 }
  if (seed !== undefined && seed !== before.seed) {
    throw invalid([{ pointer: '/seed', message: 'cannot be changed: every unit would get another place in the layer' }])
  }
  return { ...before, name: name ?? before.name, version: before.version + 1 }
}

function requireUnowned({ key, owners }: Layer): void {
  if (owners.length === 0) return
  const users = owners.map(({ flag, environment }) => `${flag} in ${environment}`)
  throw new AppError('in_use', `Layer ${key} is shared out to ${users.join(', ')}; nothing was changed.`, {
    current: owners,
  })
}
