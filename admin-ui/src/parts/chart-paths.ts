/** A value at a moment, in epoch milliseconds; null where nothing is known, which is drawn as a gap. */
export interface ChartPoint {
  readonly at: number
  readonly value: number | null
}

/** Turns a number of one range into a place in another. Both ends may be turned round; outside of `from` is clamped. */
export function scale(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  const [low, high] = from
  const size = high - low
  return (value) => {
    const part = size === 0 ? 0 : Math.min(1, Math.max(0, (value - low) / size))
    return to[0] + part * (to[1] - to[0])
  }
}

type Place = (value: number) => number

/** A path through the points, broken at every gap. */
export function linePath(points: readonly ChartPoint[], x: Place, y: Place): string {
  return drawn(points, ({ at, value }, pen) => `${pen}${px(x(at))} ${px(y(value))}`)
}

interface KnownPoint {
  readonly at: number
  readonly value: number
}

/** The points without the gaps. */
export function known(points: readonly ChartPoint[]): readonly KnownPoint[] {
  return points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]))
}

/** The points that no line goes through, because they are alone between gaps. */
export function lonePoints(points: readonly ChartPoint[]): readonly KnownPoint[] {
  return points.flatMap(({ at, value }, i) =>
    value !== null && isGap(points[i - 1]) && isGap(points[i + 1]) ? [{ at, value }] : [],
  )
}

function isGap(point: ChartPoint | undefined): boolean {
  return (point?.value ?? null) === null
}

/** A path that holds each value until the next one is known. */
export function stepPath(points: readonly ChartPoint[], x: Place, y: Place): string {
  return drawn(points, ({ at, value }, pen) =>
    pen === 'M' ? `M${px(x(at))} ${px(y(value))}` : `H${px(x(at))}V${px(y(value))}`,
  )
}

function drawn(points: readonly ChartPoint[], draw: (point: KnownPoint, pen: 'M' | 'L') => string): string {
  return points
    .map(({ at, value }, i) => {
      if (value === null) return ''
      return draw({ at, value }, isGap(points[i - 1]) ? 'M' : 'L')
    })
    .join('')
}

/** Round numbers from `low` to `high`, about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function roundTicks(low: number, high: number, count: number): readonly number[] {
  const size = high - low
  if (!(size > 0)) return [low]
  const rough = size / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Moments for the axis of time, `count` at most, on whole units of the viewer's clock where the offset is in minutes. */
export function timeTicks(from: number, to: number, count: number): readonly number[] {
  const step = SPANS.find((span) => (to - from) / span <= count) ?? Math.ceil((to - from) / count / DAY) * DAY
  const first = Math.ceil(from / step) * step
  const length = Math.max(0, Math.floor((to - first) / step) + 1)
  return Array.from({ length }, (_, i) => first + i * step)
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SPANS = [
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
]

function px(value: number): string {
  return String(Math.round(value * 10) / 10)
}
