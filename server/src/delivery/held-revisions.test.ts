import { describe, expect, test } from 'vitest'
import { type HeldRevisions, propagationOf, withHeld } from './held-revisions.ts'

describe('what an instance holds', () => {
  const held: HeldRevisions['held'] = [
    { revision: 5, at: 100 },
    { revision: 7, at: 200 },
  ]

  test.each<[string, { revision: number; at: number }, HeldRevisions['held']]>([
    ['a later revision is added', { revision: 9, at: 300 }, [...held, { revision: 9, at: 300 }]],
    ['the same one again says nothing', { revision: 7, at: 300 }, held],
    ['an older report that was overtaken says nothing', { revision: 6, at: 150 }, held],
    ['a fall back is another life of the database', { revision: 2, at: 300 }, [{ revision: 2, at: 300 }]],
  ])('%s', (_, next, expected) => {
    expect(withHeld(held, next)).toEqual(expected)
  })

  test('only the latest are remembered', () => {
    let long: HeldRevisions['held'] = []
    for (let revision = 1; revision <= 100; revision += 1) long = withHeld(long, { revision, at: revision })
    expect([long.length, long[0]?.revision, long.at(-1)?.revision]).toEqual([32, 69, 100])
  })
})

describe('propagation', () => {
  const instance = (name: string, since: number, ...held: readonly (readonly [number, number])[]): HeldRevisions => ({
    name,
    since,
    held: held.map(([revision, at]) => ({ revision, at })),
  })

  test('those who hold the change, the slowest of them, and who is behind', () => {
    const fleet = [
      instance('quick', 0, [40, 10], [41, 1_050], [44, 9_000]),
      instance('slow', 0, [40, 10], [42, 1_900]),
      instance('late', 0, [40, 10]),
      instance('new', 5_000, [44, 5_100]),
      instance('silent', 0),
    ]
    expect(propagationOf(fleet, { needed: 41, committedAt: 1_000 })).toEqual({
      instances: 5,
      holding: 3,
      slowestMs: 900,
      behind: ['late', 'silent'],
    })
  })

  test('without the time of the change nobody is called slow', () => {
    expect(propagationOf([instance('a', 0, [41, 1_050])], { needed: 41, committedAt: undefined })).toEqual({
      instances: 1,
      holding: 1,
      slowestMs: null,
      behind: [],
    })
  })

  test('clocks that disagree by a moment do not make a change arrive before it was made', () => {
    expect(propagationOf([instance('a', 0, [41, 999])], { needed: 41, committedAt: 1_000 }).slowestMs).toBe(0)
  })

  test('only the first of many are named', () => {
    const fleet = Array.from({ length: 50 }, (_, n) => instance(`i-${String(n).padStart(2, '0')}`, 0))
    const { behind, holding } = propagationOf(fleet, { needed: 1, committedAt: 0 })
    expect([holding, behind.length, behind[0], behind[19]]).toEqual([0, 20, 'i-00', 'i-19'])
  })
})
