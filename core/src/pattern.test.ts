import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientSafePattern, nativeMatcher, nativePattern } from './pattern.ts'

describe('a pattern that means the same in every engine', () => {
  test.each<[string, string]>([
    ['', ''],
    ['abc', 'abc'],
    ['é😀', 'é😀'],
    ['^a|b$', '^a|b$'],
    ['(a)(?:b)()', '(a)(?:b)()'],
    ['a?b*c+', 'a?b*c+'],
    ['a{2}b{2,}c{2,3}d{0}', 'a{2}b{2,}c{2,3}d{0}'],
    ['(?:a{10}){100}', '(?:a{10}){100}'],
    ['a{1000}', 'a{1000}'],
    ['(a*)*', '(a*)*'],
    ['[abc][^abc][a-c0-9]', '[abc][^abc][a-c0-9]'],
    ['[-a][a-][^-a]', '[-a][a-][^-a]'],
    ['[.*+?^$(){}|]', '[.*+?^$(){}|]'],
    ['[\\]\\\\\\^\\-]', '[\\]\\\\\\^\\-]'],
    ['\\d\\w', '[0-9][0-9A-Za-z_]'],
    ['[\\d.][^\\w-]', '[0-9.][^0-9A-Za-z_-]'],
    ['\\.\\*\\+\\?\\^\\$\\(\\)\\[\\]\\{\\}\\|\\\\\\/', '\\.\\*\\+\\?\\^\\$\\(\\)\\[\\]\\{\\}\\|\\\\\\/'],
    ['a.c', 'a[^\n\r\u2028\u2029]c'],
    ['@example\\.(com|org)$', '@example\\.(com|org)$'],
  ])('%j', (pattern, portable) => {
    expect(clientSafePattern(pattern)).toEqual({ safe: true, portable })
    expect(nativePattern(pattern, false)).toBeInstanceOf(RegExp)
  })

  test.each<[pattern: string, construct: string]>([
    ['a\\sb', '\\s'],
    ['\\bword', '\\b'],
    ['\\p{L}', '\\p'],
    ['(a)\\1', '\\1'],
    ['\\n', '\\n'],
    ['\\-', '\\-'],
    ['a\\', '\\'],
    ['(?i)a', '(?i'],
    ['(?=a)', '(?='],
    ['(?<!a)', '(?<'],
    ['(?<name>a)', '(?<'],
    ['(?P<name>a)', '(?P'],
    ['(', '('],
    ['(a', '('],
    ['a)', ')'],
    ['*a', '*'],
    ['(+a)', '+'],
    ['a|?', '?'],
    ['^*', '*'],
    ['a??', '??'],
    ['a*?', '*?'],
    ['a**', '**'],
    ['a{2}{3}', '{2}{'],
    ['a{', '{'],
    ['a{,3}', '{'],
    ['a{x}', '{'],
    ['{2}', '{2}'],
    ['a{01}', '{'],
    ['a{1001}', '{1001}'],
    ['a{1,1001}', '{1,1001}'],
    ['a{3,2}', '{3,2}'],
    ['(?:a{10}){101}', '{101}'],
    ['((a{2}){10}){51}', '{51}'],
    ['(?:a{20}b){60}', '{60}'],
    ['a}', '}'],
    ['a]', ']'],
    ['[a', '['],
    ['[]', '[]'],
    ['[^]', '[^]'],
    ['[]a]', '[]'],
    ['[c-a]', 'c-a'],
    ['[a-c-e]', '[a-c-'],
    ['[\\w-z]', '\\w-z'],
    ['[a-\\d]', 'a-\\d'],
    ['[[:alpha:]]', '[['],
    ['[\\s]', '\\s'],
    ['[\\b]', '\\b'],
    ['\ud83d', 'half of a surrogate pair'],
  ])('%j is none, because of %j', (pattern, construct) => {
    expect(clientSafePattern(pattern)).toEqual({ safe: false, construct })
    expect(nativePattern(pattern, false)).toBeUndefined()
    expect(nativeMatcher.compile(pattern, false)).toBeUndefined()
  })

  test('is found anywhere in a text', () => {
    const find = nativeMatcher.compile('b.d', false)
    expect([find?.('abcde'), find?.('abCde'), find?.('b\nd'), find?.('b\u2028d'), find?.('BCD')]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(nativeMatcher.compile('b.d', true)?.('BCD')).toBe(true)
  })

  const part = fc.constantFrom(
    ...['a', 'b', '.', '\\d', '\\w', '\\.', '[a-c]', '[^a]', '[\\w.]', '(', '(?:', ')', '|', '?', '*', '+', '{2}'],
    ...['{1,3}', '^', '$', '-', '[', ']', '{', '}', '\\', '\\s', '\\/', 'é', '😀', '\ud83d'],
  )

  test('is a pattern for the native engine, and portable words are portable', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        const checked = clientSafePattern(parts.join(''))
        if (!checked.safe) return
        expect(() => new RegExp(parts.join(''), 'u')).not.toThrow()
        expect(clientSafePattern(checked.portable)).toEqual(checked)
      }),
      { numRuns: 3_000 },
    )
  })

  test('means natively what it means before it is made portable, but for the case of ſ and K', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '_', '.', '-', 'é', '\n', '\u2028', '😀') })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), text, (parts, where) => {
        const native = nativePattern(parts.join(''), false)
        if (native === undefined) return
        expect(native.test(where)).toBe(new RegExp(parts.join(''), 'u').test(where))
      }),
      { numRuns: 3_000 },
    )
  })
})
