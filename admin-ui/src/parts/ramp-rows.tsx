import type { Ramp } from '@rampart/contract/admin'
import { Link } from '@tanstack/react-router'
import { Ago } from './moment.tsx'
import { sayPercent } from './percent.ts'
import { RampBadge } from './ramp-badge.tsx'
import styles from './ramp-rows.module.css'

interface RampRowsProps {
  readonly ramps: readonly Ramp[]
  /** Which of its places a row names: none where the page is about one flag. */
  readonly naming: 'flag and environment' | 'nothing'
}

/** Ramps, one a line, each a link to its page. */
export function RampRows({ ramps, naming }: RampRowsProps) {
  return (
    <ul className={styles['rows']}>
      {ramps.map((ramp) => (
        <li key={ramp.id}>
          <Link to="/p/$project/ramps/$id" params={{ project: ramp.project, id: ramp.id }} className={styles['row']}>
            <RampBadge ramp={ramp} />
            {naming === 'flag and environment' && (
              <span className={styles['flag']}>
                {ramp.flag} <span className={styles['environment']}>in {ramp.environment}</span>
              </span>
            )}
            <span className={styles['share']}>
              {sayPercent(ramp.percent.now)}
              {ramp.end === null && (
                <span className={styles['step']}>
                  {' '}
                  step {ramp.step} of {ramp.plan.steps.length}
                </span>
              )}
            </span>
            <span className={styles['when']}>
              {ramp.startedBy.name}, <Ago at={ramp.end?.at ?? ramp.startedAt} />
            </span>
            <span className={styles['sentence']}>{ramp.sentence}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
