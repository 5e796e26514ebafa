import { expect, test } from 'vitest'
import { HashSet } from './hash-set.ts'
import { UnitMemory, type UnitSet } from './memory.ts'

function setOf(id: number, hashes: number): UnitSet {
  const set: UnitSet = { id, hashes: new HashSet(), tail: { run: 0, bytes: Buffer.alloc(0) }, next: 1 }
  for (let n = 0; n < hashes; n += 1) set.hashes.add(n, n)
  return set
}

test('the sets that were not asked for for the longest are forgotten when all are too large, the last one never', () => {
  const memory = new UnitMemory(100)
  const [first, second] = [setOf(1, 40), setOf(2, 40)]
  memory.remember('first', first, 40)
  memory.remember('second', second, 40)
  memory.remember('first', first, 0)
  memory.remember('third', setOf(3, 30), 30)
  expect(['first', 'second', 'third'].map((name) => memory.find(name)?.id)).toEqual([1, undefined, 3])
  memory.remember('large', setOf(4, 1_000), 1_000)
  expect(['first', 'third', 'large'].map((name) => memory.find(name)?.id)).toEqual([undefined, undefined, 4])
})

test('what is let go of a set makes room, and its last run is not added to any more', () => {
  const memory = new UnitMemory(100)
  memory.remember('first', setOf(1, 80), 80)
  memory.keepBelow(1, 20)
  memory.remember('second', setOf(2, 80), 80)
  expect(memory.find('first')).toMatchObject({ tail: undefined })
  memory.forget(1)
  expect(memory.find('first')).toBeUndefined()
  memory.forgetAll()
  expect(memory.find('second')).toBeUndefined()
})
