/** Texts up to this length are encoded into a buffer that is used again, so that hashing a unit allocates nothing. */
const POOLED_LENGTH = 128

/** One buffer per length: the hash reads the length from the buffer itself. */
const pool: readonly Uint8Array[] = Array.from({ length: POOLED_LENGTH + 1 }, (_, length) => new Uint8Array(length))

/**
 * The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD (bytes EF BF BD), as the Encoding Standard says.
 * The result may be shared: read it before the next call and never keep it.
 */
export function utf8(text: string): Uint8Array {
  const { length } = text
  const bytes = pool[length]
  if (bytes === undefined) return encode(text)
  let index = 0
  // Four at a time: reading the text is most of the cost of an evaluation.
  for (const last = length - 3; index < last; index += 4) {
    const a = text.charCodeAt(index)
    const b = text.charCodeAt(index + 1)
    const c = text.charCodeAt(index + 2)
    const d = text.charCodeAt(index + 3)
    if ((a | b | c | d) > 0x7f) return encode(text)
    bytes[index] = a
    bytes[index + 1] = b
    bytes[index + 2] = c
    bytes[index + 3] = d
  }
  for (; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return encode(text)
    bytes[index] = code
  }
  return bytes
}

function encode(text: string): Uint8Array {
  // A UTF-16 unit takes three bytes at most: a pair takes four.
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (const character of text) {
    const code = wellFormed(character.codePointAt(0) ?? 0)
    if (code < 0x80) {
      bytes[length++] = code
    } else if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6)
      bytes[length++] = continuation(code)
    } else if (code < 0x10000) {
      bytes[length++] = 0xe0 | (code >> 12)
      bytes[length++] = continuation(code >> 6)
      bytes[length++] = continuation(code)
    } else {
      bytes[length++] = 0xf0 | (code >> 18)
      bytes[length++] = continuation(code >> 12)
      bytes[length++] = continuation(code >> 6)
      bytes[length++] = continuation(code)
    }
  }
  return bytes.subarray(0, length)
}

function wellFormed(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f)
}
