import { clientSafePattern, nativeMatcher } from '@rampart/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { re2 } from './re2.ts'

const part = fc.constantFrom(
  ...['a', 'k', 's', 'ſ', '\u212a', 'é', 'İ', 'Σ', '😀', '.', '\\.', '\\d', '\\w', '[a-c]', '[^a]', '[\\w-]', '[^s]'],
  ...['(', '(?:', ')', '|', '?', '*', '+', '{2}', '{1,3}', '{2,}', '{500}', '^', '$', '[A-Z]', '[é-ü]', '[\\]x]', '-'],
)
const text = fc.string({
  unit: fc.constantFrom(...Array.from('aAkK\u212asSſéÉiIİıσςΣ1_-.x\n\r\u2028'), '😀', '\ud83d'),
  maxLength: 6,
})

test('patterns of the portable list match the same texts here as in a browser', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), fc.boolean(), fc.array(text), (parts, ignoreCase, texts) => {
      const checked = clientSafePattern(parts.join(''))
      if (!checked.safe) return
      const [here, there] = [re2, nativeMatcher].map((matcher) => matcher.compile(checked.portable, ignoreCase))
      for (const one of texts) expect(here?.(one)).toBe(there?.(one))
      expect(here === undefined).toBe(there === undefined)
    }),
    { numRuns: 3_000 },
  )
})
