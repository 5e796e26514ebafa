import type { EvaluationContext } from '@openfeature/core'
import type { AttributeValue, Context } from '@rampart/contract/wire'

/** Contexts nest no deeper than this; what lies below is no attribute that a condition could name. */
const DEEPEST = 20

/**
 * OpenFeature's context as Rampart's: the same, but that times are RFC 3339 texts, which conditions on times read. A time
 * that is none is left out.
 */
export function contextOf(given: EvaluationContext): Context {
  const context: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(given)) {
    const attribute = attributeOf(value, DEEPEST)
    if (attribute !== undefined) context[name] = attribute
  }
  return context
}

function attributeOf(value: unknown, depth: number): AttributeValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (typeof value !== 'object' || depth === 0) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (Array.isArray(value)) return value.map((one) => attributeOf(one, depth - 1)).filter((one) => one !== undefined)
  const members = Object.entries(value).map(([name, member]) => [name, attributeOf(member, depth - 1)] as const)
  return Object.fromEntries(members.filter((member): member is [string, AttributeValue] => member[1] !== undefined))
}
