import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { ConfigPlace } from './flags.ts'
import { keys } from './keys.ts'

/** `quick` is for somebody who waits for the proof, `calm` for a line on a page. */
const PACES = { quick: 250, calm: 2000 } as const

/** How far the last change of a flag has travelled; asked again until every connected SDK holds it. */
export function usePropagation(place: ConfigPlace, pace: keyof typeof PACES) {
  return useQuery({
    queryKey: keys.propagation(place.project, place.environment, place.flag),
    queryFn: async ({ signal }) => (await api.getPropagation({ params: { ...place }, signal })).body,
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.holding >= data.instances ? false : PACES[pace],
  })
}
