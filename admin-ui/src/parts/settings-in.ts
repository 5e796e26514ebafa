import type { ConfigSettings, Serve } from '@rampart/contract/admin'
import { settingsOf } from './rules-draft.ts'

/**
 * The settings that the audit kept of a configuration, as PUT takes them; undefined when they are no settings. Whether
 * they still fit the flag is for the server to say.
 */
export function settingsIn(kept: unknown): ConfigSettings | undefined {
  if (!isSettings(kept)) return undefined
  const settings = settingsOf(kept)
  return {
    ...settings,
    rules: settings.rules.map(({ id, name, paused, when, serve }) => ({
      id,
      name,
      paused,
      when,
      serve: written(serve),
    })),
    everyoneElse: written(settings.everyoneElse),
  }
}

function isSettings(value: unknown): value is ConfigSettings {
  if (typeof value !== 'object' || value === null) return false
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value))
  const lists = ['rules', 'prerequisites'].every((name) => Array.isArray(members.get(name)))
  const rest = members.get('everyoneElse')
  return (
    lists &&
    typeof members.get('on') === 'boolean' &&
    typeof members.get('off') === 'string' &&
    members.has('layer') &&
    typeof rest === 'object' &&
    rest !== null
  )
}

/** Of a split only its weights are written; which slices they have is the server's to keep. */
function written(serve: Serve): Serve {
  return 'split' in serve ? { ...serve, split: { weights: serve.split.weights } } : serve
}
