import { type Asking, askingOf } from './asking.ts'
import { readUnit } from './attributes.ts'
import { seededUnitHash } from './bucket.ts'
import type { Configuration } from './configuration.ts'
import { answerIn, concludeEntry } from './evaluate.ts'
import { nextTurn } from './means.ts'
import type { Bootstrap, Context, Json, Key, PageStand } from './model.ts'
import { entriesOf } from './table.ts'
import { armOf, type PreparedWatch } from './watches.ts'

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
 *
 * @param stands whether to tell where the context stands in the ramps that count it, so that a page without rules can report for
 *   their guards. The watches of the configuration are then those of pages.
 */
export function bootstrapOf(
  { asking: { means, flags }, asking, envelope, revision }: Configuration,
  context: Context | string,
  { stands = false }: { readonly stands?: boolean } = {},
): Bootstrap {
  const shared = askingOf(asking, undefined, new Map())
  shared.turn = nextTurn(means)
  const told = [...entriesOf(flags).values()].filter(({ wire }) => envelope.audience === 'client' || wire.clientSide)
  const values = told.flatMap((entry) => {
    const conclusion = concludeEntry(entry, context, shared)
    const { value, variation, reason, rule } = answerIn(shared, conclusion)
    if (value === undefined || variation === undefined) return []
    const stand = stands && conclusion.watch !== undefined ? standOf(conclusion.watch, context, shared) : undefined
    return [
      { key: entry.wire.key, value, variation, reason, ...(rule !== undefined && { rule }), ...(stand && { stand }) },
    ]
  })
  values.sort((a, b) => (a.key < b.key ? -1 : 1))
  return { format: 1, revision, values }
}

/** Of the conclusion that was come to last: its unit, and the arm when that takes part. */
function standOf(prepared: PreparedWatch, context: Context | string, { hasUnit, place }: Asking): PageStand {
  const { ramp, seq, tickMs, metrics } = prepared.watch
  const watch = { ramp, seq, tickMs, metrics }
  const unit = hasUnit ? readUnit(context, prepared.by) : undefined
  if (unit === undefined) return { watch }
  const arm = armOf(prepared, unit, place >>> 0)
  return { watch, unit: seededUnitHash(unit, prepared.seeds), ...(arm !== undefined && { arm }) }
}
