/** One place in which two values of JSON differ; `null` where one of them has nothing there. */
export interface JsonChange {
  /** Members and places, the way a person reads them: `rules › eu › paused`. */
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** Longer values are cut: the whole is in the audit's export. In characters. */
const LONGEST = 240

/**
 * What differs between two values, place by place. Objects in lists that have an id or a key are compared with their like,
 * wherever they stand.
 */
export function jsonChanges(before: unknown, after: unknown): readonly JsonChange[] {
  return changes(before, after, [])
}

function changes(before: unknown, after: unknown, path: readonly string[]): readonly JsonChange[] {
  const [a, b] = [membersOf(before), membersOf(after)]
  if (a === undefined || b === undefined || Array.isArray(before) !== Array.isArray(after)) {
    const [old, next] = [textOf(before), textOf(after)]
    return old === next ? [] : [{ path: path.join(' › ') || 'value', before: old, after: next }]
  }
  const found = [...new Set([...a.keys(), ...b.keys()])].flatMap((name) =>
    changes(a.get(name), b.get(name), [...path, name]),
  )
  const [order, next] = [[...a.keys()].filter((name) => b.has(name)), [...b.keys()].filter((name) => a.has(name))]
  if (!Array.isArray(before) || order.join('\n') === next.join('\n')) return found
  return [...found, { path: [...path, 'order'].join(' › '), before: order.join(', '), after: next.join(', ') }]
}

/** The members of an object, or of a list by their names; undefined of what is compared as a whole. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const named = value.map((item: unknown) => [nameOf(item), item] as const)
  const names = new Map(named.flatMap(([name, item]) => (name === undefined ? [] : [[name, item] as const])))
  return value.length > 0 && names.size !== value.length ? undefined : names
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  for (const member of ['id', 'key', 'flag'])
    if (member in item) {
      const name: unknown = Reflect.get(item, member)
      if (typeof name === 'string') return name
    }
  return undefined
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
