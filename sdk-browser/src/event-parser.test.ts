import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventParser } from './event-parser.ts'

type Event = readonly [event: string, data: string]

function parsed(...parts: readonly string[]): readonly Event[] {
  const events: Event[] = []
  const parse = createEventParser((event, data) => events.push([event, data]))
  for (const part of parts) parse(part)
  return events
}

describe('the examples of the standard', () => {
  test('lines of data are one text, comments and unknown fields are nothing', () => {
    expect(parsed(': a comment\n\ndata: YHOO\ndata: +2\ndata: 10\n\n')).toEqual([['message', 'YHOO\n+2\n10']])
    expect(parsed('id: 1\nretry: 10\nflavour: sweet\ndata: first\n\n')).toEqual([['message', 'first']])
  })

  test('a name without a colon is a field without a value', () => {
    expect(parsed('data\n\ndata\ndata\n\ndata:')).toEqual([
      ['message', ''],
      ['message', '\n'],
    ])
  })

  test('one space after the colon is no part of the value', () => {
    expect(parsed('data:test\n\ndata: test\n\ndata:  test\n\n')).toEqual([
      ['message', 'test'],
      ['message', 'test'],
      ['message', ' test'],
    ])
  })
})

test('an event without data is none, and its name does not last', () => {
  expect(parsed('event: put\n\ndata: {}\n\n')).toEqual([['message', '{}']])
})

test('an event that was not finished is not delivered', () => {
  expect(parsed('event: put\ndata: {}\n')).toEqual([])
})

interface Vector {
  readonly says: string
  readonly text: string
  readonly event: string
  readonly data: unknown
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../test/vectors/stream.json', import.meta.url), 'utf8'),
).cases

test.each(vectors)('reads what the protocol says: $says', ({ text, event, data }) => {
  expect(parsed(text).map(([name, json]) => [name, JSON.parse(json)])).toEqual([[event, data]])
})

test('however a text is cut into parts, and whatever ends its lines, the events are the same', () => {
  const whole = ['event: put', 'data: {"a":1}', '', ': ping', '', 'event: patch', 'data: x', 'data: y', '', '']
  const events: readonly Event[] = [
    ['put', '{"a":1}'],
    ['patch', 'x\ny'],
  ]
  const end = fc.constantFrom('\n', '\r\n', '\r')
  fc.assert(
    fc.property(end, fc.array(fc.nat(80)), (lineEnd, cuts) => {
      // A CR alone at the very end may be half of a line end, so that something has to follow it.
      const text = `${whole.join(lineEnd)}${lineEnd}:`
      const places = [0, ...cuts.map((at) => at % text.length).sort((a, b) => a - b), text.length]
      expect(parsed(...places.slice(1).map((to, index) => text.slice(places[index], to)))).toEqual(events)
    }),
  )
})
