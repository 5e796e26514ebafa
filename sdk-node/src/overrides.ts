import type { Json } from '@rampart/contract/wire'
import { messageOf } from './logger.ts'

export interface Overrides {
  readonly values: ReadonlyMap<string, Json>
  /** What could not be used, in words. */
  readonly problems: readonly string[]
}

/**
 * Reads `key=value,key=value` or a JSON object. A value is JSON where it can be read as such, else a text:
 * `checkout-v2=true,ranker=vector`.
 */
export function parseOverrides(text: string): Overrides {
  if (text.trim().startsWith('{')) return parseObject(text)
  const values = new Map<string, Json>()
  const problems: string[] = []
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part === '') continue
    const at = part.indexOf('=')
    if (at > 0) values.set(part.slice(0, at).trim(), readValue(part.slice(at + 1).trim()))
    else problems.push(`RAMPART_OVERRIDES: "${part}" is not key=value`)
  }
  return { values, problems }
}

/** Overrides as the application gives them; a member that is undefined overrides nothing. */
export function overridesOf(given: Readonly<Record<string, unknown>>): Overrides {
  const values = new Map<string, Json>()
  const problems: string[] = []
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (isJson(value)) values.set(key, value)
    else problems.push(`overrides: the value of "${key}" is not a value that a flag can have`)
  }
  return { values, problems }
}

function parseObject(text: string): Overrides {
  try {
    const parsed: unknown = JSON.parse(text)
    return overridesOf(Object.fromEntries(Object.entries(parsed ?? {})))
  } catch (thrown) {
    return { values: new Map(), problems: [`RAMPART_OVERRIDES is not JSON: ${messageOf(thrown)}`] }
  }
}

function readValue(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text)
    return isJson(parsed) ? parsed : text
  } catch {
    // Not JSON, so it is the text itself.
    return text
  }
}

/** Anything but null and what JSON cannot carry. What lies inside is the application's own. */
function isJson(value: unknown): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'object' && value !== null)
}
