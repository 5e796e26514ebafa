import { type JsonChange, jsonChanges } from './json-diff.ts'
import { changesBetween } from './settings-fields.ts'
import { settingsIn } from './settings-in.ts'

export interface EntryChanges {
  /** Words are for everybody; values, as they are kept, are what is left where nobody has words. */
  readonly as: 'words' | 'values'
  readonly changes: readonly JsonChange[]
}

/** What an entry of the audit changed: of a configuration in words, of anything else place by place. */
export function entryChanges(before: unknown, after: unknown): EntryChanges {
  const [old, next] = [settingsIn(before), settingsIn(after)]
  if (old !== undefined && next !== undefined) {
    const changes = changesBetween(old, next)
    if (changes.length > 0) return { as: 'words', changes: changes.map((change) => ({ ...change, path: change.what })) }
  }
  return { as: 'values', changes: jsonChanges(before, after) }
}
