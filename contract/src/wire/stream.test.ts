import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEAD_LINK_MS, formatEvent, HEARTBEAT_MS, parseClose, type StreamEvent, snapshotEtag } from './stream.ts'

interface Vectors {
  readonly cases: readonly { says: string; text: string; id?: number; event: StreamEvent; data: unknown }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../../test/vectors/stream.json', import.meta.url), 'utf8'))

describe('formatEvent', () => {
  test.each(vectors.cases)('$says, to the byte', ({ text, id, event, data }) => {
    expect(formatEvent({ ...(id !== undefined && { id }), event, data: JSON.stringify(data) })).toBe(text)
  })

  test('line ends in the data cannot end the event', () => {
    expect(formatEvent({ event: 'put', data: '{\n\r\n}' })).toBe('event: put\ndata: {\ndata: \ndata: }\n\n')
  })
})

test('a dead link is one that missed two heartbeats', () => {
  expect(DEAD_LINK_MS).toBeGreaterThan(2 * HEARTBEAT_MS)
  expect(DEAD_LINK_MS).toBeLessThan(3 * HEARTBEAT_MS)
})

test('the goodbye of a server is read, and anything else is not', () => {
  expect(parseClose({ reason: 'drain', retryMs: 1_500 })).toEqual({
    ok: true,
    value: { reason: 'drain', retryMs: 1_500 },
  })
  expect(parseClose({ reason: 'mood', retryMs: 1_500 }).ok).toBe(false)
  expect(parseClose({ reason: 'slow' }).ok).toBe(false)
})

test('the ETag of a snapshot is its revision', () => {
  expect(snapshotEtag(41)).toBe('"41"')
})
