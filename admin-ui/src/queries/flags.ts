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

/** The flags of a project that match `q`, with their state in each environment. */
export function useFlags(project: string, q: string) {
  return useInfiniteQuery({
    queryKey: keys.flagList(project, q),
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(q === '' ? {} : { q }), ...(pageParam === '' ? {} : { cursor: pageParam }) }
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
      const { items } = (await api.listFlags({ params: { project }, query: { q: flag, limit: 200 }, signal })).body
      return items.find((item) => item.key === flag)?.states ?? []
    },
    placeholderData: keepPreviousData,
  })
}

export interface NewFlag {
  readonly key: string
  readonly name: string
  readonly description: string
  readonly type: 'boolean' | 'string' | 'number'
  /** Written as `blue, green`; not used for a boolean flag. */
  readonly values: readonly string[]
  readonly pages: ToldToPages
}

export function useCreateFlag(project: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, name, description, type, values, pages }: NewFlag) => {
      const variations = values.map((text, i) => ({
        key: type === 'string' && KEY.test(text) ? text : `v${i + 1}`,
        name: null,
        value: type === 'number' ? Number(text) : text,
      }))
      const body = { key, type, name, description, ...marksFor(pages), ...(type === 'boolean' ? {} : { variations }) }
      return (await api.createFlag({ params: { project }, body })).body.item
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.flags(project) }),
  })
}

/** What is the same of a flag in every environment, as far as its page edits it. */
export type FlagFacts = Pick<Flag, 'name' | 'description' | 'kind' | 'owner' | 'tags' | 'clientSide' | 'remoteOnly'>

/** Changes what is the same in every environment. What it is now is asked for again, also when the server refused. */
export function usePatchFlag(project: string, flag: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ edit, ifMatch }: FromRevision & { readonly edit: Partial<FlagFacts> }) =>
      (await api.patchFlag({ params: { project, flag }, body: edit, ifMatch })).body,
    onSettled: () => {
      for (const queryKey of [keys.flag(project, flag), keys.flags(project), keys.auditOf(project, 'flag', flag)]) {
        void client.invalidateQueries({ queryKey })
      }
    },
  })
}

const KEY = /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$/

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
