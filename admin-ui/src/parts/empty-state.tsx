import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

interface EmptyStateProps {
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
  /** Where this is the whole page it has the page's heading. */
  readonly heading?: 'h1' | 'h2'
}

/** What stands where there is nothing: what this is, and the one thing to do. */
export function EmptyState({ title, children, action, heading: Heading = 'h2' }: EmptyStateProps) {
  return (
    <section className={styles['empty']}>
      <Heading>{title}</Heading>
      <p>{children}</p>
      {action}
    </section>
  )
}
