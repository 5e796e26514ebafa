import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { ConfigPlace } from './flags.ts'
import { keys } from './keys.ts'

/** How often an unfinished change is looked at: quick enough to see it travel. */
const WATCHING_MS = 400

/** How far the last change of a flag has travelled; asked again until every connected SDK holds it. */
export function usePropagation(place: ConfigPlace) {
  return useQuery({
    queryKey: keys.propagation(place.project, place.environment, place.flag),
    queryFn: async ({ signal }) => (await api.getPropagation({ params: { ...place }, signal })).body,
    refetchInterval: ({ state }) => {
      if (state.data === undefined) return false
      const since = Date.now() - (state.dataUpdatedAt - state.dataUpdateCount * WATCHING_MS)
      if (state.data.holding >= state.data.instances) return false
      return since < 60_000 ? WATCHING_MS : 5000
    },
  })
}
