import type { Segment } from '@rampart/contract/admin'
import { conditionOf, type DraftGroup, draftOf } from './condition-draft.ts'
import { tokensOf } from './condition-words.ts'
import { same } from './settings-fields.ts'

export interface SegmentDraft {
  readonly name: string
  readonly description: string
  /** Without rows only the lists decide. */
  readonly when: DraftGroup
  readonly included: readonly string[]
  readonly excluded: readonly string[]
  readonly by: string
}

/** Everything of a segment that is written. */
export type SegmentBody = Pick<Segment, 'name' | 'description' | 'when' | 'included' | 'excluded' | 'by'>

export function segmentDraftOf({ name, description, when, included, excluded, by }: Segment): SegmentDraft {
  return { name, description, when: draftOf(when), included, excluded, by }
}

/** The segment as drafted. `note` is told where each row of the condition went. */
export function segmentBodyOf(draft: SegmentDraft, note?: (id: string, pointer: string) => void): SegmentBody {
  const { name, description, when, included, excluded, by } = draft
  return {
    name: name.trim(),
    description,
    when: when.parts.length === 0 ? null : conditionOf(when, '/when', note),
    included: [...included],
    excluded: [...excluded],
    by: by.trim() === '' ? 'targetingKey' : by.trim(),
  }
}

/** What is different, in words. Of the lists it is how many came and went. */
export function segmentChanges(
  before: SegmentBody,
  after: SegmentBody,
): readonly { readonly what: string; readonly before: string; readonly after: string }[] {
  const words = (body: SegmentBody) =>
    [
      ['Name', body.name, body.name === '' ? 'none' : body.name],
      ['Description', body.description, body.description === '' ? 'none' : body.description],
      [
        'Condition',
        body.when,
        body.when === null
          ? 'none'
          : tokensOf(body.when)
              .map(({ text }) => text)
              .join(' '),
      ],
      ['Lists hold', body.by, body.by],
    ] as const
  const old = words(before)
  const parts = words(after).flatMap(([what, value, said], i) => {
    const was = old[i]
    return was === undefined || same(was[1], value) ? [] : [{ what, before: was[2], after: said }]
  })
  const lists = (['included', 'excluded'] as const).flatMap((list) => {
    const came = missing(after[list], before[list])
    const went = missing(before[list], after[list])
    if (came + went === 0) return []
    const what = list === 'included' ? 'Always in' : 'Never in'
    return [{ what, before: `${before[list].length}`, after: `${after[list].length} (${came} added, ${went} removed)` }]
  })
  return [...parts, ...lists]
}

/** How many of `list` are not in `other`. */
function missing(list: readonly string[], other: readonly string[]): number {
  const there = new Set(other)
  return list.filter((one) => !there.has(one)).length
}

/** A list with what was pasted behind it, each value once. */
export function withPasted(list: readonly string[], pasted: readonly string[]): readonly string[] {
  return [...new Set([...list, ...pasted])]
}
