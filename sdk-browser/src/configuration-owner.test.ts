import { describe, expect, test } from 'vitest'
import { createConfigurationOwner } from './configuration-owner.ts'
import { flag, patch, rolledOut, snapshot } from './test-snapshots.ts'

function revisions({ shown, latest }: ReturnType<typeof createConfigurationOwner>) {
  return [shown?.revision, latest?.revision]
}

describe('live', () => {
  test('the first word of the server counts more than any cache, whatever revision that has', () => {
    const owner = createConfigurationOwner(false)
    owner.takeLocal(snapshot(9, []))
    expect(revisions(owner)).toEqual([9, undefined])
    expect(owner.takeSnapshot(snapshot(7, []))).toBe('applied')
    expect(revisions(owner)).toEqual([7, 7])
  })

  test('no patch is built upon a cache', () => {
    const owner = createConfigurationOwner(false)
    owner.takeLocal(snapshot(7, []))
    expect(owner.takePatch(patch(7, 8, []))).toBe('gap')
  })

  test('what is held already is ignored, and a gap is none of its business', () => {
    const owner = createConfigurationOwner(false)
    owner.takeSnapshot(snapshot(7, []))
    expect([owner.takeSnapshot(snapshot(7, [])), owner.takePatch(patch(6, 7, []))]).toEqual(['ignored', 'ignored'])
    expect(owner.takePatch(patch(8, 9, []))).toBe('gap')
    expect(owner.takePatch(patch(6, 8, [flag('new')]))).toBe('applied')
    expect([...(owner.shown?.flags.keys() ?? [])]).toEqual(['new'])
  })
})

describe('frozen', () => {
  function frozen() {
    const owner = createConfigurationOwner(true)
    owner.takeSnapshot(snapshot(7, [rolledOut('checkout', 50), rolledOut('banner', 50)]))
    return owner
  }

  const rolloutsOf = ({ shown }: ReturnType<typeof createConfigurationOwner>) =>
    shown?.snapshot.flags.map(({ key, serve, killed }) => [key, killed ?? serve.rollout?.[0]])

  test('a change is held and not shown', () => {
    const owner = frozen()
    expect(owner.takePatch(patch(7, 8, [rolledOut('checkout', 100)]))).toBe('applied')
    expect([revisions(owner), rolloutsOf(owner)]).toEqual([
      [7, 8],
      [
        ['checkout', 50],
        ['banner', 50],
      ],
    ])
  })

  test('an urgent change is shown at once, and what came before it is still not', () => {
    const owner = frozen()
    owner.takePatch(patch(7, 8, [rolledOut('banner', 100)]))
    owner.takePatch(patch(8, 9, [rolledOut('checkout', 0)], { urgent: true }))
    expect([revisions(owner), rolloutsOf(owner)]).toEqual([
      [9, 9],
      [
        ['checkout', 0],
        ['banner', 50],
      ],
    ])
  })

  test('a flag that is gone in an urgent change is gone', () => {
    const owner = frozen()
    owner.takePatch(patch(7, 8, [], { urgent: true, removals: { flags: ['checkout'] } }))
    expect(rolloutsOf(owner)).toEqual([['banner', 50]])
  })

  test('of a whole snapshot the kills are shown', () => {
    const owner = frozen()
    owner.takeSnapshot(snapshot(12, [flag('checkout', { killed: true }), rolledOut('banner', 100)]))
    expect([revisions(owner), rolloutsOf(owner)]).toEqual([
      [12, 12],
      [
        ['checkout', true],
        ['banner', 50],
      ],
    ])
  })

  test('what a cache gave stays as well', () => {
    const owner = createConfigurationOwner(true)
    owner.takeLocal(snapshot(5, [rolledOut('checkout', 10)]))
    owner.takeSnapshot(snapshot(7, [rolledOut('checkout', 50)]))
    expect([revisions(owner), rolloutsOf(owner)]).toEqual([[5, 7], [['checkout', 10]]])
  })
})
