import type { Flag, Serve } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import { EVERYONE_ELSE, type Id, type Instant, type Json, type Key, type Percent } from '@rampart/core'
import { AppError } from '../app-error.ts'
import type { EnvironmentRef, StoredConfig } from '../store/store.ts'

/** A configuration that has no revision yet: the commit gives it one. */
export type ConfigDraft = Omit<StoredConfig, 'revision'>

type Variation = Flag['variations'][number]
type Maybe<T> = { readonly [M in keyof T]?: T[M] | undefined }

/** What a person writes to create a flag. */
export interface FlagInput
  extends Maybe<
    Pick<
      Flag,
      | 'name'
      | 'description'
      | 'kind'
      | 'clientSide'
      | 'remoteOnly'
      | 'owner'
      | 'tags'
      | 'expectedLifetime'
      | 'schema'
      | 'seed'
    >
  > {
  readonly key: Key
  readonly type: Flag['type']
  readonly variations?: readonly Variation[] | undefined
}

/** A merge patch of the metadata: absent leaves a member, null clears it. */
export interface FlagPatch
  extends Maybe<
    Pick<
      Flag,
      'name' | 'description' | 'kind' | 'clientSide' | 'remoteOnly' | 'owner' | 'tags' | 'expectedLifetime' | 'schema'
    >
  > {
  /** All of them, in their order. */
  readonly variations?: readonly Variation[] | undefined
  readonly archived?: boolean | undefined
}

const BOOLEAN_VARIATIONS: readonly Variation[] = [
  { key: 'off', name: null, value: false },
  { key: 'on', name: null, value: true },
]

/** The flag that was asked for; throws `invalid` with every mistake in its variations. */
export function newFlag(input: FlagInput, at: Instant): Flag {
  return {
    key: input.key,
    name: input.name ?? input.key,
    description: input.description ?? '',
    kind: input.kind ?? 'release',
    type: input.type,
    variations: [...variationsOf(input)],
    schema: input.schema ?? null,
    clientSide: input.clientSide ?? false,
    remoteOnly: input.remoteOnly ?? false,
    owner: input.owner ?? null,
    tags: [...new Set(input.tags ?? [])],
    seed: input.seed ?? null,
    hash: 'rampart-1',
    expectedLifetime: input.expectedLifetime ?? null,
    archivedAt: null,
    createdAt: at,
    version: 1,
  }
}

/**
 * How a flag begins in an environment: off. Switched on, a boolean flag gives `on` to everyone; any other flag goes on
 * giving its first variation until a rule or a rollout says otherwise.
 */
export function newConfig(flag: Flag, { project, environment }: EnvironmentRef): ConfigDraft {
  const first = flag.variations[0]?.key ?? 'off'
  return {
    project,
    environment,
    flag: flag.key,
    on: false,
    killed: null,
    off: first,
    prerequisites: [],
    layer: null,
    rules: [],
    everyoneElse: { variation: flag.type === 'boolean' ? 'on' : first },
  }
}

/**
 * The flag with a patch applied. The version counts only when something differs. Throws `invalid` with every mistake in its
 * variations.
 */
export function patched(flag: Flag, patch: FlagPatch, at: Instant): Flag {
  const next: Flag = {
    ...flag,
    name: patch.name ?? flag.name,
    description: patch.description ?? flag.description,
    kind: patch.kind ?? flag.kind,
    clientSide: patch.clientSide ?? flag.clientSide,
    remoteOnly: patch.remoteOnly ?? flag.remoteOnly,
    variations: patch.variations === undefined ? flag.variations : [...variationsOf({ ...patch, type: flag.type })],
    schema: patch.schema === undefined ? flag.schema : patch.schema,
    owner: patch.owner === undefined ? flag.owner : patch.owner,
    tags: patch.tags === undefined ? flag.tags : [...new Set(patch.tags)],
    expectedLifetime: patch.expectedLifetime === undefined ? flag.expectedLifetime : patch.expectedLifetime,
    archivedAt: patch.archived === undefined ? flag.archivedAt : patch.archived ? (flag.archivedAt ?? at) : null,
  }
  return sameJson(flag, next) ? flag : { ...next, version: flag.version + 1 }
}

