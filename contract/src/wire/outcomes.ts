import type { Context } from '@rampart/core'
import { METRIC, UUID } from './events.ts'
import { both, isRecord, list, number, object, optional, type Parsed, parse, type Shape, shape } from './shape.ts'

/** As many as one request may report. */
export const MOST_OUTCOMES = 1_000

/** Numbers beyond this are refused: a sum of them could stop being finite. */
const LARGEST = 1e100

/** Something happened to somebody: an event, `n` times, or a measured value. */
export interface Outcome {
  /** Whom it happened to, as flags are asked for. */
  readonly context: Context
  readonly metric: string
  /** 1 when it is not said. Not together with `value`. */
  readonly n?: number
  readonly value?: number
}

/** `POST /sdk/v1/outcomes`, from programs that have no SDK to count with. */
export interface OutcomesReport {
  /** A UUID, with which the same report may be sent again: it is counted once. */
  readonly batch?: string
  readonly outcomes: readonly Outcome[]
}

const context: Shape<Context> = shape(
  'an object whose targetingKey, if there is one, is a text or a whole number',
  (value) => isRecord(value) && isUnit(value['targetingKey']),
)

const amount = shape<number>(
  `a number above 0, at most ${LARGEST}`,
  (n) => typeof n === 'number' && n > 0 && n <= LARGEST,
)

const members = object<Outcome>({
  context,
  metric: METRIC,
  n: optional(amount),
  value: optional(number(-LARGEST, LARGEST)),
})

const notBoth: Shape<object> = shape(
  'an outcome with n or with value, not with both',
  (value) => !isRecord(value) || value['n'] === undefined || value['value'] === undefined,
)

const report = object<OutcomesReport>({ batch: optional(UUID), outcomes: list(both(members, notBoth), MOST_OUTCOMES) })

/** Reads the body of `POST /sdk/v1/outcomes`. A report with anything wrong in it is refused whole. */
export function parseOutcomes(value: unknown): Parsed<OutcomesReport> {
  return parse(report, value)
}

function isUnit(key: unknown): boolean {
  return key === undefined || key === null || typeof key === 'string' || Number.isSafeInteger(key)
}
