import type { EvaluationContext } from '@openfeature/core'
import type { AttributeValue, Context } from '@rampart/contract/wire'

/** Contexts nest no deeper than this; what lies below is no attribute that a condition could name. */
const DEEPEST = 20
/** No context has more in it; what would come after that is left out. */
const MOST = 10_000

/** What has been copied of one context. */
interface Copying {
  /** What is being copied, from the context inwards: an object that leads back to one of these does not go round again. */
  readonly path: object[]
  left: number
}

/**
 * OpenFeature's context as Rampart's: the same, but that times are RFC 3339 texts, which conditions on times read. A time
 * that is none is left out, and so is what leads back to where it came from, as entities of a database do.
 */
export function contextOf(given: EvaluationContext): Context {
  return membersOf(given, { path: [given], left: MOST })
}

function membersOf(value: object, copying: Copying): Record<string, AttributeValue> {
  const members: [string, AttributeValue][] = []
  for (const [name, member] of Object.entries(value)) {
    const attribute = attributeOf(member, copying)
    if (attribute !== undefined) members.push([name, attribute])
  }
  return Object.fromEntries(members)
}

function attributeOf(value: unknown, copying: Copying): AttributeValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (typeof value !== 'object') return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  const { path } = copying
  if (path.length > DEEPEST || path.includes(value) || copying.left <= 0) return undefined
  copying.left -= 1
  path.push(value)
  const copy = Array.isArray(value)
    ? value.map((one) => attributeOf(one, copying)).filter((one) => one !== undefined)
    : membersOf(value, copying)
  path.pop()
  return copy
}
