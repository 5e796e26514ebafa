import {
  type Ack,
  type Arms,
  bucketOf,
  type ErrorCode,
  type EventsBatch,
  type Reason,
  TALLY_LIMITS,
  type UnitHash,
  type Watched,
} from '@rampart/core'
import {
  anyText,
  both,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  type Parsed,
  pair,
  parse,
  pattern,
  type Shape,
  text,
} from './shape.ts'

type Entry<List extends readonly unknown[] | undefined> = NonNullable<List>[number]

const KEY = pattern(/^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$/)
/** A metric's name. */
export const METRIC: Shape<string> = pattern(/^[a-z][a-z0-9_.]{0,63}$/)
const UNIT: Shape<UnitHash> = pattern(/^[0-9a-f]{16}$/)
/** A UUID, in whatever form the sender writes it. */
export const UUID: Shape<string> = pattern(/^[A-Za-z0-9-]{1,64}$/)
const NAME = text(128)
const RULE = text(64)
const COUNT = integer(0)
const ERROR: Shape<ErrorCode> = oneOf('flag_not_found', 'type_mismatch', 'invalid_flag', 'invalid_context', 'not_ready')
const REASON: Shape<Reason> = oneOf(
  'killed',
  'off',
  'prerequisite',
  'layer',
  'rule',
  'rollout',
  'split',
  'default',
  'override',
  'error',
)

const sdk = object<EventsBatch['sdk']>({ name: NAME, version: NAME })
const app = object<NonNullable<EventsBatch['app']>>({ name: NAME, version: optional(NAME) })

/** The lowest and the highest bucket there is. */
const BUCKET = integer(bucketOf(0), bucketOf(Number.MAX_VALUE))
const VALUE = number(-Number.MAX_VALUE)

const measured = list(pair(UNIT, VALUE), TALLY_LIMITS.units)

const watched = object<Watched>({
  ramp: RULE,
  seq: integer(0),
  agoMs: number(0),
  seen: arms(list(UNIT, TALLY_LIMITS.units)),
  evaluations: arms(COUNT),
  first: optional(list(withMetric(arms(list(UNIT, TALLY_LIMITS.units))), TALLY_LIMITS.metrics)),
  slow: optional(list(withMetric(arms(measured)), TALLY_LIMITS.metrics)),
  sum: optional(list(withMetric(arms(measured)), TALLY_LIMITS.metrics)),
  outcomes: optional(
    list(object<Entry<Watched['outcomes']>>({ metric: METRIC, placed: COUNT, unplaced: COUNT }), TALLY_LIMITS.metrics),
  ),
})

const batch = object<EventsBatch>({
  format: oneOf(1),
  batch: UUID,
  instance: UUID,
  sdk,
  app: optional(app),
  revision: integer(0),
  spanMs: number(0),
  evaluations: list(
    object<Entry<EventsBatch['evaluations']>>({
      flag: KEY,
      variation: KEY,
      reason: REASON,
      rule: optional(RULE),
      n: COUNT,
    }),
    TALLY_LIMITS.evaluations,
  ),
  unknown: optional(
    list(object<Entry<EventsBatch['unknown']>>({ flag: anyText(128), n: COUNT }), TALLY_LIMITS.unknown),
  ),
  errors: optional(
    list(object<Entry<EventsBatch['errors']>>({ flag: anyText(128), code: ERROR, n: COUNT }), TALLY_LIMITS.errors),
  ),
  totals: optional(
    list(
      object<Entry<EventsBatch['totals']>>({
        metric: METRIC,
        n: number(0),
        sum: optional(VALUE),
        histogram: optional(list(pair(BUCKET, COUNT), 1_000)),
      }),
      // Counted and observed are rows of their own.
      2 * TALLY_LIMITS.metrics,
    ),
  ),
  watched: optional(list(watched, TALLY_LIMITS.watched)),
  dropped: optional(
    object<NonNullable<EventsBatch['dropped']>>({
      evaluations: optional(COUNT),
      outcomes: optional(COUNT),
      units: optional(COUNT),
    }),
  ),
})

const ack = object<Ack>({
  format: oneOf(1),
  instance: UUID,
  revision: integer(0),
  appliedMsAgo: number(0),
  app: optional(app),
  sdk,
})

/**
 * Reads the body of `POST /sdk/v1/events`. Every list and text is bounded by what a tally can hold, and a batch beyond
 * that is refused whole: it was not made by a tally.
 */
export function parseEventsBatch(value: unknown): Parsed<EventsBatch> {
  return parse(batch, value)
}

/** Reads the body of `POST /sdk/v1/acks`. */
export function parseAck(value: unknown): Parsed<Ack> {
  return parse(ack, value)
}

function arms<T>(one: Shape<T>): Shape<Arms<T>> {
  const members = { treatment: one, control: one }
  return object<{ readonly treatment: T; readonly control: T }>(members)
}

function withMetric<T>(rest: Shape<T>): Shape<{ readonly metric: string } & T> {
  return both(object<{ readonly metric: string }>({ metric: METRIC }), rest)
}