/** What to do to the share of a rule. `variation` gets it; without one, the variation that has it, or `on` of a boolean flag. */
export interface RolloutOrder {
  readonly percent: Percent
  readonly variation?: Key | undefined
  readonly rule?: Id | undefined
}

/** The configuration with the share of one rule set; what the rest of that rule gets stays what it was. */
export function withRollout(config: ConfigDraft, flag: Flag, order: RolloutOrder): ConfigDraft {
  const id = order.rule ?? EVERYONE_ELSE
  if (id === EVERYONE_ELSE) return { ...config, everyoneElse: rolledOut(config.everyoneElse, config.off, flag, order) }
  if (!config.rules.some((rule) => rule.id === id)) {
    throw invalid([{ pointer: '/rule', message: `names no rule of this flag: ${id}` }])
  }
  return {
    ...config,
    rules: config.rules.map((rule) =>
      rule.id === id ? { ...rule, serve: rolledOut(rule.serve, config.off, flag, order) } : rule,
    ),
  }
}

function rolledOut(serve: Serve, off: Key, flag: Flag, { percent, variation }: RolloutOrder): Serve {
  if ('split' in serve) {
    throw new AppError(
      'invalid',
      'This rule splits between variations; a share can only be set of one. Nothing was changed.',
    )
  }
  const now = serve.variation
  const wanted = variation ?? (flag.type === 'boolean' && serve.rollout === undefined ? 'on' : now)
  if (!flag.variations.some(({ key }) => key === wanted)) {
    throw invalid([{ pointer: '/variation', message: `names no variation of this flag: ${wanted}` }])
  }
  const rest = serve.rollout?.otherwise
  const otherwise = [rest, now, off].find((key) => key !== undefined && key !== wanted)
  if (otherwise === undefined) {
    throw invalid([
      { pointer: '/variation', message: `is needed: everyone gets ${now} already, and so does everyone else` },
    ])
  }
  const { by } = serve
  return { variation: wanted, rollout: { percent, otherwise }, ...(by === undefined ? {} : { by }) }
}

function variationsOf({ type, variations }: Pick<FlagInput, 'type' | 'variations'>): readonly Variation[] {
  if (type === 'boolean') {
    const given = variations ?? BOOLEAN_VARIATIONS
    const values = new Map(given.map(({ key, value }) => [key, value]))
    if (given.length === 2 && values.get('on') === true && values.get('off') === false) return given
    throw invalid([{ pointer: '/variations', message: 'of a boolean flag are exactly on = true and off = false' }])
  }
  if (variations === undefined) {
    throw invalid([{ pointer: '/variations', message: `are needed: a ${type} flag has no values of its own` }])
  }
  const mistakes = variations.flatMap(({ key, value }, i): readonly ProblemDetail[] => [
    ...(hasType(value, type) ? [] : [{ pointer: `/variations/${i}/value`, message: `must be a ${type}` }]),
    ...(variations.findIndex((other) => other.key === key) === i
      ? []
      : [{ pointer: `/variations/${i}/key`, message: `is there twice: ${key}` }]),
  ])
  if (mistakes.length > 0) throw invalid(mistakes)
  return variations
}

function hasType(value: Json, type: Flag['type']): boolean {
  return type === 'json' || typeof value === type
}

/** Throwing is how expected failures leave the rules; the first mistake is in the sentence, all are in the list. */
export function invalid(errors: readonly ProblemDetail[]): AppError {
  const [first] = errors
  const more = errors.length > 1 ? ` There are ${errors.length - 1} more mistakes.` : ''
  return new AppError('invalid', `${first?.pointer ?? ''} ${first?.message ?? ''}.${more} Nothing was changed.`, {
    errors,
  })
}

/** Whether two values are the same JSON, whatever the order of members. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a).filter(([, value]) => value !== undefined)
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined))
  return (
    left.length === right.size && left.every(([name, value]) => right.has(name) && sameJson(value, right.get(name)))
  )
}
