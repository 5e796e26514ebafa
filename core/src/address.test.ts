import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWithin, rangesOf } from './address.ts'

function within(address: string, ...list: readonly string[]): boolean | undefined {
  const ranges = rangesOf(list)
  return ranges && isWithin(address, ranges)
}

describe('an address is within', () => {
  test.each<[string, readonly string[]]>([
    ['10.1.2.3', ['10.0.0.0/8']],
    ['10.1.2.3', ['10.9.9.9/8']],
    ['10.1.2.3', ['192.168.0.0/16', '10.1.2.3']],
    ['10.1.2.3', ['10.1.2.3/32']],
    ['255.255.255.255', ['0.0.0.0/0']],
    ['128.0.0.0', ['128.0.0.0/1']],
    ['::ffff:10.1.2.3', ['10.0.0.0/8']],
    ['::FFFF:0a01:0203', ['10.0.0.0/8']],
    ['10.1.2.3', ['::ffff:10.0.0.0/104']],
    ['10.1.2.3', ['::ffff:0:0/96']],
    ['2001:db8::1', ['2001:db8::/32']],
    ['2001:0DB8:0:0:0:0:0:1', ['2001:db8::1']],
    ['2001:db8::1', ['2001:db8::1/128']],
    ['::1', ['::/0']],
    ['::', ['::']],
    ['fe80::1', ['fe80::/10']],
    ['64:ff9b::192.0.2.33', ['64:ff9b::/96']],
    ['1:2:3:4:5:6:1.2.3.4', ['1:2:3:4:5:6:102:304']],
    ['1::', ['1:0:0:0:0:0:0:0']],
    ['::2:3:4:5:6:7:8', ['0:2:3:4:5:6:7:8']],
  ])('%s within %j', (address, ranges) => {
    expect(within(address, ...ranges)).toBe(true)
  })

  test.each<[string, readonly string[]]>([
    ['11.0.0.0', ['10.0.0.0/8']],
    ['10.1.2.3', []],
    ['10.1.2.3', ['::/0']],
    ['::ffff:10.1.2.3', ['::/0']],
    ['10.1.2.3', ['::ffff:0:0/95']],
    ['::10.1.2.3', ['10.0.0.0/8']],
    ['2001:db9::1', ['2001:db8::/32']],
    ['::1', ['0.0.0.0/0']],
    ['10.1.2', ['0.0.0.0/0', '::/0']],
    ['10.1.2.3.4', ['0.0.0.0/0', '::/0']],
    ['010.1.2.3', ['0.0.0.0/0', '::/0']],
    ['10.1.2.256', ['0.0.0.0/0', '::/0']],
    ['10.1.2.3/32', ['0.0.0.0/0', '::/0']],
    ['0x0a.1.2.3', ['0.0.0.0/0', '::/0']],
    ['167838211', ['0.0.0.0/0', '::/0']],
    [' 10.1.2.3', ['0.0.0.0/0', '::/0']],
    ['', ['0.0.0.0/0', '::/0']],
    [':', ['::/0']],
    [':::', ['::/0']],
    ['1::2::3', ['::/0']],
    ['1:2:3:4:5:6:7', ['::/0']],
    ['1:2:3:4:5:6:7:8:9', ['::/0']],
    ['1:2:3:4:5:6:7::8', ['::/0']],
    ['12345::', ['::/0']],
    ['g::', ['::/0']],
    ['1:', ['::/0']],
    [':1', ['::/0']],
    ['fe80::1%eth0', ['::/0']],
    ['1.2.3.4::', ['::/0']],
    ['::1.2.3', ['::/0']],
    ['::1.2.3.4:5', ['::/0']],
    ['1:2:3:4:5:6:7:1.2.3.4', ['::/0']],
    ['[::1]', ['::/0']],
  ])('%s not within %j', (address, ranges) => {
    expect(within(address, ...ranges)).toBe(false)
  })

  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    'all',
  ])('%j is no range', (range) => {
    expect(rangesOf(['10.0.0.0/8', range])).toBeUndefined()
  })

  const four = fc.ipV4()
  const six = fc.ipV6()

  test('the same addresses as Node says', () => {
    fc.assert(
      fc.property(four, four, fc.nat({ max: 32 }), (address, base, prefix) => {
        const list = new BlockList()
        list.addSubnet(base, prefix, 'ipv4')
        expect(within(address, `${base}/${prefix}`)).toBe(list.check(address, 'ipv4'))
        expect(within(base, `${base}/${prefix}`)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
    fc.assert(
      fc.property(six, six, fc.nat({ max: 128 }), (address, base, prefix) => {
        const list = new BlockList()
        list.addSubnet(base, prefix, 'ipv6')
        const isMapped = /^::ffff:/i.test(base) || /^::ffff:/i.test(address)
        if (!isMapped) expect(within(address, `${base}/${prefix}`)).toBe(list.check(address, 'ipv6'))
        expect(within(base, base)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('what is an address at all, as Node says', () => {
    const nearly = fc.oneof(four, six, fc.stringMatching(/^[0-9a-fg:.]{0,24}$/))
    fc.assert(
      fc.property(nearly, (text) => {
        expect(within(text, '0.0.0.0/0', '::/0')).toBe(isIP(text) !== 0)
      }),
      { numRuns: 3_000 },
    )
  })
})
