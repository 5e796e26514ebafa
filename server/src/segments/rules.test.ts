import { expect, test } from 'vitest'
import { wrongWay } from './rules.ts'

type Graph = Readonly<Record<string, readonly string[]>>
const wrongIn = (graph: Graph) => wrongWay(Object.keys(graph), (key) => graph[key] ?? [])

test.each<[Graph, readonly string[] | undefined]>([
  [{ a: ['b'], b: ['c'], c: [] }, undefined],
  [{ a: ['a'] }, ['a', 'a']],
  [{ a: ['b', 'c'], b: [], c: ['a'] }, ['a', 'c', 'a']],
  [{ a: ['b'], b: ['c'], c: ['b'] }, ['b', 'c', 'b']],
  [{ a: [], b: ['gone'] }, undefined],
])('%j leads in a circle: %j', (graph, way) => {
  expect(wrongIn(graph)).toEqual(way)
})

test('a chain as deep as evaluation follows is fine, one deeper is not, wherever the change was', () => {
  const chain = (length: number): Graph =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`s${length - i}`, i === 0 ? [] : [`s${length - i + 1}`]]))
  expect(wrongIn(chain(20))).toBeUndefined()
  expect(wrongIn(chain(21))).toEqual(Array.from({ length: 21 }, (_, i) => `s${i + 1}`))
})

test('the deepest way counts, not the first that was walked', () => {
  const short: Graph = { a: ['x', 'b'], b: ['c'], c: ['x'], x: ['y'], y: [] }
  expect(wrongIn(short)).toBeUndefined()
  const tail = Array.from({ length: 18 }, (_, i) => [`t${i}`, i === 17 ? [] : [`t${i + 1}`]] as const)
  expect(wrongIn({ a: ['t0', 'b'], b: ['c'], c: ['t0'], ...Object.fromEntries(tail) })).toHaveLength(21)
})

test('a wide graph is walked once', () => {
  // without remembering what is done, this would visit 2^18 ways
  const next = (key: string) => (Number(key) < 18 ? [String(Number(key) + 1), String(Number(key) + 1)] : [])
  let visits = 0
  const way = wrongWay(['0'], (key) => {
    visits += 1
    return next(key)
  })
  expect([way, visits]).toEqual([undefined, 19])
})
