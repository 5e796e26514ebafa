import { expect, test } from 'vitest'
import { HashSet } from './hash-set.ts'
import { UnitMemory, type UnitSet } from './memory.ts'

function setOf(id: number, hashes: number): UnitSet {
  const set: UnitSet = { id, hashes: new HashSet(), tail: { run: 0, bytes: Buffer.alloc(0) }, next: 1 }
  for (let n = 0; n < hashes; n += 1) set.hashes.add(n, n)
  return set
}

test('the sets that were not asked for for the longest are forgotten when all are too large, the last one never', () => {
  const memory = new UnitMemory(300)
  const [first, second] = [setOf(1, 40), setOf(2, 40)]
  memory.remember('first', first, 40)
  memory.remember('second', second, 40)
  memory.remember('first', first, 0)
  memory.remember('third', setOf(3, 30), 30)
  expect(['first', 'second', 'third'].map((name) => memory.find(name)?.id)).toEqual([1, undefined, 3])
  memory.remember('large', setOf(4, 1_000), 1_000)
  expect(['first', 'third', 'large'].map((name) => memory.find(name)?.id)).toEqual([undefined, undefined, 4])
})

test('many small sets are forgotten as a few large ones are', () => {
  const memory = new UnitMemory(1_000)
  for (let id = 0; id < 100; id += 1) memory.remember(`set ${id}`, setOf(id, 1), 1)
  const known = Array.from({ length: 100 }, (_, id) => memory.find(`set ${id}`)?.id).filter((id) => id !== undefined)
  expect(known).toEqual(Array.from({ length: 15 }, (_, n) => 85 + n))
})

test('what is let go of a set makes room, and its last run is not added to any more', () => {
  const memory = new UnitMemory(250)
  memory.remember('first', setOf(1, 80), 80)
  memory.keepBelow(1, 20)
  memory.remember('second', setOf(2, 80), 80)
  expect(memory.find('first')).toMatchObject({ tail: undefined })
  memory.forget(1)
  expect(memory.find('first')).toBeUndefined()
  memory.forgetAll()
  expect(memory.find('second')).toBeUndefined()
})
