import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { failureOf } from '../queries/failure.ts'
import { FailureCard } from './failure-card.tsx'
import { NotFound } from './not-found.tsx'

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
  return <FailureCard what="This page could not be loaded" error={error} onRetry={retry} />
}
