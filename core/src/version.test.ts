import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparePrecedence, isVersion, packedVersion } from './version.ts'

/** Section 11 of Semantic Versioning 2.0.0, and the ends of every rule: each comes before the next. */
const RISING = [
  '0.0.0-0',
  '0.0.0',
  '0.0.1',
  '0.1.0',
  '1.0.0-0',
  '1.0.0-2',
  '1.0.0-10',
  '1.0.0-9007199254740993',
  '1.0.0-9007199254740994',
  '1.0.0--',
  '1.0.0-0a',
  '1.0.0-A',
  '1.0.0-a',
  '1.0.0-alpha',
  '1.0.0-alpha.0',
  '1.0.0-alpha.1',
  '1.0.0-alpha.1.0',
  '1.0.0-alpha.beta',
  '1.0.0-alpha-1',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.2.0',
  '1.9.0',
  '1.10.0',
  '1.11.0',
  '2.0.0',
  '2.1.0',
  '2.1.1',
  '10.0.0-alpha',
  '10.0.0',
  '131071.131071.131071',
  '131072.0.0-x',
  '131072.0.0',
  '9007199254740993.0.0',
  '9007199254740994.0.0',
  '99999999999999999999999.0.0',
]

const NOT_VERSIONS = [
  '',
  '1',
  '1.2',
  '1.2.3.4',
  'v1.2.3',
  ' 1.2.3',
  '1.2.3 ',
  '01.2.3',
  '1.02.3',
  '1.2.03',
  '1..3',
  '.1.2',
  '1.2.',
  '1.2.3-',
  '1.2.3+',
  '1.2.3-a..b',
  '1.2.3-01',
  '1.2.3-a.01',
  '1.2.3+a..b',
  '1.2.3-a_b',
  '1.2.3-ä',
  '1.2.3+a+b',
  '-1.2.3',
  '1.2.x',
  '１.2.3',
]

const number = fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(131_071, 131_072, 2 ** 53 - 1)).map(String)
const identifier = fc.oneof(
  number,
  fc.constantFrom('a', 'b', 'alpha', 'beta', 'rc', '-', '0a', 'A', 'x-1', '9007199254740993'),
)
const version = fc
  .tuple(
    fc.tuple(number, number, number),
    fc.array(identifier, { maxLength: 3 }),
    fc.array(identifier, { maxLength: 2 }),
  )
  .map(([core, pre, build]) => {
    return (
      core.join('.') + (pre.length > 0 ? `-${pre.join('.')}` : '') + (build.length > 0 ? `+${build.join('.')}` : '')
    )
  })

/** The specification's own expression. */
const SUGGESTED =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/

/** Section 11 again, with whole numbers of any size. */
function precedence(a: string, b: string): number {
  const read = (text: string) => {
    const [, major = '', minor = '', patch = '', pre] = SUGGESTED.exec(text) ?? []
    return { core: [major, minor, patch], pre: pre?.split('.') }
  }
  const one = read(a)
  const other = read(b)
  const byNumber = (x: string, y: string) => Number(BigInt(x) > BigInt(y)) - Number(BigInt(x) < BigInt(y))
  for (const [index, part] of one.core.entries()) {
    const order = byNumber(part, other.core[index] ?? '')
    if (order !== 0) return order
  }
  if (one.pre === undefined || other.pre === undefined) {
    return Number(one.pre === undefined) - Number(other.pre === undefined)
  }
  for (const [index, x] of one.pre.entries()) {
    const y = other.pre[index]
    if (y === undefined) return 1
    const [isX, isY] = [/^\d+$/.test(x), /^\d+$/.test(y)]
    const order = isX && isY ? byNumber(x, y) : isX === isY ? Number(x > y) - Number(x < y) : isX ? -1 : 1
    if (order !== 0) return order
  }
  return one.pre.length - other.pre.length < 0 ? -1 : 0
}

describe('versions', () => {
  test.each(RISING.map((text, index) => [text, index] as const))('%s has its place in the order', (text, index) => {
    expect(isVersion(text)).toBe(true)
    for (const [place, other] of RISING.entries()) {
      expect(Math.sign(comparePrecedence(text, other))).toBe(Math.sign(index - place))
    }
  })

  test.each(NOT_VERSIONS)('%j is none', (text) => {
    expect(isVersion(text)).toBe(false)
    expect(packedVersion(text)).toBe(-1)
  })

  test('builds count for nothing', () => {
    expect(comparePrecedence('1.0.0+1', '1.0.0+2')).toBe(0)
    expect(comparePrecedence('1.0.0-a+1', '1.0.0-a')).toBe(0)
    expect(comparePrecedence('1.0.0+1', '1.0.1')).toBeLessThan(0)
  })

  test('are what the expression of the specification says, and in its order', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(isVersion(a)).toBe(SUGGESTED.test(a))
        if (!isVersion(a) || !isVersion(b)) return
        expect(Math.sign(comparePrecedence(a, b))).toBe(precedence(a, b))
      }),
      { numRuns: 3_000 },
    )
  })

  test('any text is a version for both or for neither', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-zA-Z.+-]{0,12}$/), (text) => {
        expect(isVersion(text)).toBe(SUGGESTED.test(text))
      }),
      { numRuns: 3_000 },
    )
  })

  test('that are short can be compared as one number', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [one, other] = [packedVersion(a), packedVersion(b)]
        expect(one >= 0).toBe(/^\d+\.\d+\.\d+$/.test(a) && a.split('.').every((part) => Number(part) < 2 ** 17))
        if (one >= 0 && other >= 0) expect(Math.sign(one - other)).toBe(Math.sign(comparePrecedence(a, b)))
      }),
      { numRuns: 3_000 },
    )
  })
})
