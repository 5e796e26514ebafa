import type { Subject } from '@rampart/contract/admin'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { keys } from './keys.ts'

interface About {
  readonly project: string
  readonly subject: Subject['kind']
  readonly key: string
  readonly environment?: string
}

/** What happened to one thing, newest first. */
export function useAudit({ project, subject, key, environment }: About) {
  return useInfiniteQuery({
    queryKey: [...keys.auditOf(project, subject, key), environment ?? ''],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        subject,
        key,
        limit: 20,
        ...(environment === undefined ? {} : { environment }),
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }
      return (await api.listAudit({ params: { project }, query, signal })).body
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
}

export interface ActivityFilter {
  readonly environment?: string
  readonly subject?: Subject['kind']
}

/** Everything that happened in a project, newest first. */
export function useActivity(project: string, { environment, subject }: ActivityFilter) {
  return useInfiniteQuery({
    queryKey: [...keys.activity(project), environment ?? '', subject ?? ''],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: 50,
        ...(environment === undefined ? {} : { environment }),
        ...(subject === undefined ? {} : { subject }),
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }
      return (await api.listAudit({ params: { project }, query, signal })).body
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
}
