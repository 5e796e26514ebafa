import { Skeleton } from '@mantine/core'
import styles from './page-skeleton.module.css'

/** The outline of a page that is on its way. */
export function PageSkeleton() {
  return (
    <div className={styles['page']} role="status" aria-label="Loading">
      <Skeleton height={26} width={220} radius="sm" />
      <Skeleton height={64} radius="md" />
      <Skeleton height={280} radius="md" />
    </div>
  )
}
