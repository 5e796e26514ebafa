import { type Html, html } from './html.ts'

type Schema = { readonly [keyword: string]: unknown }

/** A schema as people read types: `{ key: text, tags?: list of text }`. Named things are links. */
export function saySchema(schema: unknown, indent = ''): Html {
  if (!isSchema(schema)) return html`any JSON`
  const { $ref, anyOf, oneOf, enum: values, type } = schema
  if (typeof $ref === 'string') return link($ref.slice($ref.lastIndexOf('/') + 1))
  const alternatives = [...listOf(anyOf), ...listOf(oneOf)]
  if (alternatives.length > 0) return either(alternatives.map((one) => saySchema(one, indent)))
  if ('const' in schema) return html`${JSON.stringify(schema['const'])}`
  if (Array.isArray(values)) return either(values.map((value) => html`${JSON.stringify(value)}`))
  if (Array.isArray(type)) return either(type.map((one) => saySchema({ ...schema, type: one }, indent)))
  switch (type) {
    case 'object':
      return sayObject(schema, indent)
    case 'array':
      return sayList(schema, indent)
    case 'string':
      return html`${schema['format'] === 'date-time' ? 'time' : 'text'}`
    case 'integer':
    case 'number':
      return html`${sayNumber(schema)}`
    case 'boolean':
      return html`true or false`
    default:
      return html`${typeof type === 'string' ? type : 'any JSON'}`
  }
}

function sayObject(schema: Schema, indent: string): Html {
  const required = listOf(schema['required'])
  const members = Object.entries(isSchema(schema['properties']) ? schema['properties'] : {})
  if (members.length === 0) {
    const { additionalProperties } = schema
    return isSchema(additionalProperties) ? html`object of ${saySchema(additionalProperties, indent)}` : html`{}`
  }
  const inner = `${indent}  `
  const lines = members.map(
    ([name, member]) => html`${inner}${name}${required.includes(name) ? '' : '?'}: ${saySchema(member, inner)}\n`,
  )
  return html`{
${joined(lines)}${indent}}`
}

function sayList({ items, prefixItems }: Schema, indent: string): Html {
  const tuple = listOf(prefixItems)
  if (tuple.length > 0)
    return html`[${either(
      tuple.map((one) => saySchema(one, indent)),
      ', ',
    )}]`
  return html`list of ${saySchema(items, indent)}`
}

function sayNumber({ type, minimum, maximum }: Schema): string {
  const what = type === 'integer' ? 'whole number' : 'number'
  const most = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  const least = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  if (least !== undefined && most !== undefined) return `${what}, ${least} to ${most}`
  return least === undefined || least === 0 ? what : `${what} from ${least}`
}

function either(all: readonly Html[], between = ' | '): Html {
  return { markup: all.map(({ markup }) => markup).join(between) }
}

function joined(all: readonly Html[]): Html {
  return { markup: all.map(({ markup }) => markup).join('') }
}

function link(name: string): Html {
  return html`<a href="#schema-${name}">${name}</a>`
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
