import { Button } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Card, Quiet } from '../parts/card.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { RampRows } from '../parts/ramp-rows.tsx'
import { needsPerson } from '../parts/ramp-words.ts'
import { useTitle } from '../parts/use-title.ts'
import { useActiveRamps, useEndedRamps } from '../queries/ramps.ts'
import styles from './ramps.module.css'

/** The ramps of a project: those under way first, and of these the ones that wait for a person. */
export function RampsPage() {
  useTitle('Ramps')
  const { project } = useParams({ from: '/signed-in/p/$project/ramps' })
  const active = useActiveRamps(project)
  const ended = useEndedRamps(project)
  const finished = ended.data?.pages.flatMap((page) => page.items)
  const failed = active.data === undefined ? active.error : finished === undefined ? ended.error : null
  if (failed !== null) {
    const retry = () => void Promise.all([active.refetch(), ended.refetch()])
    return <FailureCard what="The ramps could not be loaded" error={failed} onRetry={retry} />
  }
  if (active.data === undefined || finished === undefined) return <PageSkeleton />
  const running = active.data.toSorted((a, b) => Number(needsPerson(b)) - Number(needsPerson(a)))

  return (
    <div className={styles['page']}>
      <h1>Ramps</h1>
      {running.length === 0 && finished.length === 0 ? (
        <EmptyState title="No ramps yet">
          A ramp raises the share of a flag step by step, compares users with and without, and takes itself back when a
          guard says that it does harm. Start one from the page of a flag, or with <code>rampart ramp run</code>.
        </EmptyState>
      ) : (
        <>
          <Card flush={running.length > 0} title="Running">
            {running.length === 0 ? (
              <Quiet>Nothing is moving.</Quiet>
            ) : (
              <RampRows ramps={running} naming="flag and environment" />
            )}
          </Card>
          <Card flush={finished.length > 0} title="Finished">
            {finished.length === 0 ? (
              <Quiet>None has ended yet.</Quiet>
            ) : (
              <RampRows ramps={finished} naming="flag and environment" />
            )}
          </Card>
          {ended.hasNextPage && (
            <Button variant="default" loading={ended.isFetchingNextPage} onClick={() => void ended.fetchNextPage()}>
              Show older
            </Button>
          )}
        </>
      )}
    </div>
  )
}
