import type { Hold } from '@rampart/contract/admin'
import { cx } from './cx.ts'
import styles from './hold-list.module.css'
import { liftedBy } from './ramp-words.ts'

/** Everything a ramp waits for, in the server's words; what needs a person stands out. */
export function HoldList({ holds }: { readonly holds: readonly Hold[] }) {
  if (holds.length === 0) return null
  return (
    <ul className={styles['holds']} aria-label="Waiting for">
      {holds.map((hold) => {
        const ordinary = liftedBy(hold) !== 'person'
        return (
          <li key={`${hold.kind} ${hold.guard ?? ''}`} className={cx(styles['hold'], !ordinary && styles['stopped'])}>
            <span className={styles['mark']} aria-hidden="true">
              {ordinary ? '▸' : '‖'}
            </span>
            <span>{hold.words}</span>
          </li>
        )
      })}
    </ul>
  )
}
