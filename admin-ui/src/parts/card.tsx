import { Skeleton } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import styles from './card.module.css'

interface CardProps {
  readonly title: ReactNode
  readonly aside?: ReactNode
  /** Content that brings its own edges, such as a table. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** One titled part of a page. */
export function Card({ title, aside, flush = false, children }: CardProps) {
  const id = useId()
  return (
    <section className={styles['card']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {flush ? children : <div className={styles['body']}>{children}</div>}
    </section>
  )
}

/** A line in a card that has nothing to show. */
export function Quiet({ children }: { readonly children: ReactNode }) {
  return <p className={styles['quiet']}>{children}</p>
}

/** The outline of a card's content that is on its way. */
export function Waiting() {
  return (
    <div className={styles['waiting']} role="status" aria-label="Loading">
      <Skeleton height={12} width="70%" radius="sm" />
      <Skeleton height={12} width="45%" radius="sm" />
    </div>
  )
}
