import type { Flag } from '@rampart/contract/admin'

type Variation = Flag['variations'][number]
type Value = Variation['value']

/** A variation as it is written: its value as text. */
export interface VariationDraft {
  /** Names the row while it is edited. */
  readonly id: number
  /** Empty for one that is named after its value or its place. */
  readonly key: string
  readonly name: string | null
  readonly text: string
  /** It is there already: rules name it by its key. */
  readonly isKept: boolean
}

export type Read = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string }

const KEY = /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$/

export function draftsOf({ variations, type }: Pick<Flag, 'variations' | 'type'>): readonly VariationDraft[] {
  return variations.map(({ key, name, value }, id) => ({ id, key, name, text: textOf(value, type), isKept: true }))
}

/** Rows that nobody has written in yet. */
export function emptyDrafts(n: number): readonly VariationDraft[] {
  return Array.from({ length: n }, (_, id) => emptyDraft(id))
}

export function withOneMore(drafts: readonly VariationDraft[]): readonly VariationDraft[] {
  return [...drafts, emptyDraft(1 + Math.max(-1, ...drafts.map(({ id }) => id)))]
}

/** What the text means for a flag of this type; a string flag gives the text itself. */
export function readValue(text: string, type: Flag['type']): Read {
  if (type === 'string') return { ok: true, value: text }
  const value = parsed(text)
  if (type === 'number')
    return Number.isFinite(value)
      ? { ok: true, value: Number(value) }
      : { ok: false, why: 'is no number, such as 10 or 2.5' }
  if (value === undefined) return { ok: false, why: 'is not JSON' }
  return value === null ? { ok: false, why: 'cannot be null' } : { ok: true, value: value as Value }
}

/** Its key: what was written, else the text of a string flag where that can be one, else `v1`, `v2` by its place. */
export function keyOf({ key, text }: VariationDraft, at: number, type: Flag['type']): string {
  if (key.trim() !== '') return key.trim()
  return type === 'string' && KEY.test(text) ? text : `v${at + 1}`
}

/** The variations, when every value can be read. */
export function variationsOf(drafts: readonly VariationDraft[], type: Flag['type']): readonly Variation[] | undefined {
  const read = drafts.map((draft, at) => ({ draft, at, value: readValue(draft.text, type) }))
  return read.every(({ value }) => value.ok)
    ? read.flatMap(({ draft, at, value }) =>
        value.ok ? [{ key: keyOf(draft, at, type), name: draft.name, value: value.value }] : [],
      )
    : undefined
}

/** The variations of before that give something else in `after`, and those that are gone. */
export function alteredIn(before: readonly Variation[], after: readonly Variation[]): readonly string[] {
  return before
    .filter(({ key, value }) => {
      const now = after.find((one) => one.key === key)
      return now === undefined || JSON.stringify(now.value) !== JSON.stringify(value)
    })
    .map(({ key }) => key)
}

/** A value on one line, as it stands in lists. */
export function sayValue(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function emptyDraft(id: number): VariationDraft {
  return { id, key: '', name: null, text: '', isKept: false }
}

function textOf(value: Value, type: Flag['type']): string {
  return typeof value === 'string' && type === 'string' ? value : JSON.stringify(value, null, type === 'json' ? 2 : 0)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // said by the caller
    return undefined
  }
}
