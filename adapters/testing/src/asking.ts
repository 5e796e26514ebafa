import type { AttributeValue, Context, ErrorCode, Json, Key, Reason } from '@rampart/contract/wire'
import { type Configuration, compile, evaluate, isConstant } from '@rampart/core'
import type { TestFlags } from './flags.ts'

/** An answer with everything an SDK says of it. */
export interface Answered {
  readonly value: unknown
  readonly variation?: Key
  readonly reason: Reason
  readonly rule?: { readonly id: string }
  readonly position?: number
  readonly revision: number
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

/** What was asked of a flag, and what it gave. */
export interface Evaluation {
  readonly context: Context
  readonly details: Answered
}

export interface Asking {
  ask(key: Key, context: Context, fallback: unknown): Answered
  /** As `ask`, and not recorded. */
  peek(key: Key, context: Context, fallback: unknown): Answered
  all(context: Context): Record<Key, Json>
  about(key: Key): { readonly flagSet: string; readonly isConstant: boolean } | undefined
  /** What `ask` gave for this flag, the first one first. */
  evaluations(key: Key): readonly Evaluation[]
}

export interface AskingOptions {
  /** Whether asking for a flag that is not set throws, so that a test says which flags its code depends on. */
  readonly strict?: boolean | undefined
  /** Values that win at the moment. */
  readonly overrides?: () => ReadonlyMap<Key, Json> | undefined
}

/** Asks the flags of a test by the evaluator that servers and SDKs run. */
export function createAsking(flags: TestFlags, { strict = false, overrides = () => undefined }: AskingOptions): Asking {
  const recorded = new Map<Key, Evaluation[]>()
  let configuration: Configuration = compile(flags.snapshot())
  flags.changed(() => {
    configuration = compile(flags.snapshot())
  })

  function peek(key: Key, context: Context, fallback: unknown): Answered {
    const { revision } = configuration
    const override = overrides()?.get(key)
    if (override !== undefined) return { value: override, reason: 'override', revision }
    const { value, error, rule, ...rest } = evaluate(configuration, key, context)
    const code = error ?? (fits(value, fallback) ? undefined : 'type_mismatch')
    if (code !== undefined) {
      const message = `flag "${key}": ${code.replaceAll('_', ' ')}`
      if (strict && code === 'flag_not_found') throw new Error(`${message}; this test did not set it`)
      return { value: fallback, reason: 'error', revision, error: { code, message } }
    }
    return { ...rest, value, ...(rule !== undefined && { rule: { id: rule } }), revision }
  }

  return {
    peek,
    ask(key, context, fallback) {
      const details = peek(key, context, fallback)
      recorded.set(key, [...(recorded.get(key) ?? []), { context, details }])
      return details
    },
    all(context) {
      const keys = [...configuration.flags.keys()]
      const told = keys.map((key) => [key, peek(key, context, undefined).value] as const)
      return Object.fromEntries([...told.filter(isTold), ...(overrides() ?? [])])
    },
    about(key) {
      const flag = configuration.flags.get(key)
      const { project, environment } = configuration.envelope
      return flag && { flagSet: `${project}/${environment}`, isConstant: isConstant(flag.wire) }
    },
    evaluations: (key) => recorded.get(key) ?? [],
  }
}

function isTold(entry: readonly [Key, unknown]): entry is [Key, Json] {
  return entry[1] !== undefined
}

/** A fallback that is nothing in particular lets every type pass. */
function fits(value: unknown, fallback: unknown): boolean {
  return fallback === undefined || fallback === null || kindOf(value) === kindOf(fallback)
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}

export function contextOf(unit: string | Context): Context {
  return typeof unit === 'string' ? { targetingKey: unit } : unit
}

export type { AttributeValue, Context, Json, Key }
