import type { Segment } from '@rampart/contract/admin'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'
import { segmentsIn } from './segments-in.ts'

export function useSegments(project: string) {
  return useQuery({
    queryKey: keys.segments(project),
    queryFn: async ({ signal }) => (await api.listSegments({ params: { project }, signal })).body.items,
  })
}

export function useSegment(project: string, segment: string) {
  return useQuery({
    queryKey: keys.segment(project, segment),
    queryFn: async ({ signal }) => (await api.getSegment({ params: { project, segment }, signal })).body,
  })
}

/** A rule that names a segment. */
export interface SegmentUse {
  readonly segment: string
  readonly flag: string
  readonly environment: string
  readonly rule: string
}

/** What uses a segment: rules, and other segments. */
export type Use =
  | { readonly kind: 'rule'; readonly flag: string; readonly environment: string; readonly rule: string }
  | { readonly kind: 'segment'; readonly segment: string }

/** Everything that names the segment `key`. */
export function usesOf(rules: readonly SegmentUse[], segments: readonly Segment[], key: string): readonly Use[] {
  return [
    ...rules
      .filter(({ segment }) => segment === key)
      .map(({ flag, environment, rule }): Use => ({ kind: 'rule', flag, environment, rule })),
    ...segments
      .filter(({ when }) => when !== null && segmentsIn(when).includes(key))
      .map((segment): Use => ({ kind: 'segment', segment: segment.key })),
  ]
}

/** Every use of a segment in a rule. Asks only for the configurations that have rules at all. */
export function useSegmentUses(project: string) {
  return useQuery({
    queryKey: [...keys.flags(project), 'segment-uses'],
    queryFn: async ({ signal }): Promise<readonly SegmentUse[]> => {
      const places: { readonly flag: string; readonly environment: string }[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query = { limit: 200, ...(cursor === '' ? {} : { cursor }) }
        const page: Awaited<ReturnType<typeof api.listFlags>>['body'] = (
          await api.listFlags({ params: { project }, query, signal })
        ).body
        for (const { key, states } of page.items)
          for (const { environment, rules } of states) if (rules > 0) places.push({ flag: key, environment })
        cursor = page.next
      }
      const configs = await Promise.all(
        places.map(async (place) => (await api.getConfig({ params: { project, ...place }, signal })).body),
      )
      return configs.flatMap(({ flag, environment, rules }) =>
        rules.flatMap(({ id, name, when }) =>
          segmentsIn(when).map((segment) => ({ segment, flag, environment, rule: name ?? id })),
        ),
      )
    },
  })
}

export type SegmentInput = Parameters<typeof api.putSegment>[0]['body']

/** Creates (`ifMatch` 0) or replaces a segment, from the version that was on the screen. */
export function usePutSegment(project: string) {
  const settle = useSettle(project)
  return useMutation({
    mutationFn: async (order: { readonly key: string; readonly body: SegmentInput; readonly ifMatch: number }) => {
      const { key: segment, body, ifMatch } = order
      return (await api.putSegment({ params: { project, segment }, body, ifMatch })).body.item
    },
    ...settle,
  })
}

export function useDeleteSegment(project: string) {
  const settle = useSettle(project)
  return useMutation({
    mutationFn: async ({ key, version }: Pick<Segment, 'key' | 'version'>) =>
      (await api.deleteSegment({ params: { project, segment: key }, ifMatch: version })).body.item,
    ...settle,
  })
}

function useSettle(project: string) {
  const client = useQueryClient()
  return { onSettled: () => client.invalidateQueries({ queryKey: keys.segments(project) }) }
}
