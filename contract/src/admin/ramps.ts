import { z } from 'zod'
import { duration, waitQuery } from './duration-input.ts'
import { propagation } from './flags.ts'
import { limit, plan, planInput, reaction } from './plans.ts'
import { actor, changed, instant, key, listQuery, page, percent, rate, text, wholeNumber } from './primitives.ts'
import { rampStates } from './ramp-states.ts'
import { sourceHealth } from './sources.ts'

export const rampState = z.enum(rampStates)

export const holdKind = z.enum([
  'dwell',
  'sample',
  'not_clear',
  'gate',
  'approval',
  'window',
  'freeze',
  'propagation',
  'no_data',
  'source_error',
  'imbalance',
  'guard',
  'conflict',
  'second_step_back',
  'max_dwell',
])
export type HoldKind = z.infer<typeof holdKind>
export const hold = z.object({
  kind: holdKind,
  guard: key.optional(),
  have: z.number().optional(),
  need: z.number().optional(),
  until: instant.nullable(),
  words: z.string(),
})
export type Hold = z.infer<typeof hold>

export const verdict = z.enum(['clear', 'tripped', 'collecting', 'no_data', 'error', 'skipped'])
export type Verdict = z.infer<typeof verdict>

/** `rate` is units with the event ÷ units in the arm; null before any unit. */
export const armFigures = z.object({
  units: z.number(),
  events: z.number(),
  rate: rate.nullable(),
  quantiles: z.array(z.tuple([rate, z.number()])).optional(),
  mean: z.number().optional(),
})

export const evidence = z.object({
  guard: key,
  metric: z.string(),
  verdict,
  reaction,
  limit,
  /** `requests`: of sources without units, where no error probability is promised. */
  method: z.enum(['exact', 'score', 'absolute', 'tilt', 'mean', 'gauge', 'requests']),
  control: armFigures,
  treatment: armFigures,
  change: z
    .object({
      as: z.enum(['points', 'ratio', 'percent']),
      value: z.number(),
      /** Valid at any time. An end that is not bounded is null: JSON has no infinity. */
      interval: z.tuple([z.number().nullable(), z.number().nullable()]),
      confidence: z.literal(0.99),
    })
    .nullable(),
  /** The evidence so far, of `needed`: the guard trips when e reaches it. */
  e: z.number(),
  needed: z.number(),
  /** The attribute whose values are counted; `requests` where nobody knows whose they were. */
  units: z.string(),
  ticks: z.object({ from: instant, to: instant, n: z.int() }).nullable(),
  step: z.int(),
  words: z.string(),
})
export type Evidence = z.infer<typeof evidence>

export const cause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guard'), evidence: z.array(evidence), named: z.array(key) }),
  z.object({ kind: z.literal('imbalance'), expected: rate, found: rate }),
  /** `words` say what was missing when it was not units. */
  z.object({ kind: z.enum(['no_data', 'max_dwell']), words: z.string().optional() }),
  z.object({
    kind: z.enum(['rejected', 'person', 'kill', 'replaced', 'edited']),
    actor,
    reason: z.string().nullable(),
  }),
])
export type Cause = z.infer<typeof cause>

export const rampEnd = z.object({
  at: instant,
  by: z.enum(['guard', 'person', 'policy', 'system']),
  cause: cause.nullable(),
})
export type RampEnd = z.infer<typeof rampEnd>

export const rampSource = z.strictObject({
  url: text(2000).optional(),
  commit: text(200).optional(),
  image: text(500).optional(),
})

/** How long the steps that are left will take at the traffic there is. `minutes` null: nobody can tell. */
export const rampEstimate = z.object({
  /** Units of both arms in a minute; null when none are known. */
  perMinute: z.number().nullable(),
  /** Taken from the hour before the ramp, where each evaluation is taken for a unit, or from what the ramp has met. */
  from: z.enum(['before', 'ramp']),
  steps: z.array(
    z.object({
      step: z.int(),
      percent,
      minutes: z.number().nullable(),
      /** What takes longest, and the guard that asks for it. */
      waitsFor: z.enum(['dwell', 'sample', 'clear', 'window']),
      guard: key.nullable(),
    }),
  ),
  words: z.string(),
})
export type RampEstimate = z.infer<typeof rampEstimate>

