import { Button } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react'
import styles from './chart.module.css'
import { type ChartPoint, known, linePath, lonePoints, scale, stepPath, timeTicks } from './chart-paths.ts'
import { cx } from './cx.ts'
import type { Band } from './exposure.ts'
import { sayClock, sayWhen } from './time-words.ts'

export type Look = 'control' | 'treatment' | 'planned' | 'actual' | 'limit' | 'change'

export interface Series {
  readonly label: string
  readonly look: Look
  readonly shape: 'line' | 'steps'
  readonly points: readonly ChartPoint[]
  /** Few points, each of which was found at its moment: the line between them is nothing but a help. */
  readonly dots?: boolean
}

export interface Whisker {
  readonly at: number
  readonly low: number
  readonly high: number
  readonly bad: boolean
}

/** One moment of the chart in words: what the table has in a row, and the keyboard and the pointer read. */
export interface ChartRow {
  readonly at: number
  readonly cells: readonly string[]
}

interface ChartProps {
  readonly title: string
  readonly summary: readonly string[]
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly yTicks: readonly number[]
  readonly say: (value: number) => string
  readonly series: readonly Series[]
  readonly whiskers?: readonly Whisker[]
  readonly bands?: readonly Band[]
  /** A level line without a series of its own. */
  readonly levels?: readonly { readonly value: number; readonly look: 'limit' | 'none'; readonly label: string }[]
  readonly mark?: { readonly at: number; readonly label: string } | null
  readonly columns: readonly string[]
  readonly rows: readonly ChartRow[]
}

const HEIGHT = 190
const LEFT = 54
const TOP = 20
const BOTTOM = 24
const RIGHT = 10

/** A chart of time with its summary in words, a row for each moment by pointer and arrow keys, and the same as a table. */
export function Chart(props: ChartProps) {
  const { title, summary, series, columns, rows, levels = [] } = props
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  return (
    <figure className={styles['chart']} aria-labelledby={`${id}-title`} aria-describedby={`${id}-summary`}>
      <figcaption className={styles['head']}>
        <h3 id={`${id}-title`}>{title}</h3>
        <Button variant="default" size="compact-xs" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table
        </Button>
        <div id={`${id}-summary`} className={styles['summary']}>
          {summary.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      </figcaption>
      {asTable ? (
        <ChartTable title={title} columns={columns} rows={rows} />
      ) : (
        <>
          <Plot {...props} />
          <ul className={styles['legend']}>
            {[...series, ...levels].map(({ label, look }) => (
              <li key={label}>
                <svg width="22" height="8" aria-hidden="true">
                  <path d="M1 4H21" className={cx(styles['line'], styles[look])} />
                </svg>
                {label}
              </li>
            ))}
          </ul>
        </>
      )}
    </figure>
  )
}

function Plot(props: ChartProps) {
  const { title, summary, series, whiskers = [], bands = [], levels = [], mark = null, rows, columns } = props
  const { ref, width: measured } = useElementSize<HTMLDivElement>()
  const [index, setIndex] = useState<number>()
  const width = Math.max(200, measured)
  const x = scale(props.x, [LEFT, width - RIGHT])
  const y = scale(props.y, [HEIGHT - BOTTOM, TOP])
  const current = index === undefined ? undefined : rows[Math.min(index, rows.length - 1)]
  const words = current === undefined ? undefined : sayRow(current, columns)
  const last = rows.length - 1
  return (
    <div
      ref={ref}
      className={styles['plot']}
      role="slider"
      tabIndex={0}
      aria-label={`${title}, points in time`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index ?? last}
      aria-valuetext={words ?? summary.join(' ')}
      onFocus={() => setIndex((before) => before ?? last)}
      onBlur={() => setIndex(undefined)}
      onPointerMove={(event) => setIndex(nearest(rows, event, x))}
      onPointerLeave={() => setIndex(undefined)}
      onKeyDown={(event) => {
        const next = moved(event, index ?? last, last)
        if (next === undefined) return
        event.preventDefault()
        setIndex(next)
      }}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {bands.map((band, i) => (
          // two steps can begin in one moment, and bands never change their order
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is all a band has to be known by
          <g key={i}>
            <rect
              className={cx(styles['band'], i % 2 === 1 && styles['odd'])}
              x={x(band.from)}
              y={TOP}
              width={Math.max(0, x(band.to) - x(band.from))}
              height={HEIGHT - TOP - BOTTOM}
            />
            {x(band.to) - x(band.from) > 9 * band.label.length && (
              <text className={styles['label']} x={x(band.from) + 4} y={TOP - 6}>
                {band.label}
              </text>
            )}
          </g>
        ))}
        {props.yTicks.map((tick) => (
          <g key={tick}>
            <path className={styles['grid']} d={`M${LEFT} ${y(tick)}H${width - RIGHT}`} />
            <text className={styles['label']} x={LEFT - 7} y={y(tick) + 4} textAnchor="end">
              {props.say(tick)}
            </text>
          </g>
        ))}
        <TimeAxis x={props.x} place={x} width={width} />
        {levels.map(({ value, look, label }) => (
          <path key={label} className={cx(styles['line'], styles[look])} d={`M${LEFT} ${y(value)}H${width - RIGHT}`} />
        ))}
        {whiskers.map(({ at, low, high, bad }, i) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: as a point, of which it is the spread
            key={i}
            className={cx(styles['whisker'], bad && styles['bad'])}
            d={`M${x(at)} ${y(low)}V${y(high)}m-4 0h8M${x(at) - 4} ${y(low)}h8`}
          />
        ))}
        {series.map(({ label, look, shape, points }) => (
          <path
            key={label}
            className={cx(styles['line'], styles[look])}
            d={shape === 'steps' ? stepPath(points, x, y) : linePath(points, x, y)}
          />
        ))}
        {series.flatMap(({ label, look, shape, points, dots = false }) =>
          (dots ? known(points) : shape === 'line' ? lonePoints(points) : []).map(({ at, value }, i) => (
            // two decisions can fall into one moment, and points never change their order
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is all a point has to be known by
            <circle key={`${label} ${i}`} className={cx(styles['dot'], styles[look])} cx={x(at)} cy={y(value)} r={3} />
          )),
        )}
        {mark !== null && (
          <>
            <path className={styles['mark']} d={`M${x(mark.at)} ${TOP}V${HEIGHT - BOTTOM}`} />
            <text className={styles['drop']} x={x(mark.at) - 6} y={TOP + 13} textAnchor="end">
              {mark.label}
            </text>
          </>
        )}
        {current !== undefined && (
          <path className={styles['cursor']} d={`M${x(current.at)} ${TOP}V${HEIGHT - BOTTOM}`} />
        )}
      </svg>
      <p className={styles['readout']} aria-hidden="true">
        {words}
      </p>
    </div>
  )
}

