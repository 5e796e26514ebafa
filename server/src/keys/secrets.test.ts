import { expect, test } from 'vitest'
import { hashSecret, newSecret, prefixOf, randomText, readSecret } from './secrets.ts'

const counting = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i * 37)

test('a secret has its kind, 26 random characters and a checksum', () => {
  expect(newSecret('server-sdk', counting)).toBe('rmp_srv_afkpuz6dinsx4bglqv27ejoty5_tfbvxx')
})

test.each(['person', 'machine', 'server-sdk', 'client-sdk', 'kill-url'] as const)(
  'a %s secret is read as what it is',
  (kind) => {
    expect(readSecret(newSecret(kind))).toBe(kind)
  },
)

test('one changed character is noticed', () => {
  const secret = newSecret('machine', counting)
  expect(readSecret(secret.replace('kpu', 'kpv'))).toBeUndefined()
  expect(readSecret(secret.replace('rmp_svc', 'rmp_srv'))).toBeUndefined()
})

test.each(['', 'rmp_', 'rmp_svc_abc', 'Bearer', 'ghp_0123456789'])('%j is no secret of ours', (text) => {
  expect(readSecret(text)).toBeUndefined()
})

test('the shown part names the kind and the last four characters', () => {
  const secret = newSecret('kill-url')
  expect(prefixOf(secret)).toBe(`rmp_kill_…${secret.slice(-4)}`)
})

test('the stored form is the SHA-256 in hexadecimal', () => {
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('random texts have the length that was asked for and differ', () => {
  expect(randomText(32)).toMatch(/^[a-z2-7]{32}$/)
  expect(randomText(32)).not.toBe(randomText(32))
})
