/**
 * The one text of a JSON value by RFC 8785 (JSON Canonicalization Scheme): no white space, members sorted by the
 * UTF-16 code units of their names, numbers and strings written as ECMAScript writes them.
 *
 * Members that are `undefined` are left out, as in `JSON.stringify`. Throws a TypeError for what has no such text:
 * numbers that are not finite, strings with a lone surrogate (section 3.2.2.2), and values that are not JSON.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON text`)
      // Section 3.2.2.3: the number format of ECMAScript, where minus zero is 0.
      return JSON.stringify(value)
    case 'string':
      return canonicalString(value)
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
    case 'undefined':
    case 'bigint':
    case 'function':
    case 'symbol':
      throw new TypeError(`a ${typeof value} has no JSON text`)
  }
}

function canonicalString(value: string): string {
  // With the u flag a pair is one character, so only a lone surrogate matches.
  if (/\p{Surrogate}/u.test(value)) throw new TypeError('a string with a lone surrogate has no canonical text')
  return JSON.stringify(value)
}

function canonicalArray(items: readonly unknown[]): string {
  return `[${items.map(canonicalJson).join(',')}]`
}

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(byCodeUnits)
    .map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

// `<` on strings compares UTF-16 code units, which is what section 3.2.3 asks for; localeCompare would not.
function byCodeUnits([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/**
 * A deep copy as it comes back from a JSON column: members that are `undefined` gone, dates as text, and lone surrogates
 * replaced by U+FFFD. So it has a canonical text, and the same one after storage.
 */
export function storedJson<T extends object>(value: T): T {
  // JSON.stringify writes a surrogate as an escape only when it is alone; `\\` is consumed first, being an escape itself.
  const text = JSON.stringify(value).replace(/\\(?:[^u]|u(d[89a-f]..)?)/g, (written, lone) =>
    lone === undefined ? written : '\ufffd',
  )
  return JSON.parse(text)
}
