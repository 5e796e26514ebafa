const DOT = 0x2e
const HYPHEN = 0x2d
const PLUS = 0x2b
const ZERO = 0x30

/** Numbers below this are packed, three into one that is still exact. */
const PACKED = 2 ** 17

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

/** Whether a text is a version by Semantic Versioning 2.0.0: three numbers, then perhaps a pre-release and a build. */
export function isVersion(text: string): boolean {
  const minor = numberEnd(text, 0)
  const patch = minor > 0 && codeAt(text, minor) === DOT ? numberEnd(text, minor + 1) : -1
  let at = patch > 0 && codeAt(text, patch) === DOT ? numberEnd(text, patch + 1) : -1
  if (at > 0 && codeAt(text, at) === HYPHEN) at = identifiersEnd(text, at + 1, true)
  if (at > 0 && codeAt(text, at) === PLUS) at = identifiersEnd(text, at + 1, false)
  return at === text.length
}

/**
 * The precedence of two versions by section 11 of Semantic Versioning 2.0.0: below 0 when `a` comes first, 0 when neither
 * does (builds count for nothing), above 0 when `b` comes first. Numbers may be of any length. Both must be versions.
 */
export function comparePrecedence(a: string, b: string): number {
  let atA = 0
  let atB = 0
  for (let part = 0; part < 3; part++) {
    const endA = digitsEnd(a, atA)
    const endB = digitsEnd(b, atB)
    const order = compareNumbers(a, atA, endA, b, atB, endB)
    if (order !== 0) return order
    atA = endA + 1
    atB = endB + 1
  }
  const isPreA = codeAt(a, atA - 1) === HYPHEN
  const isPreB = codeAt(b, atB - 1) === HYPHEN
  // A pre-release comes before the version it leads to.
  if (!isPreA || !isPreB) return isPreA === isPreB ? 0 : isPreA ? -1 : 1
  return comparePreReleases(a, atA, b, atB)
}

function comparePreReleases(a: string, startA: number, b: string, startB: number): number {
  let atA = startA
  let atB = startB
  while (true) {
    const endA = identifierEnd(a, atA)
    const endB = identifierEnd(b, atB)
    const order = compareIdentifiers(a, atA, endA, b, atB, endB)
    if (order !== 0) return order
    const moreA = codeAt(a, endA) === DOT
    const moreB = codeAt(b, endB) === DOT
    // All before being equal, the longer list comes later.
    if (!moreA || !moreB) return moreA === moreB ? 0 : moreA ? 1 : -1
    atA = endA + 1
    atB = endB + 1
  }
}

/** Numbers by size, the rest by ASCII, and numbers before the rest. */
function compareIdentifiers(a: string, atA: number, endA: number, b: string, atB: number, endB: number): number {
  const isNumberA = isDigits(a, atA, endA)
  const isNumberB = isDigits(b, atB, endB)
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1
  return isNumberA
    ? compareNumbers(a, atA, endA, b, atB, endB)
    : compareTexts(a, atA, endA, b, atB, endB) || endA - atA - (endB - atB)
}

/** Without leading zeros the longer number is the larger one, so that no size is too large to be exact. */
function compareNumbers(a: string, atA: number, endA: number, b: string, atB: number, endB: number): number {
  return endA - atA - (endB - atB) || compareTexts(a, atA, endA, b, atB, endB)
}

/** As far as both go. */
function compareTexts(a: string, atA: number, endA: number, b: string, atB: number, endB: number): number {
  const length = Math.min(endA - atA, endB - atB)
  for (let offset = 0; offset < length; offset++) {
    const order = codeAt(a, atA + offset) - codeAt(b, atB + offset)
    if (order !== 0) return order
  }
  return 0
}

/** The end of a number without leading zeros that begins at `at`; -1 when there is none. */
function numberEnd(text: string, at: number): number {
  const end = digitsEnd(text, at)
  return end === at || (end > at + 1 && codeAt(text, at) === ZERO) ? -1 : end
}

/** The end of identifiers with dots between them; -1 when one is empty or, as a number, has leading zeros. */
function identifiersEnd(text: string, start: number, isPreRelease: boolean): number {
  let at = start
  while (true) {
    const end = identifierEnd(text, at)
    if (end === at) return -1
    if (isPreRelease && end > at + 1 && codeAt(text, at) === ZERO && isDigits(text, at, end)) return -1
    if (codeAt(text, end) !== DOT) return end
    at = end + 1
  }
}

function digitsEnd(text: string, at: number): number {
  let end = at
  while (isDigit(codeAt(text, end))) end++
  return end
}

function identifierEnd(text: string, at: number): number {
  let end = at
  while (isIdentifier(codeAt(text, end))) end++
  return end
}

function isDigits(text: string, at: number, end: number): boolean {
  for (let index = at; index < end; index++) if (!isDigit(codeAt(text, index))) return false
  return true
}

/** The code at an index; past the end -1, which is no character's. */
function codeAt(text: string, index: number): number {
  return index < text.length ? text.charCodeAt(index) : -1
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39
}

function isIdentifier(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === HYPHEN
}
