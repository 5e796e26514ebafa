import { type ConfigSettings, type Flag, type FlagConfig, marksFor, type ToldToPages } from '@rampart/contract/admin'
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api } from './api.ts'
import { failureOf } from './failure.ts'
import { keys } from './keys.ts'

/** A flag in one environment. */
export interface ConfigPlace {
  readonly project: string
  readonly environment: string
  readonly flag: string
}

const PAGE = 100

/** The flags of a project that match `q`, with their state in each environment; those in use, or the archived ones. */
export function useFlags(project: string, q: string, which: 'in use' | 'archived' = 'in use') {
  return useInfiniteQuery({
    queryKey: [...keys.flagList(project, q), which],
    queryFn: async ({ pageParam, signal }) => {
      const archived = which === 'archived' ? { archived: 'true' as const } : {}
      const query = {
        limit: PAGE,
        ...archived,
        ...(q === '' ? {} : { q }),
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }
      return (await api.listFlags({ params: { project }, query, signal })).body
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
}

export function flagQuery(project: string, flag: string) {
  return queryOptions({
    queryKey: keys.flag(project, flag),
    queryFn: async ({ signal }) => (await api.getFlag({ params: { project, flag }, signal })).body,
  })
}

export function configQuery(place: ConfigPlace) {
  return queryOptions({
    queryKey: keys.config(place.project, place.environment, place.flag),
    queryFn: async ({ signal }) => (await api.getConfig({ params: { ...place }, signal })).body,
  })
}

/** The state of one flag in every environment, for its tabs. */
export function useFlagStates(project: string, flag: string) {
  return useQuery({
    queryKey: [...keys.flags(project), 'states-of', flag],
    queryFn: async ({ signal }) => {
      for (const archived of ['false', 'true'] as const) {
        const query = { q: flag, limit: 200, archived }
        const { items } = (await api.listFlags({ params: { project }, query, signal })).body
        const found = items.find((item) => item.key === flag)
        if (found !== undefined) return found.states
      }
      return []
    },
    placeholderData: keepPreviousData,
  })
}

export interface NewFlag {
  readonly key: string
  readonly name: string
  readonly description: string
  readonly type: Flag['type']
  /** Not used for a boolean flag, which has `on` and `off`. */
  readonly variations: Flag['variations']
  readonly pages: ToldToPages
}

export function useCreateFlag(project: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, name, description, type, variations, pages }: NewFlag) => {
      const body = { key, type, name, description, ...marksFor(pages), ...(type === 'boolean' ? {} : { variations }) }
      return (await api.createFlag({ params: { project }, body })).body.item
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.flags(project) }),
  })
}

/** What is the same of a flag in every environment, as far as its page edits it. */
export type FlagFacts = Pick<Flag, 'name' | 'description' | 'kind' | 'owner' | 'tags' | 'clientSide' | 'remoteOnly'>

type FlagEdit = FlagFacts & Pick<Flag, 'variations'>

/** What is asked for when a patch of a flag was answered, or refused. */
function useFlagSettle(project: string, flag: string) {
  const client = useQueryClient()
  return {
    onSettled: () => {
      for (const queryKey of [keys.flag(project, flag), keys.flags(project), keys.auditOf(project, 'flag', flag)]) {
        void client.invalidateQueries({ queryKey })
      }
    },
  }
}

/** Changes what is the same in every environment. What it is now is asked for again, also when the server refused. */
export function usePatchFlag(project: string, flag: string) {
  const settle = useFlagSettle(project, flag)
  return useMutation({
    mutationFn: async ({ edit, ifMatch }: FromRevision & { readonly edit: Partial<FlagEdit> }) =>
      (await api.patchFlag({ params: { project, flag }, body: edit, ifMatch })).body,
    ...settle,
  })
}

/** Archives a flag, or brings it back; from whatever version, since nothing else of it changes. */
export function useArchiveFlag(project: string, flag: string) {
  const settle = useFlagSettle(project, flag)
  return useMutation({
    mutationFn: async (archived: boolean) =>
      (await api.patchFlag({ params: { project, flag }, body: { archived } })).body,
    ...settle,
  })
}

/** A command that was made from `ifMatch`, the revision on the screen. */
interface FromRevision {
  readonly ifMatch: number
}

export function useSwitchFlag(place: ConfigPlace) {
  const settle = useSettle(place)
  return useMutation({
    mutationFn: async ({ on, ifMatch }: FromRevision & { readonly on: boolean }) =>
      (await api.switchFlag({ params: { ...place }, body: { on }, ifMatch })).body,
    ...settle,
  })
}

export function useSetRollout(place: ConfigPlace) {
  const settle = useSettle(place)
  return useMutation({
    mutationFn: async (change: FromRevision & { readonly percent: number; readonly variation: string }) => {
      const { percent, variation, ifMatch } = change
      return (await api.setRollout({ params: { ...place }, body: { percent, variation }, ifMatch })).body
    },
    ...settle,
  })
}

/** Replaces everything a person may write of a configuration. */
export function usePutConfig(place: ConfigPlace) {
  const settle = useSettle(place)
  return useMutation({
    mutationFn: async ({ settings, ifMatch }: FromRevision & { readonly settings: ConfigSettings }) =>
      (await api.putConfig({ params: { ...place }, body: settings, ifMatch })).body,
    ...settle,
  })
}

/** Kills at once, from whatever revision: nothing may stand between a person and this. */
export function useKillFlag(place: ConfigPlace) {
  const settle = useSettle(place)
  return useMutation({
    mutationFn: async ({ reason }: { readonly reason: string }) => {
      const body = reason === '' ? {} : { reason }
      // long enough for a fleet that is well to be complete in the answer; the rest is watched
      return (await api.killFlag({ params: { ...place }, query: { wait: '300ms' }, body })).body
    },
    ...settle,
  })
}

export function useRestoreFlag(place: ConfigPlace) {
  const settle = useSettle(place)
  return useMutation({
    mutationFn: async ({ ifMatch }: FromRevision) =>
      (await api.restoreFlag({ params: { ...place }, body: {}, ifMatch })).body,
    ...settle,
  })
}

/** What the server answered is shown at once, and all that depends on it asked for again; so it is when it refused. */
function useSettle({ project, environment, flag }: ConfigPlace) {
  const client = useQueryClient()
  return {
    onSuccess: ({ item }: { readonly item: FlagConfig }) => {
      client.setQueryData(keys.config(project, environment, flag), item)
      for (const queryKey of [
        keys.flags(project),
        keys.propagation(project, environment, flag),
        keys.ramps(project),
        keys.auditOf(project, 'flag', flag),
      ]) {
        void client.invalidateQueries({ queryKey })
      }
    },
    onError: (error: unknown) => {
      if (failureOf(error).code === 'unreachable') return
      void client.invalidateQueries({ queryKey: keys.config(project, environment, flag) })
    },
  }
}
