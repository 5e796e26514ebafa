import type { Ramp } from '@rampart/contract/admin'
import { cx } from './cx.ts'
import styles from './ramp-badge.module.css'
import { needsPerson, stateWords } from './ramp-words.ts'

type Look = { readonly mark: string; readonly word: string; readonly tone: 'run' | 'hold' | 'ok' | 'bad' | 'quiet' }

/** The state of a ramp as a mark and a word. */
export function RampBadge({ ramp }: { readonly ramp: Pick<Ramp, 'state' | 'holds'> }) {
  const { mark, word, tone } = lookOf(ramp)
  return (
    <span className={cx(styles['badge'], styles[tone])}>
      <span aria-hidden="true" className={styles['mark']}>
        {mark}
      </span>
      {word}
    </span>
  )
}

function lookOf(ramp: Pick<Ramp, 'state' | 'holds'>): Look {
  const word = stateWords[ramp.state]
  switch (ramp.state) {
    case 'scheduled':
      return { mark: '○', word, tone: 'quiet' }
    case 'running':
      return needsPerson(ramp) ? { mark: '‖', word: 'On hold', tone: 'hold' } : { mark: '◉', word, tone: 'run' }
    case 'baking':
      return { mark: '◉', word, tone: 'run' }
    case 'paused':
      return { mark: '‖', word, tone: 'hold' }
    case 'completed':
      return { mark: '✔', word, tone: 'ok' }
    case 'rolled_back':
      return { mark: '↶', word, tone: 'bad' }
    case 'killed':
      return { mark: '✖', word, tone: 'bad' }
    case 'superseded':
    case 'cancelled':
      return { mark: '⤼', word, tone: 'quiet' }
  }
}
