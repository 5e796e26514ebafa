import type { Bootstrap, ErrorCode, Id, Json, Key, Reason, Revision, Snapshot } from '@rampart/contract/wire'
import type { Stand } from '@rampart/core'
import type { Latest } from './sharing.ts'
import type { Documents } from './transport.ts'
import type { Unit } from './types.ts'

/** What one flag gives to whoever looks at the page, found out once and then read. */
export interface Told {
  readonly key: Key
  readonly value: Json | undefined
  readonly variation?: Key | undefined
  readonly reason: Reason
  readonly rule?: Id | undefined
  readonly position?: number | undefined
  readonly error?: ErrorCode | undefined
  /** Where the unit stands in the ramp that counts it. */
  readonly stand?: Stand | undefined
}

export type Answers = ReadonlyMap<Key, Told>

/** Where answers come from: rules that are evaluated here, or a server that was asked. */
export interface Source extends Documents {
  /** What is shown. Undefined while there is nothing; another map whenever something changed. */
  readonly answers: Answers | undefined
  /** Whether the answers are those of whoever looks at the page now. */
  readonly isTheirs: boolean
  /** The same, and the server was asked: a cache and a bootstrap may be old. */
  readonly isCurrent: boolean
  /** Of what is shown; 0 when there is nothing. */
  readonly shown: Revision
  readonly flushMs: number | undefined
  /** What the answers were evaluated from, where that is here. */
  readonly rules: Snapshot | undefined
  /** What the next page, or another tab, begins with. Undefined until the server was heard. */
  readonly kept: unknown
  readonly latest: () => Latest | undefined
  /** From a cache or the application, used until the server is heard. False when it is no such thing. */
  takeLocal(document: unknown): boolean
  /** Somebody else looks at the page. */
  identify(context: Unit): void
}

const made = new WeakMap<Answers, Bootstrap>()

/** What is shown, as another client can begin with it: made once for as long as it stays the same. */
export function bootstrapOf({ answers, shown, rules }: Source): Bootstrap {
  const known = answers && made.get(answers)
  if (known) return known
  const values = [...(answers?.values() ?? [])].flatMap(({ key, value, variation, reason, rule }) =>
    value === undefined || variation === undefined ? [] : { key, value, variation, reason, ...(rule && { rule }) },
  )
  const bootstrap: Bootstrap = { format: 1, revision: shown, values, ...(rules && { snapshot: rules }) }
  if (answers) made.set(answers, bootstrap)
  return bootstrap
}

/** The answers that a bootstrap carries. Undefined when it is none. */
export function answersIn(bootstrap: Bootstrap | undefined): Answers | undefined {
  const values: unknown = bootstrap?.values
  if (bootstrap?.format !== 1 || !Array.isArray(values)) return undefined
  return new Map((values as readonly Told[]).filter(isTold).map((one) => [one.key, one]))
}

/** What a cache or the application hands over is made elsewhere: what would be counted has to say where. */
function isTold(one: Told | null): boolean {
  return typeof one?.key === 'string' && (!one.stand || Array.isArray(one.stand.watch?.metrics))
}

/** The flags that answer otherwise than before, sorted. Where a unit stands is no part of its answer. */
export function changedKeys(before: Answers | undefined, after: Answers | undefined): readonly Key[] {
  const text = (answers: Answers | undefined, key: Key): string => {
    const { value, variation, reason } = answers?.get(key) ?? {}
    return JSON.stringify([value, variation, reason])
  }
  const keys = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  return [...keys].filter((key) => text(before, key) !== text(after, key)).sort()
}

/** A fallback that is nothing in particular lets every type pass. */
export function fits(value: unknown, fallback: unknown): boolean {
  return fallback === undefined || fallback === null || kindOf(value) === kindOf(fallback)
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}
