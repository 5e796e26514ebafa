import { expect, test, vi } from 'vitest'
import { counts } from '../store/conformance/makers.ts'
import type { CountsCommit } from '../store/store.ts'
import { Folding } from './folding.ts'

/** A store whose writes end when they are told to, and fail when a batch is named `bad`. */
function slowStore() {
  const writes: string[][] = []
  const ends: (() => void)[] = []
  return {
    writes,
    /** Waits for the next write to begin, and ends it. */
    endNext: async (): Promise<void> => {
      await vi.waitFor(() => expect(ends).not.toEqual([]), { interval: 5, timeout: 15_000 })
      ends.shift()?.()
      await new Promise(setImmediate)
    },
    async addAllCounts(all: readonly CountsCommit[]) {
      writes.push(all.map(({ batch }) => batch))
      await new Promise<void>((resolve) => ends.push(resolve))
      if (all.some(({ batch }) => batch === 'bad')) throw new Error('a batch cannot be written')
      return all.map(() => 'added' as const)
    },
  }
}

test('what comes while a write is under way is written together, and answered when that is done', async () => {
  const store = slowStore()
  const folding = new Folding(store)
  const answered: string[] = []
  for (const batch of ['a', 'b', 'c']) void folding.add(counts(batch, [])).then(() => answered.push(batch))
  expect(store.writes).toEqual([['a']])
  await store.endNext()
  expect(answered).toEqual(['a'])
  await store.endNext()
  expect([store.writes, answered]).toEqual([
    [['a'], ['b', 'c']],
    ['a', 'b', 'c'],
  ])
})

test('a batch that comes by itself is written at once, and those that follow it closely wait for one another', async () => {
  const begun: number[] = []
  const folding = new Folding({
    async addAllCounts(all) {
      begun.push(performance.now())
      return all.map(() => 'added' as const)
    },
  })
  await folding.add(counts('alone', []))
  const asked = performance.now()
  await Promise.all(['b', 'c', 'd'].map((batch) => folding.add(counts(batch, []))))
  expect(begun).toHaveLength(2)
  expect(begun[0]).toBeLessThanOrEqual(asked)
  expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(40)
})

test('a batch that cannot be written costs no other', async () => {
  const store = slowStore()
  const folding = new Folding(store)
  const outcomes = Promise.allSettled(['a', 'bad', 'c'].map((batch) => folding.add(counts(batch, []))))
  for (let n = 0; n < 4; n += 1) await store.endNext()
  expect(await outcomes).toMatchObject([{ value: 'added' }, { reason: { message: /cannot/ } }, { value: 'added' }])
  expect(store.writes).toEqual([['a'], ['bad', 'c'], ['bad'], ['c']])
})

test('one write takes so many batches and no more', async () => {
  const store = slowStore()
  const folding = new Folding(store)
  for (let n = 0; n < 101; n += 1) void folding.add(counts(`b-${n}`, []))
  for (let n = 0; n < 3; n += 1) await store.endNext()
  expect(store.writes.map(({ length }) => length)).toEqual([1, 64, 36])
})
