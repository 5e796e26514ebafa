import { promisify } from 'node:util'
import { constants, deflateRaw, gzip } from 'node:zlib'

/*
 * Compressed once, sent to many. A gzip stream (RFC 1952) is a header and blocks of DEFLATE (RFC 1951); blocks that refer to nothing
 * before them can follow one another in any stream. So a whole configuration is compressed once for everybody who gets it, and
 * what follows is wrapped uncompressed in stored blocks: no compressor, and no memory, for each stream.
 */

/** Shorter texts gain nothing that is worth a turn of another thread. */
const WORTH_BYTES = 2_048
const LONGEST_STORED = 0xffff

/** Ten bytes: gzip, DEFLATE, no name, no time, an unknown system. */
export const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

const deflating = promisify(deflateRaw)
const gzipping = promisify(gzip)
const blocks = new WeakMap<Buffer, Buffer>()
const bodies = new WeakMap<Buffer, Promise<Buffer<ArrayBuffer>>>()

/** Whether whoever asks takes gzip, by its `Accept-Encoding`. */
export function takesGzip(accepted: string | undefined): boolean {
  return /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accepted ?? '')
}

/** Compresses bytes that are going to be sent to compressed streams. What the bytes are in the meantime is the same for all. */
export async function compress(bytes: Buffer): Promise<void> {
  if (bytes.length < WORTH_BYTES || blocks.has(bytes)) return
  // A full flush ends on a whole byte and leaves nothing that a later block could refer to.
  blocks.set(bytes, await deflating(bytes, { finishFlush: constants.Z_FULL_FLUSH }))
}

/** Bytes as blocks of a compressed stream: compressed when they were before, else stored. The same Buffer each time. */
export function blocksOf(bytes: Buffer): Buffer {
  const known = blocks.get(bytes) ?? stored(bytes)
  blocks.set(bytes, known)
  return known
}

function stored(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let from = 0; from < bytes.length; from += LONGEST_STORED) {
    const part = bytes.subarray(from, from + LONGEST_STORED)
    const head = Buffer.alloc(5)
    head.writeUInt16LE(part.length, 1)
    head.writeUInt16LE(~part.length & 0xffff, 3)
    parts.push(head, part)
  }
  return Buffer.concat(parts)
}

/** A whole answer, compressed once. Undefined when it is too short to be. */
export function gzipped(body: Buffer): Promise<Buffer<ArrayBuffer>> | undefined {
  if (body.length < WORTH_BYTES) return undefined
  const known = bodies.get(body) ?? gzipping(body)
  bodies.set(body, known)
  return known
}
