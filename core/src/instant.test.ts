import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { momentOf } from './instant.ts'

describe('a moment', () => {
  test.each<[string, number]>([
    ['1970-01-01T00:00:00Z', 0],
    ['1969-12-31T23:59:59Z', -1_000],
    ['2026-01-31T09:00:00Z', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-31t09:00:00z', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-31T09:00:00.5Z', Date.UTC(2026, 0, 31, 9, 0, 0, 500)],
    ['2026-01-31T09:00:00.123999Z', Date.UTC(2026, 0, 31, 9, 0, 0, 123)],
    ['2026-01-31T09:00:00.0009999999999999Z', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-31T10:30:00+01:30', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-30T20:00:00-13:00', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-31T09:00:00-00:00', Date.UTC(2026, 0, 31, 9)],
    ['1985-04-12T23:20:50.52Z', Date.UTC(1985, 3, 12, 23, 20, 50, 520)],
    ['1996-12-19T16:39:57-08:00', Date.UTC(1996, 11, 20, 0, 39, 57)],
    ['1937-01-01T12:00:27.87+00:20', Date.UTC(1937, 0, 1, 11, 40, 27, 870)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
    // The leap seconds that RFC 3339 names, and the first second behind them.
    ['1990-12-31T23:59:60Z', Date.UTC(1991, 0, 1)],
    ['1990-12-31T15:59:60.5-08:00', Date.UTC(1991, 0, 1, 0, 0, 0, 500)],
  ])('%s is read', (text, moment) => {
    expect(momentOf(text)).toBe(moment)
  })

  test.each([
    '',
    '2026-01-31',
    '2026-01-31T09:00:00',
    '2026-01-31T09:00Z',
    '2026-01-31 09:00:00Z',
    '20260131T090000Z',
    '2026-1-31T09:00:00Z',
    '2026-00-31T09:00:00Z',
    '2026-13-31T09:00:00Z',
    '2026-01-00T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-02-29T09:00:00Z',
    '1900-02-29T09:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T09:60:00Z',
    '2026-01-31T09:00:61Z',
    '2026-01-31T09:00:60Z',
    '2026-01-31T23:59:60+01:00',
    '2026-01-31T09:00:00.Z',
    '2026-01-31T09:00:00,5Z',
    '2026-01-31T09:00:00+1:00',
    '2026-01-31T09:00:00+0100',
    '2026-01-31T09:00:00+24:00',
    '2026-01-31T09:00:00+01:60',
    '2026-01-31T09:00:00Z ',
    ' 2026-01-31T09:00:00Z',
    '2026-01-31T09:00:00Zulu',
    '+002026-01-31T09:00:00Z',
    '٢026-01-31T09:00:00Z',
    'Sat, 31 Jan 2026 09:00:00 GMT',
    'now',
    '1700000000000',
  ])('%j is none', (text) => {
    expect(momentOf(text)).toBeUndefined()
  })

  test('a number is milliseconds since 1970, as it is', () => {
    for (const moment of [0, -1, 1.5, 1e300]) expect(momentOf(moment)).toBe(moment)
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, true, null, undefined, {}, [], 1n, new Date(0)]) {
      expect(momentOf(none)).toBeUndefined()
    }
  })

  test('every time that a Date can write is read as the same', () => {
    const date = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(date, (when) => {
        expect(momentOf(when.toISOString())).toBe(when.getTime())
      }),
      { numRuns: 2_000 },
    )
  })

  test('an offset moves the moment by as much', () => {
    const two = (value: number) => String(value).padStart(2, '0')
    fc.assert(
      fc.property(fc.integer({ min: -1_439, max: 1_439 }), (minutes) => {
        const ahead = Math.abs(minutes)
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
        expect(momentOf(`2026-01-31T09:00:00${offset}`)).toBe(Date.UTC(2026, 0, 31, 9) - minutes * 60_000)
      }),
    )
  })
})
