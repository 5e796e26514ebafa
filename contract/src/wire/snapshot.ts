import type { Hints, Patch, Snapshot, Watch, WatchedMetric, WireFlag, WireLayer, WireSegment } from '@rampart/core'
import {
  either,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  type Parsed,
  parse,
  type Shape,
  shape,
  text,
} from './shape.ts'

/** Lists of a snapshot are as long as the environment is large: the reader's limit on bytes is what bounds them. */
const ANY_NUMBER = Number.MAX_SAFE_INTEGER

/** Longer than any key or salt; the server has checked keys when they were made. */
const NAME_LENGTH = 256

/**
 * A flag needs only its key here: a flag that is malformed otherwise, or made for a newer SDK, costs nobody but itself,
 * because core answers it with `invalid_flag`. The same goes for the conditions of segments, which core judges.
 */
const flag = named<WireFlag>()
const segment = named<WireSegment>()
const layer = object<WireLayer>({ key: text(NAME_LENGTH), seed: text(NAME_LENGTH) })

const settleMs = optional(number(0))

const watchedMetric: Shape<WatchedMetric> = either<WatchedMetric>(
  object<Extract<WatchedMetric, { take: 'first' }>>({ metric: text(NAME_LENGTH), take: oneOf('first'), settleMs }),
  object<Extract<WatchedMetric, { take: 'slow' }>>({
    metric: text(NAME_LENGTH),
    take: oneOf('slow'),
    over: list(number(-Number.MAX_VALUE), 100),
    settleMs,
  }),
  object<Extract<WatchedMetric, { take: 'sum' }>>({
    metric: text(NAME_LENGTH),
    take: oneOf('sum'),
    windowMs: number(0),
    cap: number(-Number.MAX_VALUE),
    settleMs,
  }),
)

/** Checked whole: what it says is counted by, so a watch that is not understood is not counted at all. */
const watch = object<Watch>({
  ramp: text(NAME_LENGTH),
  seq: integer(0),
  flag: text(NAME_LENGTH),
  rule: text(NAME_LENGTH),
  percent: number(0, 100),
  salt: text(NAME_LENGTH),
  controlSample: number(0, 1),
  sample: optional(number(0, 1)),
  tickMs: number(1),
  metrics: list(watchedMetric, 1_000),
})

const snapshotEnvelope = object<Snapshot>({
  format: oneOf(1),
  project: text(NAME_LENGTH),
  environment: text(NAME_LENGTH),
  audience: oneOf('server', 'client'),
  revision: integer(0),
  flags: entries<WireFlag>(),
  segments: entries<WireSegment>(),
  layers: entries<WireLayer>(),
  watches: entries<Watch>(),
  salt: shape<string>('a text', (value) => typeof value === 'string'),
  hints: object<Hints>({ flushMs: number(0), pollMs: number(0), ackSpreadMs: number(0) }),
})

const keys = list(text(NAME_LENGTH), ANY_NUMBER)

const patchEnvelope = object<Patch>({
  format: oneOf(1),
  from: integer(0),
  revision: integer(0),
  upserts: object<Patch['upserts']>({
    flags: optional(entries<WireFlag>()),
    segments: optional(entries<WireSegment>()),
    layers: optional(entries<WireLayer>()),
    watches: optional(entries<Watch>()),
  }),
  removals: object<Patch['removals']>({
    flags: optional(keys),
    segments: optional(keys),
    layers: optional(keys),
    watches: optional(keys),
  }),
  urgent: optional(oneOf(true)),
})

/**
 * Reads the data of `GET /sdk/v1/snapshot` and of the event `put`. The envelope is checked strictly. An entry of a list
 * that cannot be used (no key; a layer or watch that is not whole) is left out and the rest applies.
 */
export function parseSnapshot(value: unknown): Parsed<Snapshot> {
  const parsed = parse(snapshotEnvelope, value)
  if (!parsed.ok) return parsed
  const { flags, segments, layers, watches } = parsed.value
  return { ok: true, value: { ...parsed.value, ...usable({ flags, segments, layers, watches }) } }
}

/** Reads the data of the event `patch`, by the rules of `parseSnapshot`. */
export function parsePatch(value: unknown): Parsed<Patch> {
  const parsed = parse(patchEnvelope, value)
  if (!parsed.ok) return parsed
  return { ok: true, value: { ...parsed.value, upserts: { ...parsed.value.upserts, ...usable(parsed.value.upserts) } } }
}

function usable<T extends Patch['upserts']>({ flags, segments, layers, watches }: T) {
  return {
    ...(flags && { flags: flags.filter(flag.holds) }),
    ...(segments && { segments: segments.filter(segment.holds) }),
    ...(layers && { layers: layers.filter(layer.holds) }),
    ...(watches && { watches: watches.filter(watch.holds) }),
  }
}

/** A list whose entries are looked at one by one afterwards. */
function entries<T>(): Shape<readonly T[]> {
  return shape<readonly T[]>('a list', Array.isArray)
}

function named<T extends { readonly key: string }>(): Shape<T> {
  const key = object<{ readonly key: string }>({ key: text(NAME_LENGTH) })
  return shape<T>('an object with a key', key.holds)
}
