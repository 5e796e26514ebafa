import { ENDED, type Ramp } from '@rampart/contract/admin'
import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from './api.ts'
import type { ConfigPlace } from './flags.ts'
import { keys } from './keys.ts'

/** Figures of a running ramp change with every tick, without an event. */
const TICK_MS = 3000

export function rampQuery(project: string, id: string) {
  return queryOptions({
    queryKey: keys.ramp(project, id),
    queryFn: async ({ signal }) => (await api.getRamp({ params: { project, id }, signal })).body,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : TICK_MS),
  })
}

/** What a ramp counted and published over time. Beneath the ramp's own key, so that whatever makes it old makes this old. */
export function rampTicksQuery(ramp: Ramp) {
  const { project, id } = ramp
  return queryOptions({
    queryKey: [...keys.ramp(project, id), 'ticks'],
    queryFn: async ({ signal }) => (await api.getRampTicks({ params: { project, id }, signal })).body,
    refetchInterval: isOver(ramp) ? false : 2 * TICK_MS,
  })
}

/** Ramps that are under way. There is one at most for each flag and environment. */
export function useActiveRamps(project: string) {
  return useQuery({
    queryKey: keys.rampList(project, { state: 'active' }),
    queryFn: async ({ signal }) =>
      (await api.listRamps({ params: { project }, query: { state: 'active', limit: 200 }, signal })).body.items,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.length === 0 ? false : 2 * TICK_MS),
  })
}

export function useEndedRamps(project: string) {
  return useInfiniteQuery({
    queryKey: keys.rampList(project, { state: 'ended' }),
    queryFn: async ({ pageParam, signal }) => {
      const query = { state: 'ended' as const, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      return (await api.listRamps({ params: { project }, query, signal })).body
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
}

/** The newest ramps of a flag in an environment. */
export function useRampsOfFlag({ project, environment, flag }: ConfigPlace) {
  return useQuery({
    queryKey: keys.rampList(project, { environment, flag }),
    queryFn: async ({ signal }) =>
      (await api.listRamps({ params: { project }, query: { environment, flag, limit: 5 }, signal })).body.items,
  })
}

export function usePlans(project: string) {
  return useQuery({
    queryKey: keys.plans(project),
    queryFn: async ({ signal }) => (await api.listPlans({ params: { project }, signal })).body.items,
  })
}

/** Metrics that SDKs of an environment have reported. */
export function useMetrics(project: string, environment: string) {
  return useQuery({
    queryKey: keys.metrics(project, environment),
    queryFn: async ({ signal }) => (await api.listMetrics({ params: { project, environment }, signal })).body.items,
  })
}

export type StartRamp = Parameters<typeof api.startRamp>[0]['body']

export function useStartRamp(place: ConfigPlace) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: StartRamp) => (await api.startRamp({ params: { ...place }, body })).body.item,
    onSuccess: (ramp) => {
      client.setQueryData(keys.ramp(place.project, ramp.id), ramp)
      void client.invalidateQueries({ queryKey: keys.project(place.project) })
    },
  })
}

export type RampCommand =
  | { readonly kind: 'pause' | 'resume' | 'rollback' | 'approve' | 'reject'; readonly reason?: string }
  | { readonly kind: 'advance'; readonly to?: number; readonly reason?: string }

export function useRampCommand(project: string, id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (command: RampCommand) => (await send(project, id, command)).body.item,
    onSuccess: (ramp) => {
      client.setQueryData(keys.ramp(project, id), ramp)
      void client.invalidateQueries({ queryKey: keys.project(project) })
    },
  })
}

function send(project: string, id: string, command: RampCommand) {
  const params = { project, id }
  const reason = command.reason === undefined || command.reason === '' ? {} : { reason: command.reason }
  switch (command.kind) {
    case 'pause':
      return api.pauseRamp({ params, body: reason })
    case 'resume':
      return api.resumeRamp({ params, body: reason })
    case 'rollback':
      return api.rollbackRamp({ params, body: reason })
    case 'approve':
      return api.approveRamp({ params, body: reason })
    case 'reject':
      return api.rejectRamp({ params, body: reason })
    case 'advance':
      return api.advanceRamp({ params, body: { ...reason, ...(command.to === undefined ? {} : { to: command.to }) } })
  }
}

function isOver(ramp: Ramp | undefined): boolean {
  return ramp === undefined || ENDED.includes(ramp.state)
}
