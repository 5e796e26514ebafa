import { describe, expect, test } from 'vitest'
import { annotation, escapeData, escapeProperty, outputLines } from './github.ts'
import { plain } from './plain.ts'

describe('GitHub’s workflow commands', () => {
  test('a message keeps its percent signs and line breaks', () => {
    expect(escapeData('50% → 0%\r\nnext: line, here')).toBe('50%25 → 0%25%0D%0Anext: line, here')
  })

  test('a property hides colons and commas too', () => {
    expect(escapeProperty('Rolled back: a, b 50%\n')).toBe('Rolled back%3A a%2C b 50%25%0A')
  })

  test('an annotation is one line, whatever people wrote', () => {
    expect(annotation('error', 'Rolled back: a (b)', 'reason\n::stop-commands::x')).toBe(
      '::error title=Rolled back%3A a (b)::reason%0A::stop-commands::x',
    )
  })

  test('an output cannot begin another one', () => {
    expect(outputLines({ outcome: 'rolled_back', percent: 0, cause: 'a\noutcome=completed' })).toBe(
      'outcome=rolled_back\npercent=0\ncause=a outcome=completed\n',
    )
  })
})

test('plain text has no control characters, so that it can neither move a cursor nor begin a line', () => {
  expect(plain('a\u001b[2Jb\r\n::error::c\u2028d\u0007')).toBe('a [2Jb ::error::c d')
})
