import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../parts/card.tsx'
import { CommandButton } from '../parts/command-button.tsx'
import { ConditionLine } from '../parts/condition-line.tsx'
import { CreateSegmentDialog } from '../parts/create-segment-dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { IconPlus } from '../parts/icons.ts'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { sayCount } from '../parts/percent.ts'
import { useTitle } from '../parts/use-title.ts'
import { useSegments, useSegmentUses, usesOf } from '../queries/segments.ts'
import { usePermission } from '../queries/session.ts'
import styles from './segments.module.css'

const SHOWN = 100

/** The segments of a project: whom each is for, and how many rules use it. */
export function SegmentsPage() {
  useTitle('Segments')
  const { project } = useParams({ from: '/signed-in/p/$project/segments' })
  const segments = useSegments(project)
  const uses = useSegmentUses(project)
  const permission = usePermission('putSegment', { project })
  const [creating, setCreating] = useState(false)
  const [shown, setShown] = useState(SHOWN)
  const create = (
    <CommandButton permission={permission} leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New segment
    </CommandButton>
  )
  if (segments.data === undefined) {
    if (segments.error === null) return <PageSkeleton />
    const retry = () => void segments.refetch()
    return <FailureCard heading="h1" what="The segments could not be loaded" error={segments.error} onRetry={retry} />
  }
  return (
    <div className={styles['page']}>
      <div className={styles['head']}>
        <h1>Segments</h1>
        {create}
      </div>
      {segments.data.length === 0 ? (
        <EmptyState title="No segments yet" action={create}>
          A segment is a group that rules of many flags can name, such as beta testers. When it changes, all of them
          change with it.
        </EmptyState>
      ) : (
        <Card flush title={segments.data.length === 1 ? '1 segment' : `${segments.data.length} segments`}>
          <ul>
            {segments.data.slice(0, shown).map(({ key, name, when, included, excluded }) => (
              <li key={key} className={styles['row']}>
                <div className={styles['words']}>
                  <Link to="/p/$project/segments/$segment" params={{ project, segment: key }}>
                    {key}
                  </Link>
                  {name !== '' && name !== key && <span className={styles['small']}>{name}</span>}
                  <p className={styles['small']}>
                    {when === null ? 'By its lists only' : <ConditionLine condition={when} />}
                  </p>
                </div>
                <span className={styles['small']}>
                  {sayCount(included.length)} included, {sayCount(excluded.length)} excluded
                </span>
                <span className={styles['small']}>
                  {uses.data === undefined ? '…' : sayUses(usesOf(uses.data, segments.data ?? [], key).length)}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {segments.data.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
          Show 100 more
        </Button>
      )}
      {creating && <CreateSegmentDialog project={project} onClose={() => setCreating(false)} />}
    </div>
  )
}

function sayUses(n: number): string {
  if (n === 0) return 'not used'
  return n === 1 ? 'used once' : `used ${n} times`
}
