import type { Key, Patch, Snapshot } from '@rampart/contract/wire'
import { applyChange, type Configuration, compile, type Problem, replaceWith } from '@rampart/core'
import { re2 } from './re2.ts'

/** Where a document came from. `local`: a file or the application, used until the server has answered. */
export type Origin = 'local' | 'server'

export type Taken =
  /** `keys`: the flags whose answers may have changed. */
  | { readonly kind: 'applied'; readonly configuration: Configuration; readonly keys: readonly Key[] }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'gap' }

/** Holds the configuration that answers every evaluation. Sources only deliver; this alone applies. */
export interface ConfigurationOwner {
  /** One pointer, swapped as a whole: an evaluation never sees half of a change. */
  readonly current: Configuration | undefined
  /** Whether the server itself has said what is held. */
  readonly confirmed: boolean
  takeSnapshot(snapshot: Snapshot, origin: Origin): Taken
  takePatch(patch: Patch): Taken
}

/** `tell` hears, in the middle of a question, what of a configuration cannot be judged. */
export function createConfigurationOwner(tell: (problem: Problem) => void = () => {}): ConfigurationOwner {
  const lent = { matcher: re2, tell }
  let current: Configuration | undefined
  let confirmed = false

  function hold(configuration: Configuration, keys: readonly Key[]): Taken {
    current = configuration
    return { kind: 'applied', configuration, keys }
  }

  return {
    get current() {
      return current
    },
    get confirmed() {
      return confirmed
    },
    takeSnapshot(snapshot, origin) {
      if (origin === 'local') {
        const better = !confirmed && (current === undefined || isNewer(snapshot, current.snapshot))
        return better ? hold(compile(snapshot, lent), snapshot.flags.map(({ key }) => key).sort()) : { kind: 'ignored' }
      }
      // The server's first word counts more than any file, whatever revision that has.
      if (confirmed && current !== undefined && !isNewer(snapshot, current.snapshot)) return { kind: 'ignored' }
      confirmed = true
      const { configuration, keys } = replaceWith(current, snapshot, lent)
      return hold(configuration, keys)
    },
    takePatch(patch) {
      if (!confirmed || current === undefined) return { kind: 'gap' }
      const applied = applyChange(current, patch)
      return applied.kind === 'applied' ? hold(applied.configuration, applied.keys) : applied
    },
  }
}

/** Revisions of one environment are one sequence; those of two say nothing about each other. */
function isNewer(snapshot: Snapshot, held: Snapshot): boolean {
  const same = snapshot.project === held.project && snapshot.environment === held.environment
  return !same || snapshot.revision > held.revision
}
