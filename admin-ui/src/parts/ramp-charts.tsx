import type { AuditEntry, Evidence, Ramp, RampTicks } from '@rampart/contract/admin'
import { useQuery } from '@tanstack/react-query'
import { rampTicksQuery } from '../queries/ramps.ts'
import { Card, Quiet, Waiting } from './card.tsx'
import { Chart, type ChartRow } from './chart.tsx'
import { type ChartPoint, roundTicks } from './chart-paths.ts'
import { type Exposure, exposureOf } from './exposure.ts'
import { FailureCard } from './failure-card.tsx'
import { type Changes, changeRange, changesOf, isPast, ratesOf } from './guard-trend.ts'
import { sayChange, sayCount, sayInterval, sayPercent, sayRate } from './percent.ts'
import styles from './ramp-charts.module.css'
import { useNow } from './use-now.ts'

interface RampChartsProps {
  readonly ramp: Ramp
  /** What the log has of it so far, for the evidence of each decision. */
  readonly entries: readonly AuditEntry[]
}

/** How a ramp went: the share it gave, and what each guard saw of both arms. */
export function RampCharts({ ramp, entries }: RampChartsProps) {
  const ticks = useQuery(rampTicksQuery(ramp))
  const now = useNow(5000)
  if (ticks.data === undefined)
    return (
      <Card title="Charts">
        {ticks.error === null ? (
          <Waiting />
        ) : (
          <FailureCard what="The charts could not be loaded" error={ticks.error} onRetry={() => void ticks.refetch()} />
        )}
      </Card>
    )
  const exposure = exposureOf(ramp, ticks.data.publishes, now)
  return (
    <>
      <Card title="Exposure">
        <ExposureChart exposure={exposure} />
      </Card>
      {ramp.verdicts.map((evidence) => (
        <GuardCharts key={evidence.guard} {...{ ramp, evidence, entries, exposure, now }} log={ticks.data} />
      ))}
    </>
  )
}

function ExposureChart({ exposure }: { readonly exposure: Exposure }) {
  const { from, to, actual, planned, bands, drop, summary } = exposure
  return (
    <Chart
      title="Share over time"
      summary={summary}
      x={[from, to]}
      y={[0, 100]}
      yTicks={[0, 25, 50, 75, 100]}
      say={sayPercent}
      series={[
        { label: 'planned', look: 'planned', shape: 'steps', points: planned },
        { label: 'actual', look: 'actual', shape: 'steps', points: actual },
      ]}
      bands={bands}
      mark={drop}
      columns={['share']}
      rows={actual.map(({ at, value }) => ({ at, cells: [value === null ? '–' : sayPercent(value)] }))}
    />
  )
}

interface GuardChartsProps extends RampChartsProps {
  readonly evidence: Evidence
  readonly log: RampTicks
  readonly exposure: Exposure
  readonly now: number
}

function GuardCharts({ ramp, evidence, entries, log, exposure, now }: GuardChartsProps) {
  const rates = ratesOf(evidence, log)
  const at = ramp.end === null ? now : Date.parse(ramp.end.at)
  const changes = changesOf(evidence, entries, at)
  const x = [exposure.from, Math.max(at, exposure.from + 1000)] as const
  const bands = exposure.bands.map((band) => ({ ...band, to: Math.min(band.to, x[1]) }))
  const drawn = rates.control.length > 0
  return (
    <Card title={evidence.metric}>
      {!drawn && changes === null && <Quiet>{evidence.words}</Quiet>}
      <div className={styles['pair']}>
        {drawn && <RateChart {...{ evidence, rates, x, bands }} to={ramp.to} />}
        {changes !== null && <ChangeChart {...{ evidence, changes, x, bands }} to={ramp.to} />}
      </div>
    </Card>
  )
}

interface FrameProps {
  readonly evidence: Evidence
  readonly to: string
  readonly x: readonly [number, number]
  readonly bands: Exposure['bands']
}

function RateChart({ evidence, to, rates, x, bands }: FrameProps & { readonly rates: ReturnType<typeof ratesOf> }) {
  const { control, treatment } = evidence
  const most = Math.max(0, ...[rates.control, rates.treatment, rates.limit].flatMap((line) => line.map(levelOf)))
  const top = most === 0 ? 0.01 : most * 1.08
  const rows = rates.control.flatMap((point, i): readonly ChartRow[] => {
    const other = rates.treatment[i]?.value ?? null
    return point.value === null && other === null
      ? []
      : [{ at: point.at, cells: [point.value, other, ...limited(rates.limit[i])].map(sayRate) }]
  })
  return (
    <Chart
      title="With and without"
      summary={[
        `Without ${sayRate(control.rate)} of ${sayCount(control.units)}, with ${to} ${sayRate(treatment.rate)} of ${sayCount(treatment.units)}.`,
        'Each line begins again with every step; a gap is a time without figures.',
      ]}
      x={x}
      y={[0, top]}
      yTicks={roundTicks(0, top, 4)}
      say={sayRate}
      series={[
        { label: 'without', look: 'control', shape: 'line', points: rates.control },
        { label: `with ${to}`, look: 'treatment', shape: 'line', points: rates.treatment },
        ...(rates.limit.length > 0
          ? [{ label: 'limit', look: 'limit', shape: 'line', points: rates.limit } as const]
          : []),
      ]}
      bands={bands}
      columns={rates.limit.length > 0 ? ['without', 'with', 'limit'] : ['without', 'with']}
      rows={rows}
    />
  )
}

function ChangeChart({ evidence, changes, x, bands }: FrameProps & { readonly changes: Changes }) {
  const { as, points, none, limit } = changes
  const range = changeRange(changes)
  const say = (value: number) => sayChange({ as, value, interval: [null, null], confidence: 0.99 })
  const good = evidence.limit.kind === 'not_fall' ? 'high' : 'low'
  const whole = ({ value, low, high }: (typeof points)[number]): Evidence['change'] => ({
    as,
    value,
    interval: [low, high],
    confidence: 0.99,
  })
  const interval = sayInterval(evidence.change)
  return (
    <Chart
      title={as === 'ratio' ? 'Ratio' : 'Difference'}
      summary={[
        `${sayChange(evidence.change)} now${interval === undefined ? '' : `, ${interval} at 99% confidence`}.`,
        limit === null ? evidence.words : `The limit is ${say(limit)}; bars show what the figures still allow.`,
      ]}
      x={x}
      y={range}
      yTicks={roundTicks(range[0], range[1], 4)}
      say={say}
      series={[{ label: 'change', look: 'change', shape: 'line', points, dots: true }]}
      whiskers={points.map((point) => ({
        at: point.at,
        low: point.low ?? range[0],
        high: point.high ?? range[1],
        bad: isPast(point, limit, good),
      }))}
      levels={[
        { value: none, look: 'none', label: 'no change' },
        ...(limit === null || limit === none ? [] : [{ value: limit, look: 'limit', label: 'limit' } as const]),
      ]}
      bands={bands}
      columns={['change', 'interval']}
      rows={points.map((point) => ({
        at: point.at,
        cells: [say(point.value), sayInterval(whole(point)) ?? 'not bounded yet'],
      }))}
    />
  )
}

function limited(point: ChartPoint | undefined): readonly (number | null)[] {
  return point === undefined ? [] : [point.value]
}

function levelOf({ value }: ChartPoint): number {
  return value ?? 0
}
