import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entriesOf, entryAt, nextTable, type Table, tableOf } from './table.ts'

const KEYS = ['a', 'b', 'c', '__proto__', '0'] as const
const key = fc.constantFrom(...KEYS)
const entries = fc.array(fc.tuple(key, fc.nat()), { maxLength: 3 }).map((list) => new Map<string, number>(list))
/** From which version, so that versions branch too. */
const step = fc.record({ from: fc.nat(), changed: entries, removed: fc.oneof(fc.constant([]), fc.array(key)) })

test('every version stays what it was, however many are made from it', () => {
  fc.assert(
    fc.property(entries, fc.array(step, { maxLength: 12 }), (first, steps) => {
      const tables: Table<number>[] = [tableOf(new Map(first))]
      const copies: Map<string, number>[] = [new Map(first)]
      for (const { from, changed, removed } of steps) {
        const index = from % tables.length
        tables.push(nextTable(tables[index] ?? tableOf(new Map()), changed, removed))
        const copy = new Map(copies[index])
        for (const gone of removed) copy.delete(gone)
        for (const [name, value] of changed) copy.set(name, value)
        copies.push(copy)
      }
      for (const [index, table] of tables.entries()) {
        expect([...entriesOf(table)]).toEqual([...(copies[index] ?? [])])
        for (const name of KEYS) expect(entryAt(table, name)).toBe(copies[index]?.get(name))
      }
    }),
    { numRuns: 1_000 },
  )
})
