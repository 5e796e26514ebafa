import type { Hints, Patch, Snapshot, WireFlag } from '@rampart/contract/wire'

/** A boolean flag that is on for everyone unless said otherwise. */
export function flag(key: string, rest: Partial<WireFlag> = {}): WireFlag {
  return {
    key,
    version: 1,
    type: 'boolean',
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: ['off', 'on'],
    values: [false, true],
    rules: [],
    serve: { to: 1 },
    ...rest,
  }
}

/** On for this share of units. */
export function rolledOut(key: string, percent: number): WireFlag {
  return flag(key, { serve: { to: 1, rollout: [percent, 0] } })
}

/** A flag of one value for everyone. */
export function valued(key: string, type: WireFlag['type'], value: WireFlag['values'][number]): WireFlag {
  return flag(key, { type, variations: ['only'], values: [value], serve: { to: 0 } })
}

export function snapshot(revision: number, flags: readonly WireFlag[], rest: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    project: 'shop',
    environment: 'production',
    audience: 'client',
    revision,
    flags,
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: hints(),
    ...rest,
  }
}

export function hints(rest: Partial<Hints> = {}): Hints {
  return { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0, ...rest }
}

export function patch(from: number, revision: number, flags: readonly WireFlag[], rest: Partial<Patch> = {}): Patch {
  return { format: 1, from, revision, upserts: { flags }, removals: {}, ...rest }
}
