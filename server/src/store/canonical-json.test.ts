import { describe, expect, test } from 'vitest'
import { canonicalJson, storedJson } from './canonical-json.ts'

describe('canonicalJson', () => {
  test('writes the example of RFC 8785, section 3.2.2', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`)
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  test('sorts members by UTF-16 code units, as in section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonicalJson(value)))).toEqual([
      // A name that is a whole number comes first in every JavaScript object; its place in the text is tested below.
      'One',
      'Carriage Return',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
    expect(canonicalJson({ b: 1, 1: 2, '\r': 3 })).toBe(String.raw`{"\r":3,"1":2,"b":1}`)
  })

  // Appendix B: the bits of a double, and its text.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(doubleOf(bits))).toBe(text)
  })

  test.each([
    ['not a number', doubleOf('7fffffffffffffff')],
    ['an infinite number', doubleOf('7ff0000000000000')],
    ['a lone surrogate', ['\udead']],
    ['a lone surrogate in a name', { '\ud800x': 1 }],
    ['undefined in an array', [undefined]],
    ['a bigint', 1n],
    ['a function', () => 1],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  test('leaves members out that are undefined, and keeps nothing else apart', () => {
    expect(canonicalJson({ b: [{}, []], a: undefined, '': null })).toBe('{"":null,"b":[{},[]]}')
  })
})

describe('storedJson', () => {
  test('is what a JSON column gives back', () => {
    const value = { at: new Date(0), gone: undefined, list: [undefined, 1] }
    expect(storedJson<object>(value)).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null, 1] })
  })

  test('replaces lone surrogates, also in names, and nothing that only looks like one', () => {
    const value = { 'a\ud800': '\udfffb', pair: '😀', written: '\\ud800', quoted: '\\"\\\ud800' }
    expect(storedJson(value)).toEqual({ 'a\ufffd': '\ufffdb', pair: '😀', written: '\\ud800', quoted: '\\"\\\ufffd' })
  })
})

function doubleOf(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE()
}
