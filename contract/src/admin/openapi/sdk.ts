import type { JsonSchema } from './schemas.ts'
import { refTo } from './schemas.ts'

/**
 * The SDK's wire, as `contract/wire` reads it by hand-written guards. Only what a program of another language needs to begin is
 * described here; `docs/protocol.md` and the vectors are the whole.
 */
const KEY = { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$' }
const COUNT = { type: 'integer', minimum: 0 }
const REVISION = { ...COUNT, description: 'Of the environment: each change makes the next one.' }
const NAMED = object({ name: { type: 'string', maxLength: 128 }, version: { type: 'string', maxLength: 128 } }, [
  'name',
])
const HASHES = { type: 'array', items: { type: 'string', pattern: '^[0-9a-f]{16}$' } }
const ARMS_OF_HASHES = object({ treatment: HASHES, control: HASHES })
const STAND = {
  ...object(
    {
      watch: object({ ramp: { type: 'string' }, seq: COUNT, tickMs: COUNT, metrics: { type: 'array' } }),
      unit: HASHES.items,
      arm: { enum: ['treatment', 'control'] },
    },
    ['watch'],
  ),
  description:
    'Where the context stands in the ramp that counts it. No unit: the context has none; no arm: it takes no part.',
}

export const sdkComponents: Readonly<Record<string, JsonSchema>> = {
  WireFlag: {
    ...object(
      {
        key: KEY,
        version: REVISION,
        type: { enum: ['boolean', 'string', 'number', 'json'] },
        hash: { type: 'string' },
        seed: { type: 'string' },
        on: { type: 'boolean' },
        killed: { const: true },
        off: { type: 'integer', description: 'An index into `values`.' },
        variations: { type: 'array', items: KEY },
        values: { type: 'array' },
        prerequisites: { type: 'array' },
        layer: { type: 'object' },
        rules: { type: 'array' },
        serve: { type: 'object' },
      },
      ['key', 'version', 'type', 'hash', 'on', 'off', 'variations', 'values', 'rules', 'serve'],
    ),
    description: 'A flag as SDKs evaluate it. `docs/protocol.md` says how.',
  },
  Snapshot: object({
    format: { const: 1 },
    project: KEY,
    environment: KEY,
    audience: { enum: ['server', 'client'] },
    revision: REVISION,
    flags: { type: 'array', items: refTo('WireFlag') },
    segments: { type: 'array' },
    layers: { type: 'array' },
    watches: { type: 'array' },
    salt: { type: 'string' },
    hints: object({ flushMs: COUNT, pollMs: COUNT, ackSpreadMs: COUNT }),
  }),
  EvaluateRequest: object(
    { context: { type: 'object', description: "OpenFeature's evaluation context." }, rules: { type: 'boolean' } },
    ['context'],
  ),
  Bootstrap: object(
    {
      format: { const: 1 },
      revision: REVISION,
      values: {
        type: 'array',
        items: object(
          {
            key: KEY,
            value: {},
            variation: KEY,
            reason: { type: 'string' },
            rule: { type: 'string' },
            stand: STAND,
          },
          ['key', 'value', 'variation', 'reason'],
        ),
      },
      snapshot: refTo('Snapshot'),
    },
    ['format', 'revision', 'values'],
  ),
  EventsBatch: object(
    {
      format: { const: 1 },
      batch: { type: 'string', description: 'A UUID. The same bytes may be sent again: they are counted once.' },
      instance: { type: 'string', description: 'A UUID of the process.' },
      sdk: NAMED,
      app: NAMED,
      revision: REVISION,
      spanMs: { type: 'number', minimum: 0, description: 'The counts cover so much time before sending.' },
      evaluations: {
        type: 'array',
        items: object({ flag: KEY, variation: KEY, reason: { type: 'string' }, rule: { type: 'string' }, n: COUNT }, [
          'flag',
          'variation',
          'reason',
          'n',
        ]),
      },
      unknown: { type: 'array', maxItems: 100, items: object({ flag: { type: 'string', maxLength: 128 }, n: COUNT }) },
      errors: { type: 'array' },
      totals: {
        type: 'array',
        items: object(
          {
            metric: { type: 'string', pattern: '^[a-z][a-z0-9_.]{0,63}$' },
            n: { type: 'number', minimum: 0 },
            sum: { type: 'number' },
            histogram: {
              type: 'array',
              description: 'Pairs of a bucket and a count; the upper bound of bucket i is 2^(i/8).',
              items: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
            },
          },
          ['metric', 'n'],
        ),
      },
      watched: {
        type: 'array',
        items: object(
          {
            ramp: { type: 'string' },
            seq: COUNT,
            agoMs: { type: 'number', minimum: 0 },
            seen: ARMS_OF_HASHES,
            evaluations: object({ treatment: COUNT, control: COUNT }),
            first: { type: 'array' },
            slow: { type: 'array' },
            sum: { type: 'array' },
          },
          ['ramp', 'seq', 'agoMs', 'seen', 'evaluations'],
        ),
      },
      dropped: { type: 'object' },
    },
    ['format', 'batch', 'instance', 'sdk', 'revision', 'spanMs', 'evaluations'],
  ),
  OutcomesReport: object(
    {
      batch: {
        type: 'string',
        description: 'A UUID. With it the same report may be sent again: it is counted once.',
      },
      outcomes: {
        type: 'array',
        maxItems: 1_000,
        items: object(
          {
            context: { type: 'object', description: "OpenFeature's evaluation context: whom it happened to." },
            metric: { type: 'string', pattern: '^[a-z][a-z0-9_.]{0,63}$' },
            n: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Not together with `value`.' },
            value: { type: 'number', description: 'What was measured.' },
          },
          ['context', 'metric'],
        ),
      },
    },
    ['outcomes'],
  ),
  Ack: object(
    {
      format: { const: 1 },
      instance: { type: 'string' },
      revision: REVISION,
      appliedMsAgo: { type: 'number', minimum: 0 },
      app: NAMED,
      sdk: NAMED,
    },
    ['format', 'instance', 'revision', 'appliedMsAgo', 'sdk'],
  ),
}

const instance = '6f1c3a52-0b1e-4d43-9a7c-1f2e3d4c5b6a'
const sdk = { name: 'rampart-python', version: '0.1.0' }

export const sdkExamples = {
  Snapshot: {
    format: 1,
    project: 'demo',
    environment: 'production',
    audience: 'server',
    revision: 41,
    flags: [
      {
        key: 'new-checkout-flow',
        version: 41,
        type: 'boolean',
        hash: 'rampart-1',
        on: true,
        off: 0,
        variations: ['off', 'on'],
        values: [false, true],
        rules: [],
        serve: { to: 1, rollout: [10, 0] },
      },
    ],
    segments: [],
    layers: [],
    watches: [],
    salt: 'k3',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  },
  EvaluateRequest: { context: { targetingKey: 'ana', plan: 'pro' } },
  Bootstrap: {
    format: 1,
    revision: 41,
    values: [{ key: 'new-checkout-flow', value: false, variation: 'off', reason: 'rollout', rule: 'everyone-else' }],
  },
  EventsBatch: {
    format: 1,
    batch: '01980c6e-7a52-7d10-8f3c-2b4d6e8f0a1c',
    instance,
    sdk,
    revision: 41,
    spanMs: 30_000,
    evaluations: [{ flag: 'new-checkout-flow', variation: 'on', reason: 'rollout', n: 104 }],
    totals: [{ metric: 'checkout_error', n: 3 }],
  },
  OutcomesReport: {
    outcomes: [
      { context: { targetingKey: 'ana' }, metric: 'checkout_error' },
      { context: { targetingKey: 'ana' }, metric: 'checkout_ms', value: 312.5 },
    ],
  },
  Ack: { format: 1, instance, revision: 41, appliedMsAgo: 3, sdk },
} as const

function object(properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required }
}
