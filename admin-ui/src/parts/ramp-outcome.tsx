import { Button } from '@mantine/core'
import type { Ramp } from '@rampart/contract/admin'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Permission } from '../queries/permission.ts'
import { CommandButton } from './command-button.tsx'
import { cx } from './cx.ts'
import styles from './ramp-outcome.module.css'

interface RampOutcomeProps {
  readonly ramp: Ramp
  readonly permission: Permission
  readonly onStartAgain: () => void
}

/** How a ramp ended, and what to do next. */
export function RampOutcome({ ramp, permission, onStartAgain }: RampOutcomeProps) {
  const tone =
    ramp.state === 'completed' ? 'ok' : ramp.state === 'rolled_back' || ramp.state === 'killed' ? 'bad' : 'quiet'
  return (
    <section className={cx(styles['outcome'], styles[tone])} aria-label="Outcome">
      <p className={styles['sentence']}>{ramp.sentence}</p>
      <div className={styles['next']}>
        <p>{whatNext(ramp)}</p>
        <div className={styles['buttons']}>
          <Button
            component={Link}
            to={`/p/${encodeURIComponent(ramp.project)}/flags/${encodeURIComponent(ramp.flag)}/${encodeURIComponent(ramp.environment)}`}
            variant="default"
            size="xs"
          >
            Open the flag
          </Button>
          {ramp.state !== 'completed' && (
            <CommandButton permission={permission} variant="default" size="xs" onClick={onStartAgain}>
              Start again…
            </CommandButton>
          )}
        </div>
      </div>
    </section>
  )
}

function whatNext({ state, end, to }: Ramp): ReactNode {
  switch (state) {
    case 'completed':
      return `What is next: once you no longer want a way back, make ${to} permanent and take the old path out of the code.`
    case 'rolled_back':
      return end?.by === 'guard'
        ? 'What is next: look at the evidence below, mend the cause, and start again. The same units get it in the same order.'
        : 'What is next: start again when you are ready. The same units get it in the same order.'
    case 'killed':
      return 'What is next: restore the flag when the cause is mended. That gives nobody more than they had before the ramp.'
    case 'superseded':
      return 'What is next: another ramp of this flag goes on in its place.'
    case 'cancelled':
      return 'What is next: nothing was changed by this ramp.'
    case 'scheduled':
    case 'running':
    case 'paused':
    case 'baking':
      return null
  }
}
