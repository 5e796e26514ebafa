import { constants, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { blocksOf, compress, GZIP_HEADER, gzipped, takesGzip } from './compression.ts'

/** What a reader of an unfinished stream has got so far. */
const read = (...parts: readonly Buffer[]): string =>
  gunzipSync(Buffer.concat([GZIP_HEADER, ...parts]), { finishFlush: constants.Z_SYNC_FLUSH }).toString()

const large = Buffer.from(
  JSON.stringify(Array.from({ length: 5_000 }, (_, i) => ({ key: `flag-${i}`, on: i % 2 === 0 }))),
)

test('a state that was compressed once and events after it are one gzip stream', async () => {
  await compress(large)
  const event = Buffer.from('event: ping\ndata: {}\n\n')
  expect(blocksOf(large).length).toBeLessThan(large.length / 5)
  expect(read(blocksOf(large), blocksOf(event), blocksOf(event))).toBe(Buffer.concat([large, event, event]).toString())
  expect(read(blocksOf(event), blocksOf(large))).toBe(Buffer.concat([event, large]).toString())
})

test('what was not compressed is sent as it is, however long', () => {
  const bytes = Buffer.alloc(200_000, 'abc')
  expect(read(blocksOf(bytes))).toBe(bytes.toString())
  expect(read(blocksOf(Buffer.alloc(0)))).toBe('')
})

test('everybody is sent the same bytes', async () => {
  const bytes = Buffer.from(large)
  await Promise.all([compress(bytes), compress(bytes)])
  expect(blocksOf(bytes)).toBe(blocksOf(bytes))
  expect(gzipped(bytes)).toBe(gzipped(bytes))
  expect(gunzipSync((await gzipped(bytes)) ?? '').equals(bytes)).toBe(true)
  expect(gzipped(Buffer.from('{}'))).toBeUndefined()
})

test.each([
  ['gzip', true],
  ['gzip, deflate, br, zstd', true],
  ['br;q=1.0, gzip;q=0.5', true],
  ['GZIP', true],
  ['gzip;q=0', false],
  ['br, gzip; q=0.000, deflate', false],
  ['identity', false],
  ['x-gzip-like', false],
  [undefined, false],
])('Accept-Encoding: %s', (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes)
})
