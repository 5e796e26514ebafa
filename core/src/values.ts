import { askingOf } from './asking.ts'
import type { Configuration } from './configuration.ts'
import { concludeEntry } from './evaluate.ts'
import { nextTurn } from './means.ts'
import type { Context, Json, Key } from './model.ts'
import { entriesOf } from './table.ts'

/**
 * The values of all flags that can be told, by key. One question: each attribute is looked up once, and each segment that
 * rules use is judged once. Never throws.
 */
export function valuesOf(
  { asking: { means, flags }, asking }: Configuration,
  context: Context | string,
): Record<Key, Json> {
  const shared = askingOf(asking, undefined, new Map())
  shared.turn = nextTurn(means)
  // A thousand members are added five times as quickly to what is a dictionary from the start; and until it has a prototype
  // `__proto__` is a key like any other.
  const values: Record<Key, Json> = Object.create(null)
  for (const [key, entry] of entriesOf(flags)) {
    const { value } = concludeEntry(entry, context, shared)
    if (value !== undefined) values[key] = value
  }
  return Object.setPrototypeOf(values, Object.prototype)
}
