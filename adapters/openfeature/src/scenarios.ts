import type { EvaluationContext, JsonValue } from '@openfeature/core'
import type { Json, Snapshot, WireFlag, WireRule } from '@rampart/contract/wire'

/*
 * OpenFeature's public evaluation suite (open-feature/spec, specification/assets/gherkin: evaluation_v2, contextMerging,
 * hooks, metadata; flags of test-flags.json), as a table that the providers of server and web are asked by.
 */

export type FlagType = 'Boolean' | 'String' | 'Integer' | 'Float' | 'Object'

export interface Scenario {
  /** The suite's own name. */
  readonly scenario: string
  readonly type: FlagType
  readonly key: string
  readonly fallback: JsonValue
  readonly context?: EvaluationContext
  /** Part of the evaluation details. */
  readonly expected: {
    readonly value?: JsonValue
    readonly variant?: string
    readonly reason?: string
    readonly errorCode?: string
    readonly flagKey?: string
  }
}

/** What of the suite is not run, and why. */
export const LEFT_OUT: readonly { readonly scenario: string; readonly why: string }[] = [
  { scenario: 'CACHED reason', why: 'answers are computed where they are asked for, and nothing is cached' },
  {
    scenario: 'DISABLED reason (object)',
    why: 'a flag that is off gives its off variation, and the suite wants the default of the code; the reason is checked',
  },
  {
    scenario: 'Flag metadata in evaluation details, Returns metadata, Returns no metadata',
    why: 'flags carry no metadata of the user’s; every answer has that of Rampart instead',
  },
  {
    scenario: 'Evaluation options with hooks, Evaluation context immutability, hooks.feature',
    why: 'they test OpenFeature’s own SDK, which runs them itself; hooks over this provider are run by the tests of @rampart/otel',
  },
]

const TEMPLATE = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 }
const BALLMER = 'ballmer@macrosoft.com'

const KINDS: readonly {
  readonly type: FlagType
  readonly name: string
  readonly fallback: JsonValue
  readonly value: JsonValue
  readonly variant: string
  /** A fallback beside which an empty value shows. */
  readonly other: JsonValue
  readonly zero: JsonValue
  /** A flag of another type. */
  readonly wrong: string
}[] = [
  {
    type: 'Boolean',
    name: 'boolean',
    fallback: false,
    value: true,
    variant: 'on',
    other: true,
    zero: false,
    wrong: 'string-flag',
  },
  {
    type: 'String',
    name: 'string',
    fallback: 'bye',
    value: 'hi',
    variant: 'greeting',
    other: 'hi',
    zero: '',
    wrong: 'boolean-flag',
  },
  {
    type: 'Integer',
    name: 'integer',
    fallback: 1,
    value: 10,
    variant: 'ten',
    other: 1,
    zero: 0,
    wrong: 'boolean-flag',
  },
  {
    type: 'Float',
    name: 'float',
    fallback: 0.1,
    value: 0.5,
    variant: 'half',
    other: 0.1,
    zero: 0,
    wrong: 'boolean-flag',
  },
  {
    type: 'Object',
    name: 'object',
    fallback: { a: 1 },
    value: TEMPLATE,
    variant: 'template',
    other: { a: 1 },
    zero: {},
    wrong: 'boolean-flag',
  },
]

