import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nothingRecent, recentAt } from './recent.ts'
import { tableOf } from './table.ts'

/** Of one length and end, so that they contend for one place, and what an application without types may ask for. */
const KEYS: readonly unknown[] = ['a-key', 'b-key', 'c-key', '', '__proto__', 'toString', 7, undefined, null, {}]

test('gives what the table has, whatever was asked for before', () => {
  const names = fc.constantFrom('a-key', 'b-key', '', '__proto__')
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.nat())), fc.array(fc.constantFrom(...KEYS)), (entries, asked) => {
      const map = new Map<string, number>(entries)
      const table = tableOf(map)
      const recent = nothingRecent<number>()
      for (const key of asked) expect(recentAt(recent, table, key as string)).toBe(map.get(key as string))
    }),
  )
})
