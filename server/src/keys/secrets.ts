import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/*
 * `rmp_KIND_` + 26 base-32 characters (130 random bits) + `_` + 6 base-32 characters of a CRC-32. The prefix and the
 * checksum let secret scanners find a leaked key without asking us.
 */

const KINDS = {
  pat: 'person',
  svc: 'machine',
  srv: 'server-sdk',
  pub: 'client-sdk',
  kill: 'kill-url',
} as const

/** What a secret is for, as its prefix says it. */
export type SecretKind = (typeof KINDS)[keyof typeof KINDS]

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const SECRET_LENGTH = 26
const CHECK_LENGTH = 6
const SECRET = /^rmp_(pat|svc|srv|pub|kill)_[a-z2-7]{26}_([a-z2-7]{6})$/

/** A new secret. It is shown once; only `hashSecret` and `prefixOf` of it are kept. */
export function newSecret(kind: SecretKind, random: (bytes: number) => Uint8Array = randomBytes): string {
  const body = `rmp_${tagOf(kind)}_${randomText(SECRET_LENGTH, random)}`
  return `${body}_${checksum(body)}`
}

/** A random text of base-32 characters, 5 bits each: for sessions and sign-in links, which nobody scans for. */
export function randomText(length: number, random: (bytes: number) => Uint8Array = randomBytes): string {
  // 256 is a multiple of 32, so that the remainder of a byte is uniform
  return Array.from(random(length), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('')
}

/** The kind of a well-formed secret; undefined for anything else, so that a mistyped key never costs a look-up. */
export function readSecret(text: string): SecretKind | undefined {
  const match = SECRET.exec(text)
  if (match === null) return undefined
  const [, tag, check] = match
  if (check !== checksum(text.slice(0, -CHECK_LENGTH - 1))) return undefined
  return Object.entries(KINDS).find(([name]) => name === tag)?.[1]
}

/** SHA-256 in hexadecimal. Secrets are random, so no slow hash is needed. */
export function hashSecret(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What may be shown of a secret later: `rmp_srv_…a81f`. */
export function prefixOf(secret: string): string {
  return `${secret.slice(0, secret.indexOf('_', 4) + 1)}…${secret.slice(-4)}`
}

function tagOf(kind: SecretKind): string {
  const tag = Object.entries(KINDS).find(([, name]) => name === kind)?.[0]
  if (tag === undefined) throw new TypeError(`there is no kind of secret named ${kind}`)
  return tag
}

/** The low 30 bits of the CRC-32, which is what six characters hold. */
function checksum(body: string): string {
  const crc = crc32(body)
  return Array.from({ length: CHECK_LENGTH }, (_, i) =>
    ALPHABET.charAt((crc >>> (5 * (CHECK_LENGTH - 1 - i))) & 31),
  ).join('')
}