export const SCENARIOS: readonly Scenario[] = [
  ...KINDS.flatMap(({ type, name, fallback, value, variant, other, zero, wrong }): Scenario[] => [
    {
      scenario: 'Resolve values; Complete evaluation details structure; Variant field population',
      type,
      key: `${name}-flag`,
      fallback,
      expected: { value, variant, reason: 'STATIC', flagKey: `${name}-flag` },
    },
    {
      scenario: 'Resolves zero value',
      type,
      key: `${name}-zero-flag`,
      fallback: other,
      expected: { value: zero, reason: 'STATIC' },
    },
    {
      scenario: 'Resolves zero value with targeting',
      type,
      key: `${name}-targeted-zero-flag`,
      fallback: other,
      context: { email: BALLMER },
      expected: { value: zero, reason: 'TARGETING_MATCH' },
    },
    {
      scenario: 'Resolves zero value with targeting using default',
      type,
      key: `${name}-targeted-zero-flag`,
      fallback: other,
      context: { email: 'ballmer@none.com' },
      expected: { value: zero, reason: 'DEFAULT' },
    },
    {
      scenario: 'Empty evaluation context',
      type,
      key: `${name}-targeted-zero-flag`,
      fallback: other,
      expected: { value: zero, reason: 'DEFAULT' },
    },
    {
      scenario: 'Null context values',
      type,
      key: `${name}-targeted-zero-flag`,
      fallback: other,
      context: { email: null },
      expected: { value: zero, reason: 'DEFAULT' },
    },
    {
      scenario: 'Flag not found error',
      type,
      key: 'non-existent-flag',
      fallback,
      expected: { value: fallback, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
    },
    {
      scenario: 'Type mismatch error',
      type,
      key: wrong,
      fallback,
      expected: { value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' },
    },
    {
      scenario: 'DISABLED reason',
      type,
      key: `${name}-disabled-flag`,
      fallback,
      expected: type === 'Object' ? { reason: 'DISABLED' } : { value: fallback, reason: 'DISABLED' },
    },
  ]),
  {
    scenario: 'Multiple context attributes targeting',
    type: 'String',
    key: 'complex-targeted',
    fallback: 'default',
    context: { email: BALLMER, role: 'admin', age: 65, customer: false },
    expected: { value: 'INTERNAL', reason: 'TARGETING_MATCH' },
  },
]

/** The suite's flags as a server of ours sends them. Where a flag is disabled, its off variation is the suite's default. */
export function scenarioSnapshot(audience: Snapshot['audience']): Snapshot {
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience,
    revision: 7,
    flags: SCENARIO_FLAGS,
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
  }
}

const ofBallmer: WireRule = {
  id: 'ballmer',
  when: { attribute: 'email', operator: 'is', operand: BALLMER },
  serve: { to: 0 },
}

const ofInsiders: WireRule = {
  id: 'insiders',
  when: {
    all: [
      { not: { attribute: 'customer', operator: 'is', operand: true } },
      { attribute: 'email', operator: 'is', operand: BALLMER },
      { attribute: 'age', operator: 'number >', operand: 10 },
    ],
  },
  serve: { to: 0 },
}

const SCENARIO_FLAGS: readonly WireFlag[] = [
  ...(
    [
      ['boolean', 'boolean', { on: true, off: false }, { zero: false, 'non-zero': true }],
      ['string', 'string', { greeting: 'hi', parting: 'bye' }, { zero: '', 'non-zero': 'str' }],
      ['integer', 'number', { ten: 10, one: 1 }, { zero: 0, 'non-zero': 1 }],
      ['float', 'number', { half: 0.5, tenth: 0.1 }, { zero: 0, 'non-zero': 1 }],
      ['object', 'json', { template: TEMPLATE, empty: {} }, { zero: {}, 'non-zero': TEMPLATE }],
    ] as const
  ).flatMap(([name, type, values, zeros]) => [
    flag(`${name}-flag`, type, values),
    { ...flag(`${name}-disabled-flag`, type, values), on: false, off: 1 },
    flag(`${name}-zero-flag`, type, zeros),
    { ...flag(`${name}-targeted-zero-flag`, type, zeros), rules: [ofBallmer] },
  ]),
  {
    ...flag('complex-targeted', 'string', { internal: 'INTERNAL', external: 'EXTERNAL' }),
    rules: [ofInsiders],
    serve: { to: 1 },
  },
]

/** A flag that gives everyone the first of its values. */
function flag(key: string, type: WireFlag['type'], values: Readonly<Record<string, Json>>): WireFlag {
  return {
    key,
    version: 1,
    type,
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: Object.keys(values),
    values: Object.values(values),
    rules: [],
    serve: { to: 0 },
  }
}
