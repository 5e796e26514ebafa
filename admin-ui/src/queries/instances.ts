import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'

const EVERY_MS = 5_000

/** The SDKs that an environment has heard of lately; asked again every few seconds, since they come and go by themselves. */
export function useInstances(project: string, environment: string) {
  return useQuery({
    queryKey: keys.instances(project, environment),
    queryFn: async ({ signal }) => (await api.listInstances({ params: { project, environment }, signal })).body.items,
    refetchInterval: EVERY_MS,
  })
}
