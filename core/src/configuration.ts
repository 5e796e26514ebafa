import { type FlagEntry, flagEntry } from './flag.ts'
import type { Id, Key, Revision, Snapshot, Watch, WireLayer } from './model.ts'
import { layerSeed } from './seed.ts'
import { compileSegment, type Segment } from './segments.ts'
import { type PreparedWatches, prepareWatches } from './watches.ts'

/**
 * A snapshot indexed for evaluation. Never changed once made, except that flags and segments are prepared on first use:
 * `applyChange` and `replaceWith` make a new one that shares what stayed the same.
 */
export interface Configuration {
  readonly revision: Revision
  /** The plain snapshot this configuration stands for: what a cache on disk keeps. */
  readonly snapshot: Snapshot
  readonly flags: ReadonlyMap<Key, FlagEntry>
  readonly segments: ReadonlyMap<Key, Segment>
  readonly layers: ReadonlyMap<Key, Layer>
  readonly watches: PreparedWatches
}

export interface Layer {
  readonly wire: WireLayer
  readonly seed: number
}

/** The keyed parts of a configuration; flags refer to the others by key, so that each can be replaced alone. */
export interface Parts {
  readonly flags: ReadonlyMap<Key, FlagEntry>
  readonly segments: ReadonlyMap<Key, Segment>
  readonly layers: ReadonlyMap<Key, Layer>
  readonly watches: ReadonlyMap<Id, Watch>
}

/** Makes a snapshot ready for evaluation. Cheap: flags are prepared when they are first asked for. */
export function compile(snapshot: Snapshot): Configuration {
  return configuration(snapshot, {
    flags: new Map(snapshot.flags.map((flag) => [flag.key, flagEntry(flag)])),
    segments: new Map(snapshot.segments.map((segment) => [segment.key, compileSegment(segment)])),
    layers: new Map(snapshot.layers.map((layer) => [layer.key, compileLayer(layer)])),
    watches: new Map(snapshot.watches.map((watch) => [watch.ramp, watch])),
  })
}

export function compileLayer(wire: WireLayer): Layer {
  return { wire, seed: layerSeed(wire.seed) }
}

/** The configuration of these parts; `snapshot` must list the same ones. */
export function configuration(snapshot: Snapshot, parts: Parts): Configuration {
  return {
    revision: snapshot.revision,
    snapshot,
    flags: parts.flags,
    segments: parts.segments,
    layers: parts.layers,
    watches: prepareWatches(parts.watches.values(), parts.flags),
  }
}
