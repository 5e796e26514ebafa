import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

interface EmptyStateProps {
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** What stands where there is nothing: what this is, and the one thing to do. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <section className={styles['empty']}>
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </section>
  )
}
