const DOT = 0x2e
const ZERO = 0x30

/** Numbers below this are packed, three into one that is still exact. */
const PACKED = 2 ** 17

/** Semantic Versioning 2.0.0: three numbers, then perhaps a pre-release and a build. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(\+[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?$/

/**
 * A version that is three numbers below 131,072 and nothing else, as one number: the precedence of two such is the order
 * of these. Below 0 for any other text. Nearly all versions are like that, and this reads them in one go.
 */
export function packedVersion(text: string): number {
  let sum = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - ZERO
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && part === 0) return -1
      part = part * 10 + digit
      digits += 1
      if (part >= PACKED) return -1
    } else if (digit === DOT - ZERO && digits > 0 && dots < 2) {
      sum = sum * PACKED + part
      part = 0
      digits = 0
      dots += 1
    } else {
      return -1
    }
  }
  return digits > 0 && dots === 2 ? sum * PACKED + part : -1
}

/** Whether a text is a version by Semantic Versioning 2.0.0. */
export function isVersion(text: string): boolean {
  return VERSION.test(text)
}

/**
 * The precedence of two versions by section 11 of Semantic Versioning 2.0.0: below 0 when `a` comes first, 0 when neither
 * does (builds count for nothing), above 0 when `b` comes first. Numbers may be of any length. Both must be versions.
 */
export function comparePrecedence(a: string, b: string): number {
  const [coreA = '', ...preA] = partsOf(a)
  const [coreB = '', ...preB] = partsOf(b)
  const order = compareLists(coreA.split('.'), coreB.split('.'))
  if (order !== 0) return order
  // A pre-release comes before the version it leads to.
  if (preA.length * preB.length === 0) return preB.length - preA.length
  return compareLists(preA.join('-').split('.'), preB.join('-').split('.'))
}

/** The numbers, then what stands between the hyphens of the pre-release. */
function partsOf(version: string): readonly string[] {
  return version.replace(/\+.*/, '').split('-')
}

/** All before being equal, the longer list comes later. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareIdentifiers(one, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers by size, the rest by ASCII, and numbers before the rest. */
function compareIdentifiers(a: string, b: string): number {
  const isNumberA = /^\d+$/.test(a)
  if (isNumberA !== /^\d+$/.test(b)) return isNumberA ? -1 : 1
  // Without leading zeros the longer number is the larger one, so that no size is too large to be exact.
  if (isNumberA && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : Number(a > b)
}
