import type { AuditAction, FlagConfig } from '@rampart/contract/admin'
import { type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import type { RampEnded } from '../ramp/hooks.ts'
import type { Asker, Expectation, Store, StoredConfig, Write } from '../store/store.ts'
import { type ConfigPlace, type Found, requireConfig, viewOf } from './lookup.ts'
import type { ConfigDraft } from './rules.ts'

/** What to make of a configuration, and how the audit tells it. */
export interface Change {
  readonly draft: ConfigDraft
  readonly action: AuditAction
  readonly words: string
  /** A ramp that ends in the same commit. */
  readonly ended?: RampEnded
  /** What the decision rests on beside the configuration itself. */
  readonly expect?: readonly Expectation[]
  /** What changes along with it. */
  readonly writes?: readonly Write[]
  /** A kill is sent at once and never coalesced. */
  readonly urgent?: boolean
}

export interface Changed extends Recorded {
  readonly item: FlagConfig
}

export type Outcome =
  | { readonly found: Found; readonly change: Change; readonly changed: Changed }
  /** There was nothing to change. */
  | { readonly found: Found; readonly changed?: undefined }

/** Decides on what is there now; null changes nothing. Called again whenever somebody else committed in between. */
export type DecideChange = (found: Found, at: number) => Promise<Change | null> | Change | null

/**
 * Changes one configuration: the flag, its revision, its audit entry and the end of its ramp in one commit.
 */
export function changeConfig(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { place, asker, decide }: { readonly place: ConfigPlace; readonly asker: Asker; readonly decide: DecideChange },
): Promise<Outcome> {
  return untilCommitted<Outcome>(async () => {
    const found = await requireConfig(store, place)
    const at = clock.now()
    const change = await decide(found, at)
    if (change === null) return { kind: 'answer', answer: { found } }
    const { draft, action, words, ended, expect = [], writes = [], urgent = false } = change
    const { environment, flag } = place
    const committed = await store.commit({
      scope: place.project,
      at,
      asker,
      expect: [
        { kind: 'config', environment, flag, revision: found.config.revision },
        ...expect,
        ...(ended?.expect ?? []),
      ],
      writes: [{ put: 'config', config: draft }, ...writes, ...(ended?.writes ?? [])],
      changes: [{ environment, flags: [flag], watches: ended?.watches ?? [], urgent }],
      audit: [
        {
          action,
          subject: { kind: 'flag', key: flag, environment },
          before: settingsOf(found.config),
          after: settingsOf(draft),
          words,
        },
        ...(ended?.audit ?? []),
      ],
    })
    if (committed.kind !== 'done') return { kind: 'conflict' }
    const { revision, auditId } = recorded(committed, environment)
    const config: StoredConfig = { ...draft, revision: revision ?? found.config.revision }
    const item = viewOf(config, ended === undefined ? found.ramp?.ramp : undefined)
    return { kind: 'answer', answer: { found, change, changed: { item, revision, auditId } } }
  })
}

/** What the audit keeps of a configuration: what it says, without where and when. */
export function settingsOf({ on, killed, off, prerequisites, layer, rules, everyoneElse }: ConfigDraft) {
  return { on, killed, off, prerequisites, layer, rules, everyoneElse }
}
