import { type Ramp, sayDuration } from '@rampart/contract/admin'
import type { CSSProperties } from 'react'
import { cx } from './cx.ts'
import { sayPercent } from './percent.ts'
import styles from './ramp-timeline.module.css'
import { sayClock } from './time-words.ts'
import { type NodeState, nodeWords, type TimelineNode, timelineOf } from './timeline.ts'
import { useNow } from './use-now.ts'

interface RampTimelineProps {
  readonly ramp: Ramp
  /** When each step was entered first, in epoch milliseconds; null while the log is not loaded whole. */
  readonly entered: ReadonlyMap<number, number> | null
}

const MARKS: Readonly<Record<NodeState, string>> = {
  passed: '✔',
  dwelling: '',
  evaluating: '…',
  held: '‖',
  approval: '⚑',
  paused: '‖',
  planned: '',
  failed: '✖',
  rolled_back: '↶',
  skipped: '⤼',
  unreached: '',
}

/** The steps of a ramp. A line is as long as the logarithm of its dwell, so that seconds and days fit together. */
export function RampTimeline({ ramp, entered }: RampTimelineProps) {
  const nodes = timelineOf(ramp, entered, useNow(1000))
  return (
    <ol className={styles['timeline']} aria-label="Steps">
      {nodes.map((node, i) => (
        <li
          key={node.id}
          id={node.id}
          className={cx(styles['node'], styles[node.state])}
          style={lineOf(node, i === nodes.length - 1)}
          aria-current={isCurrent(node.state) ? 'step' : undefined}
        >
          <span className={styles['mark']} aria-hidden="true">
            {MARKS[node.state]}
          </span>
          {i < nodes.length - 1 && <span className={styles['line']} aria-hidden="true" />}
          <span className={styles['words']}>
            <span className={styles['share']}>
              {sayPercent(node.percent)}
              {node.bake && ' bake'}
            </span>
            <span className={styles['state']}>{nodeWords[node.state]}</span>
            <StepTimes node={node} entered={entered?.get(i + 1)} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function lineOf({ length, progress }: TimelineNode, last: boolean): CSSProperties {
  const line: CSSProperties & Readonly<Record<`--${string}`, string>> = {
    '--progress': `${100 * progress}%`,
    flexGrow: last ? 0 : length,
  }
  return line
}

function isCurrent(state: NodeState): boolean {
  return ['dwelling', 'evaluating', 'held', 'approval', 'paused'].includes(state)
}

function StepTimes({ node, entered }: { readonly node: TimelineNode; readonly entered: number | undefined }) {
  return (
    <>
      {entered !== undefined && <span className={styles['time']}>from {sayClock(entered, 'without seconds')}</span>}
      {node.dwellMs !== null && <span className={styles['time']}>{sayDuration(node.dwellMs)} at least</span>}
    </>
  )
}
