import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { failureOf } from '../queries/failure.ts'
import { FailureCard } from './failure-card.tsx'
import { NotFound } from './not-found.tsx'
import styles from './page-failure.module.css'

/** A page that could not be loaded at all. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const boundary = useQueryErrorResetBoundary()
  if (failureOf(error).code === 'not_found') return <NotFound />
  const retry = () => {
    boundary.reset()
    reset()
    void router.invalidate()
  }
  return (
    <div className={styles['page']}>
      <FailureCard heading="h1" what="This page could not be loaded" error={error} onRetry={retry} />
      <p>
        <Link to="/">Go to the flags</Link>
      </p>
    </div>
  )
}
