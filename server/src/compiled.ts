import { type Configuration, compile, type Snapshot } from '@rampart/core'
import { re2 } from './re2.ts'

const configurations = new WeakMap<Snapshot, Configuration>()

/** A snapshot ready for evaluation on the server. The same one is made ready once, and forgotten with the snapshot. */
export function compiledOf(snapshot: Snapshot): Configuration {
  const known = configurations.get(snapshot)
  if (known !== undefined) return known
  const made = compile(snapshot, { matcher: re2 })
  configurations.set(snapshot, made)
  return made
}
