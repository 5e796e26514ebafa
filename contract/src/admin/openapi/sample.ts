import type { JsonSchema } from './schemas.ts'

/**
 * A value that a schema allows: the example of what it refers to, the first of alternatives, the least of everything else.
 *
 * @param examples by the name of a component.
 */
export function sampleOf(schema: JsonSchema, examples: Readonly<Record<string, unknown>>): unknown {
  const { $ref, anyOf, oneOf, enum: values, items, prefixItems, properties, minimum, pattern } = schema
  if ('const' in schema) return schema['const']
  if (typeof $ref === 'string') return examples[$ref.slice($ref.lastIndexOf('/') + 1)]
  const [alternative] = [...listOf(anyOf), ...listOf(oneOf)]
  if (alternative !== undefined) return sampleOf(asSchema(alternative), examples)
  if (Array.isArray(values)) return values[0]
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(asSchema(properties ?? {}))
          .filter(([name]) => listOf(schema['required']).includes(name))
          .map(([name, member]) => [name, sampleOf(asSchema(member), examples)]),
      )
    case 'array':
      return prefixItems === undefined
        ? [sampleOf(asSchema(items ?? {}), examples)]
        : listOf(prefixItems).map((item) => sampleOf(asSchema(item), examples))
    case 'string':
      return schema['format'] === 'date-time' ? '2026-03-01T12:00:00.000Z' : pattern === undefined ? 'text' : 'checkout'
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return typeof minimum === 'number' && minimum > 0 ? minimum : 1
  }
}

function typeOf({ type }: JsonSchema): unknown {
  return Array.isArray(type) ? type[0] : type
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
