import type { Condition, Snapshot, Watch, WireFlag, WireSegment } from './model.ts'

/** A boolean flag that is on for everyone, but for what is said. */
export function flagOf(parts: Partial<WireFlag> & { readonly key: string }): WireFlag {
  return {
    version: 1,
    type: 'boolean',
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: ['off', 'on'],
    values: [false, true],
    rules: [],
    serve: { to: 1 },
    ...parts,
  }
}

/** An empty environment at revision 1, but for what is said. */
export function snapshotOf(parts: Partial<Snapshot>): Snapshot {
  return {
    format: 1,
    project: 'demo',
    environment: 'production',
    audience: 'server',
    revision: 1,
    flags: [],
    segments: [],
    layers: [],
    watches: [],
    salt: 'salt',
    hints: { flushMs: 30_000, pollMs: 30_000, ackSpreadMs: 0 },
    ...parts,
  }
}

/** A watch of `checkout_error` over everyone else of the flag `checkout`, at 50%, with all of control. */
export function watchOf(parts: Partial<Watch>): Watch {
  return {
    ramp: 'r_1',
    seq: 1,
    flag: 'checkout',
    rule: 'everyone-else',
    percent: 50,
    salt: 'k3',
    controlSample: 1,
    tickMs: 10_000,
    metrics: [{ metric: 'checkout_error', take: 'first' }],
    ...parts,
  }
}

export function countryIs(country: string): Condition {
  return { attribute: 'country', operator: 'is', operand: country }
}

/** A flag `judge` whose variation is the truth of a condition. */
export function judging(when: Condition, segments: readonly WireSegment[]): Snapshot {
  const variations = ['true', 'false', 'null']
  const rules = [
    { id: 'holds', when, serve: { to: 0 } },
    { id: 'opposite', when: { not: when }, serve: { to: 1 } },
  ]
  const parts = { type: 'string', off: 2, variations, values: variations, rules, serve: { to: 2 } } as const
  return snapshotOf({ flags: [flagOf({ key: 'judge', ...parts })], segments })
}
