import { Button } from '@mantine/core'
import { failureOf } from '../queries/failure.ts'
import styles from './failure-card.module.css'
import { IconAlertTriangle } from './icons.ts'

interface FailureProps {
  /** What failed and what was left unchanged, as a heading. */
  readonly what: string
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
  /** Where this is the whole page it has the page's heading. */
  readonly heading?: 'h1' | 'strong'
}

/** What happened in the server's words, what to do next, and the request to name when asking for help. */
export function FailureCard({ what, error, onRetry, heading: Heading = 'strong' }: FailureProps) {
  const { detail, hint, requestId } = failureOf(error)
  return (
    <div className={styles['card']} role="alert">
      <IconAlertTriangle className={styles['icon']} size={20} stroke={1.8} aria-hidden />
      <div className={styles['words']}>
        <Heading>{what}</Heading>
        <p>{detail}</p>
        {hint !== undefined && <p>{hint}</p>}
        {requestId !== undefined && (
          <p className={styles['request']}>
            Request <code>{requestId}</code>
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Retry
        </Button>
      )}
    </div>
  )
}
