import type { SdkKey } from '@rampart/contract/admin'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'

/** The SDK keys of an environment, without their secrets. Asks only when `allowed`: the list is an administrator's. */
export function useSdkKeys(project: string, environment: string, allowed: boolean) {
  return useQuery({
    queryKey: [...keys.sdkKeys(project), environment],
    queryFn: async ({ signal }) => (await api.listSdkKeys({ params: { project, environment }, signal })).body.items,
    enabled: allowed,
  })
}

export interface NewSdkKey {
  readonly environment: string
  readonly kind: SdkKey['kind']
  readonly name: string
}

/** Makes an SDK key. What it answers has the secret, which nobody is told again. */
export function useCreateSdkKey(project: string) {
  const settle = useSettle(project)
  return useMutation({
    mutationFn: async ({ environment, ...body }: NewSdkKey) =>
      (await api.createSdkKey({ params: { project, environment }, body })).body,
    ...settle,
  })
}

export function useRevokeSdkKey(project: string) {
  const settle = useSettle(project)
  return useMutation({
    mutationFn: async ({ environment, id }: Pick<SdkKey, 'environment' | 'id'>) =>
      (await api.revokeSdkKey({ params: { project, environment, id } })).body.item,
    ...settle,
  })
}

function useSettle(project: string) {
  const client = useQueryClient()
  return { onSettled: () => client.invalidateQueries({ queryKey: keys.sdkKeys(project) }) }
}
