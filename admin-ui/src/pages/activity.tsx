import { Button, NativeSelect } from '@mantine/core'
import type { AuditEntry, Subject } from '@rampart/contract/admin'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ActivityEntry } from '../parts/activity-entry.tsx'
import { byDay } from '../parts/by-day.ts'
import { Card } from '../parts/card.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { RestoreSettings } from '../parts/restore-settings.tsx'
import { useNow } from '../parts/use-now.ts'
import { useTitle } from '../parts/use-title.ts'
import { useActivity } from '../queries/audit.ts'
import { useEnvironments } from '../queries/projects.ts'
import styles from './activity.module.css'

const SUBJECTS = [
  ['flag', 'Flags'],
  ['ramp', 'Ramps'],
  ['segment', 'Segments'],
  ['plan', 'Plans'],
  ['layer', 'Layers'],
  ['metric', 'Metrics'],
  ['metric-source', 'Metric sources'],
  ['environment', 'Environments'],
  ['webhook', 'Webhooks'],
  ['sdk-key', 'SDK keys'],
  ['token', 'Tokens'],
  ['project', 'The project'],
] as const satisfies readonly (readonly [Subject['kind'], string])[]

/** Everything that happened in the project, in words, by day. */
export function ActivityPage() {
  useTitle('Activity')
  const { project } = useParams({ from: '/signed-in/p/$project/activity' })
  const search = useSearch({ from: '/signed-in/p/$project/activity' })
  const navigate = useNavigate({ from: '/p/$project/activity' })
  const environments = useEnvironments(project)
  const environment = environments.find(({ key }) => key === search.environment)?.key
  const subject = SUBJECTS.find(([kind]) => kind === search.subject)?.[0]
  const filtered = environment !== undefined || subject !== undefined
  const activity = useActivity(project, {
    ...(environment === undefined ? {} : { environment }),
    ...(subject === undefined ? {} : { subject }),
  })
  const now = useNow(60_000)
  const [restoring, setRestoring] = useState<AuditEntry>()
  const filter = (part: { readonly environment?: string; readonly subject?: string }) =>
    void navigate({
      search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value !== '')),
      replace: true,
    })
  const entries = activity.data?.pages.flatMap((page) => page.items)

  return (
    <div className={styles['page']}>
      <div className={styles['head']}>
        <h1>Activity</h1>
        <NativeSelect
          aria-label="Environment"
          value={environment ?? ''}
          data={[
            { value: '', label: 'All environments' },
            ...environments.map(({ key }) => ({ value: key, label: key })),
          ]}
          onChange={({ currentTarget }) => filter({ environment: currentTarget.value })}
        />
        <NativeSelect
          aria-label="What was changed"
          value={subject ?? ''}
          data={[{ value: '', label: 'Everything' }, ...SUBJECTS.map(([value, label]) => ({ value, label }))]}
          onChange={({ currentTarget }) => filter({ subject: currentTarget.value })}
        />
      </div>
      {entries === undefined && activity.error !== null && (
        <FailureCard
          what="The activity could not be loaded"
          error={activity.error}
          onRetry={() => void activity.refetch()}
        />
      )}
      {entries === undefined && activity.isPending && <PageSkeleton />}
      {entries?.length === 0 && (
        <EmptyState
          title={filtered ? 'Nothing of that kind has happened' : 'Nothing has happened yet'}
          action={
            filtered && (
              <Button variant="default" onClick={() => filter({ environment: '', subject: '' })}>
                Clear the filters
              </Button>
            )
          }
        >
          Every change is kept here: who made it, what was before and what is after.
        </EmptyState>
      )}
      {entries !== undefined &&
        byDay(entries, now).map(({ day, items }) => (
          <Card key={day} flush title={day}>
            <ol>
              {items.map((entry) => (
                <ActivityEntry key={entry.n} project={project} entry={entry} onRestore={() => setRestoring(entry)} />
              ))}
            </ol>
          </Card>
        ))}
      {activity.hasNextPage && (
        <Button
          className={styles['more'] ?? ''}
          variant="default"
          loading={activity.isFetchingNextPage}
          onClick={() => void activity.fetchNextPage()}
        >
          Load more
        </Button>
      )}
      {restoring !== undefined && (
        <RestoreSettings project={project} entry={restoring} onClose={() => setRestoring(undefined)} />
      )}
    </div>
  )
}
