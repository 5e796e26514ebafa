import type { Place, RouteName, Session } from '@rampart/contract/admin'
import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'
import { type Permission, permissionFor } from './permission.ts'

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }): Promise<Session> => (await api.whoami({ signal })).body,
  staleTime: 60_000,
})

/** Who is signed in. The frame has made sure that somebody is. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data
}

/** Whether the person may do what a route does at a place. */
export function usePermission(route: RouteName, place: Place): Permission {
  return permissionFor(useSession(), route, place)
}

/** Uses up a one-time link. */
export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (token: string) => (await api.signIn({ body: { token } })).body,
    onSuccess: (session) => {
      client.clear()
      client.setQueryData(keys.session, session)
    },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.signOut({}),
    onSuccess: () => client.clear(),
  })
}