export const ramp = z.object({
  id: z.string(),
  project: key,
  environment: key,
  flag: key,
  rule: z.string(),
  to: key,
  state: rampState,
  plan,
  /** 1 for the first step of the plan. */
  step: z.int(),
  /** Raised at every publish, also at a step back. */
  seq: z.int(),
  percent: z.object({ before: percent, reached: percent, now: percent }),
  enteredAt: instant,
  judgingSince: instant.nullable(),
  nextDecisionAt: instant.nullable(),
  holds: z.array(hold),
  verdicts: z.array(evidence),
  end: rampEnd.nullable(),
  run: z.string().nullable(),
  source: rampSource.nullable(),
  startedBy: actor,
  startedAt: instant,
  watcher: z.object({ seenAt: instant, attended: z.string().nullable() }).nullable(),
  propagation,
  /** Of guards that read their figures elsewhere. */
  sources: z.array(sourceHealth).optional(),
  /** Absent when it has ended. */
  estimate: rampEstimate.optional(),
  /** Where it is, what it waits for, when it decides next; or how it ended and why. */
  sentence: z.string(),
  /** Raised whenever the stored ramp changes: its ETag. */
  version: z.int(),
})
export type Ramp = z.infer<typeof ramp>

const arms = { treatment: z.int(), control: z.int() }

/** How far a publish had travelled when its step began to be judged. */
const reached = z.object({
  at: instant,
  instances: z.int(),
  holding: z.int(),
  slowestMs: z.number().nullable(),
  behind: z.array(z.string()),
})

/** What a ramp counted over time. All of control takes part: `controlSample` is 1, and less in ramps of long ago. */
export const rampTicks = z.object({
  ramp: z.string(),
  /** The time one tick covers here: the ramp's own, or a multiple that makes at most 400 of them. */
  stepMs: z.int(),
  /** What was published and when, oldest first. */
  publishes: z.array(
    z.object({
      seq: z.int(),
      step: z.int(),
      percent,
      controlSample: z.number().gt(0).max(1),
      at: instant,
      reached: reached.nullable().optional(),
    }),
  ),
  /** In the order of time. A tick in which a step was entered is there once for each sequence. */
  ticks: z.array(
    z.object({
      at: instant,
      seq: z.int(),
      /** Units met for the first time in this sequence. */
      units: z.object(arms),
      /** Units that had a metric's event for the first time in the run. */
      events: z.array(z.object({ metric: z.string(), ...arms })),
    }),
  ),
})
export type RampTicks = z.infer<typeof rampTicks>

/**
 * Starts a ramp. `(flag, environment, to, run)` is unique: asking again answers 200 with that ramp, whatever became of
 * it. `guards: []` says that nothing should watch; leaving it out takes the plan's guards.
 */
export const startRamp = z.strictObject({
  plan: key.optional(),
  ...planInput,
  to: key.optional(),
  rule: z.string().max(40).optional(),
  /** The share to begin with; default is the first step's. */
  from: percent.optional(),
  approveAt: z.array(percent).max(50).optional(),
  run: text(300).min(1).optional(),
  source: rampSource.optional(),
  replace: z.boolean().optional(),
  allowNewMetric: z.boolean().optional(),
  /** Asked for when a cool-down is skipped. */
  reason: text(1000).optional(),
})

export const advanceBody = z.strictObject({ to: percent.optional(), reason: text(1000).nullable().optional() })
export const rampCommandBody = z.strictObject({ reason: text(1000).nullable().optional() })

export const rampsQuery = listQuery.extend({
  environment: key.optional(),
  flag: key.optional(),
  state: z.enum(['active', 'ended']).optional(),
})
/** `wait`: answer when the ramp changes from `version` (default: from what it is now), ends, or the time is over. */
export const rampQuery = z.object({ wait: waitQuery(60_000).optional(), version: wholeNumber(z.int()).optional() })

/** `guard` as people write it, of a metric that the ramp watches; `window`: how far back, by default over the whole ramp. */
export const checkQuery = z.object({
  guard: z.string().min(1).max(300),
  window: waitQuery(90 * 86_400_000).optional(),
})

export const rampPage = page(ramp)
export const rampChanged = changed(ramp)
export const attended = duration
