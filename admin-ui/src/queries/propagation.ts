import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { ConfigPlace } from './flags.ts'
import { keys } from './keys.ts'

/** `quick` is for somebody who waits for the proof, `calm` for a line on a page. */
const PACES = { quick: 250, calm: 2000 } as const

/**
 * How far the last change of a flag has travelled; asked again until every connected SDK holds it. Each revision is a query of its
 * own, so that the proof of one change is never shown for the next.
 */
export function usePropagation(place: ConfigPlace, revision: number, pace: keyof typeof PACES) {
  return useQuery({
    queryKey: [...keys.propagation(place.project, place.environment, place.flag), revision],
    queryFn: async ({ signal }) => (await api.getPropagation({ params: { ...place }, signal })).body,
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.holding >= data.instances ? false : PACES[pace],
  })
}