interface TimeAxisProps {
  readonly x: readonly [number, number]
  readonly place: (at: number) => number
  readonly width: number
}

function TimeAxis({ x: [from, to], place, width }: TimeAxisProps): ReactNode {
  const ticks = timeTicks(from, to, Math.max(2, Math.floor(width / 90)))
  const near = to - from < 600_000 ? 'with seconds' : 'without seconds'
  return ticks.map((tick) => (
    <text
      key={tick}
      className={styles['label']}
      x={Math.min(place(tick), width - 28)}
      y={HEIGHT - 7}
      textAnchor="middle"
    >
      {to - from > 36 * 3_600_000 ? DAY.format(tick) : sayClock(tick, near)}
    </text>
  ))
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

function ChartTable({ title, columns, rows }: Pick<ChartProps, 'title' | 'columns' | 'rows'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is longer than its place is scrolled by keyboard
    <section className={styles['scroll']} aria-label={`${title}, as a table`} tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {['Time', ...columns].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, cells }, i) => (
            // two sequences can meet in one moment, and rows never change their order
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is all a row has to be known by
            <tr key={i}>
              <th scope="row">{sayWhen(at, at)}</th>
              {cells.map((cell, column) => (
                <td key={columns[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function sayRow({ at, cells }: ChartRow, columns: readonly string[]): string {
  return [sayWhen(at, at), ...cells.map((cell, i) => `${columns[i] ?? ''} ${cell}`)].join(' · ')
}

function nearest(
  rows: readonly ChartRow[],
  event: PointerEvent<HTMLElement>,
  x: (at: number) => number,
): number | undefined {
  const pointer = event.clientX - event.currentTarget.getBoundingClientRect().left
  const distances = rows.map(({ at }) => Math.abs(x(at) - pointer))
  return rows.length === 0 ? undefined : distances.indexOf(Math.min(...distances))
}

function moved({ key }: KeyboardEvent, index: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, index - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(last, index + 1)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
