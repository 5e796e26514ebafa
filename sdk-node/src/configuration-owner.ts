import type { Key, Patch, Revision, Snapshot } from '@rampart/contract/wire'
import { applyChange, type Configuration, compile, type Problem, replaceWith, supersedes } from '@rampart/core'
import { re2 } from './re2.ts'

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
  /** From a file or the application: used until the server has answered. */
  takeLocal(snapshot: Snapshot): Taken
  /** From the server. `told` is what it knew to be held (see `supersedes`). */
  takeSnapshot(snapshot: Snapshot, told?: Revision): Taken
  takePatch(patch: Patch): Taken
}

/** `tell` hears, in the middle of a question, what of a configuration cannot be judged. */
export function createConfigurationOwner(tell: (problem: Problem) => void = () => {}): ConfigurationOwner {
  const lent = { matcher: re2, tell }
  function hold(configuration: Configuration, keys: readonly Key[]): Taken {
    owner.current = configuration
    return { kind: 'applied', configuration, keys }
  }

  // Members and no getters: engines look those up as slowly as in a dictionary, and every question begins here.
  const owner: Writable<ConfigurationOwner> = {
    current: undefined,
    confirmed: false,
    takeLocal(snapshot) {
      const { current, confirmed } = owner
      const better = !confirmed && (current === undefined || supersedes(snapshot, current.envelope, undefined))
      return better ? hold(compile(snapshot, lent), snapshot.flags.map(({ key }) => key).sort()) : { kind: 'ignored' }
    },
    takeSnapshot(snapshot, told) {
      const { current, confirmed } = owner
      // The server's first word counts more than any file, whatever revision that has.
      if (confirmed && current !== undefined && !supersedes(snapshot, current.envelope, told))
        return { kind: 'ignored' }
      owner.confirmed = true
      const { configuration, keys } = replaceWith(current, snapshot, lent)
      return hold(configuration, keys)
    },
    takePatch(patch) {
      const { current, confirmed } = owner
      if (!confirmed || current === undefined) return { kind: 'gap' }
      const applied = applyChange(current, patch)
      return applied.kind === 'applied' ? hold(applied.configuration, applied.keys) : applied
    },
  }
  return owner
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
