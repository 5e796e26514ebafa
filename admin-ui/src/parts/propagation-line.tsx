import type { Propagation } from '@rampart/contract/admin'
import { cx } from './cx.ts'
import styles from './propagation-line.module.css'
import { sayPropagation } from './propagation-words.ts'

interface PropagationLineProps {
  readonly propagation: Pick<Propagation, 'instances' | 'holding' | 'slowestMs' | 'behind'>
  /** Drawn large, where somebody waits for it. */
  readonly large?: boolean
}

/** How many SDKs hold the last change, as a bar and in words. */
export function PropagationLine({ propagation, large = false }: PropagationLineProps) {
  const { instances, holding, behind } = propagation
  const done = holding >= instances
  return (
    <div className={cx(styles['line'], large && styles['large'], done && styles['done'])}>
      {instances > 0 && (
        <svg className={styles['bar']} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect className={styles['track']} width="100" height="6" />
          <rect className={styles['fill']} width={(100 * holding) / instances} height="6" />
        </svg>
      )}
      <p>
        {instances > 0 && done && (
          <span className={styles['tick']} aria-hidden="true">
            ✔{' '}
          </span>
        )}
        {sayPropagation(propagation)}
      </p>
      {!done && behind.length > 0 && <p className={styles['behind']}>Not yet: {behind.slice(0, 5).join(', ')}</p>}
    </div>
  )
}
