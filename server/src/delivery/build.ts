import type { Flag, Segment, Serve } from '@rampart/contract/admin'
import type { Slice, Snapshot, Watch, WireFlag, WireLayer, WireSegment, WireServe } from '@rampart/contract/wire'
import { type Audience, EVERYONE_ELSE, type Hints, type Id, type Key, WHOLE } from '@rampart/core'
import { type Concealing, concealedFlag, concealedSegment } from '../conditions/conceal.ts'
import { slicesOf } from '../flags/slices.ts'
import type { EnvironmentState, StoredConfig, StoredLayer } from '../store/store.ts'
import { tellable } from './audience.ts'

/** The variations of a flag, in their order; undefined when there is no such flag. */
export type VariationsOf = (flag: Key) => readonly Key[] | undefined

/** What a snapshot carries beside the state of its environment. */
export interface Along {
  readonly watches: readonly Watch[]
  readonly hints: Hints
  /** With the salt of the environment. */
  readonly hashes: Concealing['hashes']
}

/** What was built before, by what it was built from. Good for one audience and one way of concealing. */
export interface Built {
  readonly flags: WeakMap<object, WireFlag>
  readonly segments: WeakMap<object, WireSegment>
}

export function nothingBuilt(): Built {
  return { flags: new WeakMap(), segments: new WeakMap() }
}

/**
 * Everything an audience may know of an environment at one moment.
 *
 * `server` gets every flag, archived ones too: old code keeps asking for them, and they keep their last configuration until
 * they are deleted. `client` gets only what `tellable` lets out, with hashes in place of private values and ids, and
 * watches of flags that it is told of; those that `watches` names are already what guards ask of the audience.
 *
 * What `built` has of a flag or a segment that is still the same object is taken from there, and what is new is added to it.
 */
export function buildSnapshot(
  state: EnvironmentState,
  audience: Audience,
  { watches, hints, hashes }: Along,
  built: Built = nothingBuilt(),
): Snapshot {
  const { environment } = state
  const how: Concealing = { hidden: environment.privateAttributes, ids: true, hashes }
  const isOpen = audience === 'server'
  const told = isOpen ? state : tellable(state)
  const variations = new Map(state.flags.map(({ flag }) => [flag.key, flag.variations.map((one) => one.key)]))
  const buildFlag = ({ flag, config }: EnvironmentState['flags'][number]): WireFlag => {
    const wire = wireFlag(flag, config, (key) => variations.get(key))
    if (!isOpen) return concealedFlag(wire, how)
    return flag.clientSide ? { ...wire, clientSide: true } : wire
  }
  return {
    format: 1,
    project: environment.project,
    environment: environment.key,
    audience,
    revision: environment.revision,
    // A prerequisite is told by the place of its variations, which its own flag may change.
    flags: told.flags.map((one) =>
      one.config.prerequisites.length > 0 ? buildFlag(one) : once(built.flags, one, buildFlag),
    ),
    segments: told.segments.map((one) =>
      once(built.segments, one, () => (isOpen ? wireSegment(one) : concealedSegment(wireSegment(one), how))),
    ),
    layers: layersOf(
      told.flags.map(({ config }) => config),
      state.layers,
    ),
    watches: isOpen ? watches : watches.filter(({ flag }) => told.flags.some((one) => one.flag.key === flag)),
    salt: environment.salt,
    hints,
  }
}

function once<F extends object, T>(known: WeakMap<object, T>, from: F, build: (from: F) => T): T {
  const found = known.get(from) ?? build(from)
  known.set(from, found)
  return found
}

/**
 * A flag as SDKs read it: variations become indexes into `values`. A name that no variation has becomes −1, which SDKs
 * answer with `invalid_flag` for this flag alone.
 */
export function wireFlag(flag: Flag, config: StoredConfig, variationsOf: VariationsOf): WireFlag {
  const variations = flag.variations.map((variation) => variation.key)
  const index = (key: Key): number => variations.indexOf(key)
  const serveOf = (rule: Id, serve: Serve): WireServe => wireServe(serve, { config, rule, variations })
  return {
    key: flag.key,
    version: config.revision,
    type: flag.type,
    hash: flag.hash,
    ...(flag.seed !== null && { seed: flag.seed }),
    on: config.on,
    ...(config.killed !== null && { killed: true }),
    off: index(config.off),
    variations,
    values: flag.variations.map((variation) => variation.value),
    ...(config.prerequisites.length > 0 && { prerequisites: wirePrerequisites(config, variationsOf) }),
    ...(config.layer !== null && { layer: config.layer }),
    rules: config.rules
      .filter((rule) => !rule.paused)
      .map((rule) => ({ id: rule.id, when: rule.when, serve: serveOf(rule.id, rule.serve) })),
    serve: serveOf(EVERYONE_ELSE, config.everyoneElse),
  }
}

/** A segment as SDKs read it; what says nothing is left out. */
export function wireSegment(segment: Segment): WireSegment {
  return {
    key: segment.key,
    ...(segment.when !== null && { when: segment.when }),
    ...(segment.included.length > 0 && { included: segment.included }),
    ...(segment.excluded.length > 0 && { excluded: segment.excluded }),
    ...(segment.by !== TARGETING_KEY && { by: segment.by }),
  }
}

const TARGETING_KEY = 'targetingKey'

function wirePrerequisites(config: StoredConfig, variationsOf: VariationsOf): NonNullable<WireFlag['prerequisites']> {
  return config.prerequisites.map((asked) => {
    const known = variationsOf(asked.flag) ?? []
    // A variation that is gone can never be given: leaving it out keeps the others meaningful.
    return { flag: asked.flag, variations: asked.variations.map((key) => known.indexOf(key)).filter((i) => i >= 0) }
  })
}

interface Ruled {
  readonly config: StoredConfig
  readonly rule: Id
  readonly variations: readonly Key[]
}

function wireServe(serve: Serve, ruled: Ruled): WireServe {
  const index = (key: Key): number => ruled.variations.indexOf(key)
  return {
    to: 'variation' in serve ? index(serve.variation) : wireSlices(serve.split.weights, ruled),
    ...(serve.rollout !== undefined && { rollout: [serve.rollout.percent, index(serve.rollout.otherwise)] as const }),
    ...(serve.by !== undefined && serve.by !== TARGETING_KEY && { by: serve.by }),
  }
}

/**
 * A weight of a variation that does not exist is given to −1, so that the flag is refused by SDKs instead of shifting
 * everybody.
 */
function wireSlices(weights: Readonly<Record<Key, number>>, { config, rule, variations }: Ruled): readonly Slice[] {
  const slices = slicesOf(config, { rule, weights }, variations)
  const wire = slices.map(([end, variation]): Slice => [end, variations.indexOf(variation)])
  return slices.at(-1)?.[0] === WHOLE ? wire : [...wire, [WHOLE, -1]]
}

/** The layers that flags have parts of. */
function layersOf(configs: readonly StoredConfig[], layers: readonly StoredLayer[]): readonly WireLayer[] {
  const used = new Set(configs.map(({ layer }) => layer?.key))
  return layers.filter(({ key }) => used.has(key)).map(({ key, seed }) => ({ key, seed }))
}
