import type { ConfigPlace } from '../queries/flags.ts'
import type { KeptDraft } from './rules-draft.ts'

/** What somebody was writing here when they left, or undefined; written by another release it is not read. */
export function keptDraft(place: ConfigPlace): KeptDraft | undefined {
  try {
    const text = localStorage.getItem(nameOf(place))
    const kept = text === null ? undefined : (JSON.parse(text) as KeptDraft & { readonly format: number })
    return kept?.format === FORMAT ? kept : undefined
  } catch {
    // storage is refused, or what is there is not ours: nothing was kept
    return undefined
  }
}

/** Keeps a draft, so that it survives a reload; undefined forgets it. */
export function keepDraft(place: ConfigPlace, kept: KeptDraft | undefined): void {
  try {
    if (kept === undefined) localStorage.removeItem(nameOf(place))
    else localStorage.setItem(nameOf(place), JSON.stringify({ ...kept, format: FORMAT }))
  } catch {
    // storage is refused in some private windows: the draft lives as long as the page
  }
}

/** Raised when a draft is written otherwise than before. */
const FORMAT = 1

function nameOf({ project, environment, flag }: ConfigPlace): string {
  return `rampart.draft.${project}/${environment}/${flag}`
}
