import { describe, expect, test } from 'vitest'
import { addressPolicy, isNetwork } from './addresses.ts'

describe('by default', () => {
  const policy = addressPolicy([])

  test.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
  ])('%s is closed', (address) => {
    expect(policy.permits(address)).toBe(false)
  })

  test.each(['93.184.215.14', '172.32.0.1', '11.0.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:8.8.8.8'])(
    '%s is open',
    (address) => {
      expect(policy.permits(address)).toBe(true)
    },
  )

  test.each(['localhost', '', '127.1', '0x7f.1'])('%j is no address, and closed', (text) => {
    expect(policy.permits(text)).toBe(false)
  })
})

test('what is opened is open, and nothing else', () => {
  const policy = addressPolicy(['127.0.0.1/32', 'fd12::/16'])
  expect(['127.0.0.1', '::ffff:127.0.0.1', 'fd12::9', '8.8.8.8'].map((one) => policy.permits(one))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['127.0.0.2', '10.0.0.1', 'fd13::9', '::1'].map((one) => policy.permits(one))).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(['10.0.0.1', '::1', 'no address'].map((one) => addressPolicy('all').permits(one))).toEqual([true, true, false])
})

test.each([
  ['10.0.0.0/8', true],
  ['127.0.0.1', true],
  ['::1/128', true],
  ['10.0.0.0/33', false],
  ['::1/129', false],
  ['10.0.0.0/-1', false],
  ['10.0.0.0/', false],
  ['prometheus', false],
  ['', false],
])('%j is a network: %s', (text, expected) => {
  expect(isNetwork(text)).toBe(expected)
})
