import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageMatcher } from './page-matcher.ts'
import { nativeMatcher } from './pattern.ts'

const part = fc.constantFrom(
  ...['a', 'b', '.', '\\d', '\\w', '\\.', '\\\\', '[a-c]', '[^a]', '[\\w.]', '[^.\\]]', '[\\\\\\w-]', '(', '(?:', ')'],
  ...['|', '?', '*', '+', '{2}', '{1,3}', '^', '$', '-', '\\[', '\\]', '\\/', 'é', '😀'],
)
const text = fc.string({
  unit: fc.constantFrom(...Array.from('abkKs1_.-\\][ſ\u212aé\n\u2028'), '😀'),
  maxLength: 8,
})

test('a pattern that pages are told matches what it matches anywhere', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), fc.array(text), (parts, ignoreCase, texts) => {
      const pattern = parts.join('')
      const checked = nativeMatcher.compile(pattern, ignoreCase)
      if (checked === undefined) return
      const find = pageMatcher.compile(pattern, ignoreCase)
      for (const one of texts) expect(find?.(one)).toBe(checked(one))
    }),
    { numRuns: 5_000 },
  )
})

test('what is no pattern at all cannot be judged', () => {
  expect(pageMatcher.compile('(', false)).toBeUndefined()
})
