import { askingOf } from './asking.ts'
import type { Configuration } from './configuration.ts'
import { answerIn, concludeEntry } from './evaluate.ts'
import { nextTurn } from './means.ts'
import type { Bootstrap, Context, Json, Key } from './model.ts'
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

/**
 * What the flags that pages may have give for a context, without rules and in the order of their keys, so that equal values are equal
 * text: what a page that a server makes can begin with. A flag that cannot be told is left out. Never throws.
 */
export function bootstrapOf(
  { asking: { means, flags }, asking, envelope, revision }: Configuration,
  context: Context | string,
): Bootstrap {
  const shared = askingOf(asking, undefined, new Map())
  shared.turn = nextTurn(means)
  const told = [...entriesOf(flags).values()].filter(({ wire }) => envelope.audience === 'client' || wire.clientSide)
  const values = told.flatMap((entry) => {
    const { value, variation, reason, rule } = answerIn(shared, concludeEntry(entry, context, shared))
    if (value === undefined || variation === undefined) return []
    return [{ key: entry.wire.key, value, variation, reason, ...(rule !== undefined && { rule }) }]
  })
  values.sort((a, b) => (a.key < b.key ? -1 : 1))
  return { format: 1, revision, values }
}
