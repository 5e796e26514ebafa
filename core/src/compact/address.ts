/** Of an IPv4-mapped IPv6 address: `::ffff:0:0/96`. */
const MAPPED = '0'.repeat(80) + '1'.repeat(16)

interface Range {
  readonly isFour: boolean
  /** What an address within begins with. */
  readonly start: string
}

/**
 * Whether a text is an address within one of these ranges; undefined when one is no range. By the rules of `../address.ts`, over
 * addresses as 128 characters `0` and `1`.
 */
export function rangesOf(list: readonly string[]): ((value: unknown) => boolean) | undefined {
  const ranges: Range[] = []
  for (const text of list) {
    const [address = '', size, ...rest] = text.split('/')
    const most = address.includes(':') ? 128 : 32
    const bits = bitsOf(address)
    const prefix = size === undefined ? most : /^(0|[1-9]\d{0,2})$/.test(size) ? Number(size) : Number.NaN
    if (!bits || !(prefix <= most) || rest.length > 0) return undefined
    const start = bits.slice(0, 128 - most + prefix)
    // A range of IPv6 that is wider than all mapped addresses holds none of them.
    ranges.push({ isFour: start.startsWith(MAPPED), start })
  }
  return (value) => {
    const bits = typeof value === 'string' && bitsOf(value)
    return !!bits && ranges.some(({ isFour, start }) => isFour === bits.startsWith(MAPPED) && bits.startsWith(start))
  }
}

/** Undefined when a text is no address (RFC 4291, section 2.2). */
function bitsOf(text: string): string | undefined {
  // IPv4 is read as the end of the IPv6 address that stands for it.
  const mapped = text.includes(':') ? text : text.includes('.') ? `::ffff:${text}` : ''
  const address = mapped.replace(/:(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...found) => {
    const [a = '', b = '', c = '', d = ''] = found.slice(0, 4).map(octet)
    return `:${a}${b}:${c}${d}`
  })
  const [before = [], after, ...more] = address.split('::').map((half) => (half ? half.split(':') : []))
  const gap = 8 - before.length - (after?.length ?? 0)
  if (more.length > 0 || (after ? gap < 1 : gap !== 0)) return undefined
  const groups = [...before, ...Array(gap).fill('0'), ...(after ?? [])]
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

/** In two hexadecimal digits; what is none makes a group that is too long. */
function octet(decimal: string): string {
  const value = Number(decimal)
  return String(value) === decimal && value < 256 ? value.toString(16).padStart(2, '0') : 'none.'
}
