import type { Cell } from './cell.ts'
import { sayCell } from './cell.ts'
import { cx } from './cx.ts'
import styles from './flag-cell.module.css'

/** What a flag does in an environment, as a small bar and a word. */
export function FlagCell({ cell }: { readonly cell: Cell }) {
  return (
    <span className={cx(styles['cell'], styles[cell.kind])}>
      <CellMark cell={cell} />
      <span className={styles['words']}>{sayCell(cell)}</span>
    </span>
  )
}

function CellMark({ cell }: { readonly cell: Cell }) {
  switch (cell.kind) {
    case 'killed':
      return (
        <span className={styles['mark']} aria-hidden="true">
          ✖
        </span>
      )
    case 'rules':
    case 'mixed':
      return (
        <svg className={styles['fork']} viewBox="0 0 34 8" aria-hidden="true">
          <path d="M1 4h9M10 4q5 0 8-3h15M10 4q5 0 8 3h15" fill="none" stroke="currentColor" strokeWidth="1.6" />
        </svg>
      )
    case 'off':
      return <ShareBar now={0} />
    case 'share':
      return <ShareBar now={cell.percent} />
    case 'ramp':
      return <ShareBar now={cell.percent} next={cell.to} />
  }
}

/** A share of everybody, and where a ramp takes it next. A share above 0 is always visible. */
export function ShareBar({ now, next }: { readonly now: number; readonly next?: number }) {
  const width = 34
  const fill = (percent: number) => (percent === 0 ? 0 : Math.max(2, (width * percent) / 100))
  return (
    <svg className={styles['bar']} viewBox={`0 0 ${width} 8`} aria-hidden="true">
      <rect className={styles['track']} x="0.5" y="0.5" width={width - 1} height="7" rx="3.5" />
      {next !== undefined && <rect className={styles['next']} width={fill(next)} height="8" rx="3" />}
      <rect className={styles['now']} width={fill(now)} height="8" rx="3" />
    </svg>
  )
}
