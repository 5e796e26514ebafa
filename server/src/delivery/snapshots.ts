import type { Audience, Hints, Snapshot, Watch } from '@rampart/contract/wire'
import { watchOf } from '../ramp/watch.ts'
import type { EnvironmentState } from '../store/store.ts'
import { type Along, type Built, buildSnapshot, nothingBuilt } from './build.ts'
import { rememberedHashes } from './hashes.ts'
import { servedToPages } from './served.ts'
import type { ViewOf } from './view.ts'

/** The snapshots of an environment in one state. */
export type SnapshotsOf = (state: EnvironmentState) => Readonly<Record<ViewOf, Snapshot>>

/**
 * Builds the snapshots of one environment, and remembers for the next state what was built and hashed.
 *
 * @param hints read whenever snapshots are built
 */
export function snapshotsWith(hints: () => Hints): SnapshotsOf {
  let hashes: { readonly salt: string; readonly of: Along['hashes'] } | undefined
  let built: { readonly conceals: string; readonly for: Readonly<Record<Audience, Built>> } | undefined

  /** What is concealed from browsers depends on the environment: nothing of before fits when that has changed. */
  function builtFor({ environment: { salt, privateAttributes } }: EnvironmentState): Readonly<Record<Audience, Built>> {
    const conceals = JSON.stringify([salt, privateAttributes])
    if (built?.conceals !== conceals) built = { conceals, for: { server: nothingBuilt(), client: nothingBuilt() } }
    return built.for
  }

  return (state) => {
    const { salt } = state.environment
    if (hashes?.salt !== salt) hashes = { salt, of: rememberedHashes(salt) }
    const along = { hints: hints(), hashes: hashes.of }
    const before = builtFor(state)
    const ofPages = watchesFor(state, 'client')
    const server = buildSnapshot(state, 'server', { ...along, watches: watchesFor(state, 'server') }, before.server)
    return {
      server,
      client: buildSnapshot(state, 'client', { ...along, watches: ofPages }, before.client),
      remote: servedToPages(server, ofPages),
    }
  }
}

function watchesFor({ ramps }: EnvironmentState, audience: Audience): readonly Watch[] {
  return ramps.map((ramp) => watchOf(ramp, audience)).filter((watch) => watch !== null)
}
