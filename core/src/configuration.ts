import { type Dependants, dependantsOf } from './affected.ts'
import { type Asking, askingOf } from './asking.ts'
import { type FlagEntry, flagEntry } from './flag.ts'
import { type Lent, type Means, meansOf, type Problem } from './means.ts'
import type { Key, Revision, Snapshot, WireLayer } from './model.ts'
import { layerSeed } from './seed.ts'
import { type Segment, segmentOf } from './segments.ts'
import { entriesOf, type Table, tableOf } from './table.ts'
import { type Watches, watchesOf } from './watches.ts'

/**
 * A snapshot indexed for evaluation. Its answers never change: `applyChange` and `replaceWith` make a new configuration,
 * which shares what stayed the same. Inside, flags and segments are prepared on first use.
 */
export interface Configuration {
  readonly revision: Revision
  readonly envelope: Envelope
  /** The plain snapshot that this configuration stands for: what a cache on disk keeps. Made when it is asked for. */
  readonly snapshot: Snapshot
  readonly flags: ReadonlyMap<Key, FlagEntry>
  readonly watches: Watches
  /**
   * What cannot be judged here, each said once: it grows while flags are asked, and goes on in the configurations that are
   * made from this one.
   */
  readonly problems: readonly Problem[]
  /** What questions of this configuration have at hand. */
  readonly asking: Asking
  readonly parts: Parts
}

/** A snapshot without its lists. */
export type Envelope = Omit<Snapshot, 'flags' | 'segments' | 'layers' | 'watches'>

export interface Layer {
  readonly wire: WireLayer
  readonly seed: number
}

/** The keyed parts of a configuration; flags refer to the others by key, so that each can be replaced alone. */
export interface Parts {
  readonly flags: Table<FlagEntry>
  readonly dependants: Dependants
  readonly segments: ReadonlyMap<Key, Segment>
  readonly layers: ReadonlyMap<Key, Layer>
  readonly watches: Watches
}

/** Makes a snapshot ready for evaluation. Cheap: flags are prepared when they are first asked for. */
export function compile(snapshot: Snapshot, lent: Lent = {}): Configuration {
  return configuration(snapshot, partsOf(snapshot), meansOf(lent, snapshot.salt))
}

export function partsOf(snapshot: Snapshot): Parts {
  const watches = watchesOf(snapshot.watches)
  const flags = new Map<Key, FlagEntry>()
  for (const flag of snapshot.flags) flags.set(flag.key, flagEntry(flag, watches.byFlag.get(flag.key)))
  return {
    flags: tableOf(flags),
    dependants: dependantsOf(snapshot.flags),
    segments: new Map(snapshot.segments.map((segment) => [segment.key, segmentOf(segment)])),
    layers: new Map(snapshot.layers.map((layer) => [layer.key, layerOf(layer)])),
    watches,
  }
}

export function layerOf(wire: WireLayer): Layer {
  return { wire, seed: layerSeed(wire.seed) }
}

/** The configuration of these parts. `like` is a snapshot of them, or says all but the lists. */
export function configuration(like: Snapshot | Envelope, parts: Parts, means: Means): Configuration {
  return new Held(like, parts, means)
}

/** A class for its getters: engines look members up in an object that has getters of its own as slowly as in a dictionary. */
class Held implements Configuration {
  readonly revision: Revision
  readonly envelope: Envelope
  readonly watches: Watches
  readonly problems: readonly Problem[]
  readonly asking: Asking
  readonly parts: Parts
  #snapshot: Snapshot | undefined

  constructor(like: Snapshot | Envelope, parts: Parts, means: Means) {
    const { flags, segments, layers, watches } = parts
    this.envelope = envelopeOf(like)
    this.revision = this.envelope.revision
    this.watches = watches
    this.problems = means.problems
    this.asking = askingOf({ flags, segments, layers, means }, undefined, undefined)
    this.parts = parts
    this.#snapshot = 'flags' in like ? like : undefined
  }

  get flags(): ReadonlyMap<Key, FlagEntry> {
    return entriesOf(this.parts.flags)
  }

  get snapshot(): Snapshot {
    const { flags, segments, layers, watches } = this.parts
    this.#snapshot ??= {
      ...this.envelope,
      flags: wires(entriesOf(flags)),
      segments: wires(segments),
      layers: wires(layers),
      watches: [...watches.byRamp.values()],
    }
    return this.#snapshot
  }
}

/** Members that this core does not know are kept. */
function envelopeOf(like: Snapshot | Envelope): Envelope {
  if (!('flags' in like)) return like
  const { flags: _flags, segments: _segments, layers: _layers, watches: _watches, ...envelope } = like
  return envelope
}

function wires<W>(entries: ReadonlyMap<Key, { readonly wire: W }>): W[] {
  return Array.from(entries.values(), (entry) => entry.wire)
}
