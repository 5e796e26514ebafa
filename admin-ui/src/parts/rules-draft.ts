import type { ConfigSettings, FlagConfig, Rule } from '@rampart/contract/admin'
import { conditionOf, type DraftGroup, draftOf } from './condition-draft.ts'
import { type ServeDraft, serveDraftOf, serveOf, splitProblem } from './serve-draft.ts'

export interface RuleDraft {
  readonly id: string
  readonly name: string
  readonly paused: boolean
  readonly when: DraftGroup
  readonly serve: ServeDraft
}

export interface RulesDraft {
  readonly rules: readonly RuleDraft[]
  readonly everyoneElse: ServeDraft
}

/** What was on the screen when somebody began, and what they have made of it. */
export interface KeptDraft {
  readonly revision: number
  readonly base: ConfigSettings
  readonly draft: RulesDraft
}

/** What of a configuration PUT replaces. */
export function settingsOf({
  on,
  off,
  prerequisites,
  layer,
  rules,
  everyoneElse,
}: FlagConfig | ConfigSettings): ConfigSettings {
  return { on, off, prerequisites, layer, rules, everyoneElse }
}

export function rulesDraftOf({ rules, everyoneElse }: ConfigSettings, variations: readonly string[]): RulesDraft {
  return {
    rules: rules.map(({ id, name, paused, when, serve }) => ({
      id,
      name: name ?? '',
      paused,
      when: draftOf(when, id),
      serve: serveDraftOf(serve, variations),
    })),
    everyoneElse: serveDraftOf(everyoneElse, variations),
  }
}

/** The settings with the rules as drafted. `note` is told where each row went, by its id. */
export function withRules(
  base: ConfigSettings,
  { rules, everyoneElse }: RulesDraft,
  note?: (id: string, pointer: string) => void,
): ConfigSettings {
  return {
    ...base,
    rules: rules.map(
      ({ id, name, paused, when, serve }, i): Rule => ({
        id,
        name: name.trim() === '' ? null : name.trim(),
        paused,
        when: conditionOf(when, `/rules/${i}/when`, note),
        serve: serveOf(serve),
      }),
    ),
    everyoneElse: serveOf(everyoneElse),
  }
}

/** Whether every split is whole, so that it can be sent. */
export function isWhole({ rules, everyoneElse }: RulesDraft): boolean {
  return [everyoneElse, ...rules.map(({ serve }) => serve)].every((serve) => splitProblem(serve) === undefined)
}

/** An id for a new rule that none of the others has: `rule-3`. */
export function newRuleId(taken: readonly string[]): string {
  let n = taken.length + 1
  while (taken.includes(`rule-${n}`)) n += 1
  return `rule-${n}`
}

/** The list with the item at `from` one place up (-1) or down (1). */
export function movedBy<T>(items: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const item = items[from]
  const to = from + by
  if (item === undefined || to < 0 || to >= items.length) return items
  return items.toSpliced(from, 1).toSpliced(to, 0, item)
}
