import type { Audience, Condition, Json, Key, Revision, Snapshot, WireFlag } from '@rampart/contract/wire'

/** What a rule of a test looks at: attributes that have to be just so, all of them. */
export type When = Readonly<Record<string, string | number | boolean>>

/** Flags as a test says them, and as a server would send them. */
export interface TestFlags {
  /** Everyone gets this value from now on: rules and percentages that were there are gone. */
  set(key: Key, value: Json): void
  /** Those get that value, if no earlier rule of the flag has decided. The flag has to be set; a boolean one is off until then. */
  rule(key: Key, rule: { readonly when: When; readonly value: Json }): void
  /** This share of units gets `value` (default true), the same ones as in production; the others get what they had. */
  percent(key: Key, percent: number, value?: Json): void
  /** The flag is unknown from now on. */
  remove(key: Key): void
  /** The flags as they are now. */
  snapshot(audience?: Audience): Snapshot
  /** Calls `listener` after every change, until called off. */
  changed(listener: () => void): () => void
}

/**
 * @param values of flags, for everyone
 * @param base a snapshot of a server, such as `GET /sdk/v1/snapshot` gives it, with its rules and segments; `values` are
 * set on top of it
 */
export function createTestFlags(values: Readonly<Record<Key, Json>> = {}, base?: Snapshot): TestFlags {
  const flags = new Map<Key, WireFlag>(base?.flags.map((flag) => [flag.key, flag]))
  const listeners = new Set<() => void>()
  let revision: Revision = base?.revision ?? 1

  function put(flag: WireFlag): void {
    revision += 1
    flags.set(flag.key, { ...flag, version: revision })
    for (const listener of [...listeners]) listener()
  }

  function withValue(key: Key, value: Json): { readonly flag: WireFlag; readonly index: number } {
    return indexed(flags.get(key) ?? newFlag(key, value), value)
  }

  for (const [key, value] of Object.entries(values)) flags.set(key, forEveryone(withValue(key, value)))

  return {
    set(key, value) {
      const known = flags.get(key)
      // Of another type it is another flag.
      const flag = known?.type === typeOf(value) ? known : newFlag(key, value)
      put(forEveryone(indexed(flag, value)))
    },
    rule(key, { when, value }) {
      if (!flags.has(key) && typeof value !== 'boolean') throw new Error(`set the flag "${key}" before its rules`)
      const { flag, index } = withValue(key, value)
      const rule = { id: `rule-${flag.rules.length + 1}`, when: conditionOf(when), serve: { to: index } }
      put({ ...flag, rules: [...flag.rules, rule] })
    },
    percent(key, percent, value = true) {
      if (!flags.has(key) && typeof value !== 'boolean') throw new Error(`set the flag "${key}" before its percentage`)
      const { flag, index } = withValue(key, value)
      const had = typeof flag.serve.to === 'number' ? flag.serve.to : flag.off
      const otherwise = had === index ? flag.off : had
      put({ ...flag, serve: { to: index, rollout: [percent, otherwise] } })
    },
    remove(key) {
      if (!flags.delete(key)) return
      revision += 1
      for (const listener of [...listeners]) listener()
    },
    snapshot: (audience = 'server') => ({
      format: 1,
      project: base?.project ?? 'test',
      environment: base?.environment ?? 'test',
      audience,
      revision,
      flags: [...flags.values()],
      segments: base?.segments ?? [],
      layers: base?.layers ?? [],
      watches: [],
      salt: base?.salt ?? 'test',
      hints: { flushMs: 30_000, pollMs: 1_000, ackSpreadMs: 0 },
    }),
    changed(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function newFlag(key: Key, value: Json): WireFlag {
  const isSwitch = typeof value === 'boolean'
  return {
    key,
    version: 1,
    type: typeOf(value),
    hash: 'rampart-1',
    on: true,
    off: 0,
    variations: isSwitch ? ['off', 'on'] : [nameOf(value, 0)],
    values: isSwitch ? [false, true] : [value],
    rules: [],
    serve: { to: 0 },
  }
}

function typeOf(value: Json): WireFlag['type'] {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  return typeof value === 'number' ? 'number' : 'json'
}

/** The flag with this value among its own, and where it is there. */
function indexed(flag: WireFlag, value: Json): { readonly flag: WireFlag; readonly index: number } {
  const text = JSON.stringify(value)
  const known = flag.values.findIndex((one) => JSON.stringify(one) === text)
  if (known >= 0) return { flag, index: known }
  const index = flag.values.length
  const name = nameOf(value, index)
  const variation = flag.variations.includes(name) ? `value-${index + 1}` : name
  return { flag: { ...flag, values: [...flag.values, value], variations: [...flag.variations, variation] }, index }
}

/** A text that can be the key of a variation is called what it is. */
function nameOf(value: Json, index: number): Key {
  return typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}$/.test(value) ? value : `value-${index + 1}`
}

function forEveryone({ flag, index }: { readonly flag: WireFlag; readonly index: number }): WireFlag {
  const { killed: _, prerequisites: __, layer: ___, ...rest } = flag
  return { ...rest, on: true, rules: [], serve: { to: index } }
}

function conditionOf(when: When): Condition {
  return {
    all: Object.entries(when).map(([attribute, operand]) => ({ attribute, operator: 'is', operand })),
  }
}
