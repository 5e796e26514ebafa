import type { Ramp } from '@rampart/contract/admin'
import styles from './ramp-triple.module.css'
import { type Told, tripleOf } from './triple.ts'
import { useNow } from './use-now.ts'

/** Where the ramp is, what it waits for, when it decides next: the clock runs. */
export function RampTriple({ ramp }: { readonly ramp: Ramp }) {
  const { where, waitingFor, nextDecision } = tripleOf(ramp, useNow(250))
  return (
    <dl className={styles['triple']}>
      <Cell title="Where" told={where} />
      <Cell title="Waiting for" told={waitingFor} />
      <Cell title="Next decision" told={nextDecision} />
    </dl>
  )
}

function Cell({ title, told }: { readonly title: string; readonly told: Told }) {
  return (
    <div className={styles['cell']}>
      <dt>{title}</dt>
      <dd>
        <span className={styles['main']}>{told.main}</span>
        {told.more !== undefined && <span className={styles['more']}>{told.more}</span>}
      </dd>
    </div>
  )
}
