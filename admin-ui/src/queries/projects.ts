import type { Environment } from '@rampart/contract/admin'
import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'

export const projectsQuery = queryOptions({
  queryKey: keys.projects,
  queryFn: async ({ signal }) => (await api.listProjects({ signal })).body.items,
  staleTime: 60_000,
})

export function environmentsQuery(project: string) {
  return queryOptions({
    queryKey: keys.environments(project),
    queryFn: async ({ signal }) => inOrder((await api.listEnvironments({ params: { project }, signal })).body.items),
    staleTime: 60_000,
  })
}

/** The environments of a project, from development to production. The frame has loaded them. */
export function useEnvironments(project: string): readonly Environment[] {
  return useSuspenseQuery(environmentsQuery(project)).data
}

/** What of an environment its page edits. */
export type EnvironmentSettings = Pick<Environment, 'protected' | 'origins' | 'privateAttributes'>

/** Changes what is named of an environment; the rest stays as it is. */
export function usePatchEnvironment(project: string, environment: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (edit: Partial<EnvironmentSettings>) =>
      (await api.patchEnvironment({ params: { project, environment }, body: edit })).body.item,
    onSettled: () => client.invalidateQueries({ queryKey: keys.environments(project) }),
  })
}

/** Creates an environment, in which every flag is off. */
export function useCreateEnvironment(project: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: Pick<Environment, 'key' | 'class' | 'protected'>) =>
      (await api.createEnvironment({ params: { project }, body })).body.item,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(project) }),
  })
}

const CLASSES: readonly Environment['class'][] = ['development', 'staging', 'production']

function inOrder(environments: readonly Environment[]): readonly Environment[] {
  return environments.toSorted((a, b) => CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class))
}

/** Creates a project with development, staging and a protected production. */
export function useCreateProject() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, name }: { readonly key: string; readonly name: string }) => {
      await api.createProject({ body: { key, ...(name === '' ? {} : { name }) } })
      const existing = (await api.listEnvironments({ params: { project: key } })).body.items
      for (const kind of CLASSES) {
        if (existing.some((environment) => environment.key === kind)) continue
        await api.createEnvironment({ params: { project: key }, body: { key: kind, class: kind } })
      }
      return key
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.projects }),
  })
}
