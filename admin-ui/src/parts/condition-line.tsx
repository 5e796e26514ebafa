import type { Condition } from '@rampart/core'
import { Fragment } from 'react'
import styles from './condition-line.module.css'
import { tokensOf } from './condition-words.ts'

/** A condition, to be read. */
export function ConditionLine({ condition }: { readonly condition: Condition }) {
  return (
    <span className={styles['line']}>
      {tokensOf(condition).map(({ kind, text }, i) => (
        // the same condition always gives the same tokens in the same order
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is all a token has to be known by
        <Fragment key={i}>
          <span className={styles[kind]}>{text}</span>{' '}
        </Fragment>
      ))}
    </span>
  )
}
