import type { Patch, Snapshot } from '@rampart/contract/wire'
import { describe, expect, test } from 'vitest'
import { createLocalSource } from './local.ts'
import { thisPage } from './surroundings.ts'
import { flag, patch, rolledOut, snapshot } from './test-snapshots.ts'

function sourceOf(isFrozen: boolean) {
  const source = createLocalSource(thisPage, undefined, 'ana', isFrozen)
  return {
    source,
    put: (document: Snapshot, told?: number) => source.take('put', document, told),
    patched: (document: Patch) => source.take('patch', document, undefined),
    /** Of what is shown, and of what the server said last. */
    revisions: () => [source.shown, source.revision],
  }
}

describe('live', () => {
  test('the first word of the server counts more than any cache, whatever revision that has', () => {
    const { source, put, revisions } = sourceOf(false)
    expect(source.takeLocal(snapshot(9, []))).toBe(true)
    expect(revisions()).toEqual([9, undefined])
    expect(put(snapshot(7, []))).toBe('held')
    expect(revisions()).toEqual([7, 7])
  })

  test('no patch is built upon a cache', () => {
    const { source, patched } = sourceOf(false)
    source.takeLocal(snapshot(7, []))
    expect(patched(patch(7, 8, []))).toBe('gap')
  })

  test('what is held already changes nothing, and a gap is none of its business', () => {
    const { source, put, patched, revisions } = sourceOf(false)
    put(snapshot(7, [flag('old')]))
    const { answers } = source
    expect([put(snapshot(7, [])), patched(patch(6, 7, []))]).toEqual(['held', 'held'])
    expect([source.answers === answers, patched(patch(8, 9, []))]).toEqual([true, 'gap'])
    expect(patched(patch(6, 8, [flag('new')], { removals: { flags: ['old'] } }))).toBe('held')
    expect([revisions(), [...(source.answers?.keys() ?? [])]]).toEqual([[8, 8], ['new']])
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['another format', { ...snapshot(8, []), format: 2 }],
    ['what is for servers', { ...snapshot(8, []), audience: 'server' }],
    ['a list that is none', { ...snapshot(8, []), flags: {} }],
    ['a revision that is none', { ...snapshot(8, []), revision: 'x' }],
  ])('%s cannot be read, and what is held stays', (_, document) => {
    const { source, put, revisions } = sourceOf(false)
    put(snapshot(7, []))
    expect([source.take('put', document, undefined), revisions()]).toEqual(['unreadable', [7, 7]])
  })

  test('what is malformed costs nobody but itself', () => {
    const { source } = sourceOf(false)
    const flags = [null, { key: 7 }, { key: 'broken', on: 'yes' }, flag('good')] as unknown as Snapshot['flags']
    const lists = { flags, watches: [null, {}] as unknown as Snapshot['watches'] }
    expect(source.take('put', { ...snapshot(7, []), ...lists }, undefined)).toBe('held')
    expect([...(source.answers?.values() ?? [])].map(({ key, value, error }) => [key, value, error])).toEqual([
      ['broken', undefined, 'invalid_flag'],
      ['good', true, undefined],
    ])
  })

  test('a server whose database was set back is believed, and one that only answers late is not', () => {
    const { put, revisions } = sourceOf(false)
    put(snapshot(7, []))
    put(snapshot(5, []))
    put(snapshot(5, []), 5)
    expect(revisions()).toEqual([7, 7])
    put(snapshot(5, []), 7)
    expect(revisions()).toEqual([5, 5])
  })

  test('patterns are matched by the engine of the page', () => {
    const { source, put } = sourceOf(false)
    const when = { attribute: 'targetingKey', operator: 'matches', operand: '^a.a$' } as const
    put(snapshot(7, [flag('named', { rules: [{ id: 'r1', when, serve: { to: 0 } }] })]))
    expect(source.answers?.get('named')).toMatchObject({ value: false, reason: 'rule', rule: 'r1' })
  })
})

describe('frozen', () => {
  function frozen() {
    const made = sourceOf(true)
    made.put(snapshot(7, [rolledOut('checkout', 50), rolledOut('banner', 50)]))
    return made
  }

  const rolloutsOf = ({ source }: ReturnType<typeof sourceOf>) =>
    source.rules?.flags.map(({ key, serve, killed }) => [key, killed ?? serve.rollout?.[0]])

  test('a change is held and not shown', () => {
    const made = frozen()
    expect(made.patched(patch(7, 8, [rolledOut('checkout', 100)]))).toBe('held')
    expect([made.revisions(), rolloutsOf(made)]).toEqual([
      [7, 8],
      [
        ['checkout', 50],
        ['banner', 50],
      ],
    ])
  })

  test('an urgent change is shown at once, and what came before it is still not', () => {
    const made = frozen()
    made.patched(patch(7, 8, [rolledOut('banner', 100)]))
    made.patched(patch(8, 9, [rolledOut('checkout', 0)], { urgent: true }))
    expect([made.revisions(), rolloutsOf(made)]).toEqual([
      [9, 9],
      [
        ['checkout', 0],
        ['banner', 50],
      ],
    ])
  })

  test('a flag that is gone in an urgent change is gone', () => {
    const made = frozen()
    made.patched(patch(7, 8, [], { urgent: true, removals: { flags: ['checkout'] } }))
    expect(rolloutsOf(made)).toEqual([['banner', 50]])
  })

  test('of a whole snapshot the kills are shown', () => {
    const made = frozen()
    made.put(snapshot(12, [flag('checkout', { killed: true }), rolledOut('banner', 100)]))
    expect([made.revisions(), rolloutsOf(made)]).toEqual([
      [12, 12],
      [
        ['checkout', true],
        ['banner', 50],
      ],
    ])
  })

  test('what a cache gave stays as well', () => {
    const made = sourceOf(true)
    made.source.takeLocal(snapshot(5, [rolledOut('checkout', 10)]))
    made.put(snapshot(7, [rolledOut('checkout', 50)]))
    expect([made.revisions(), rolloutsOf(made)]).toEqual([[5, 7], [['checkout', 10]]])
  })
})

describe('values without rules', () => {
  const bootstrap = { format: 1, revision: 5, values: [{ key: 'vip', value: true, variation: 'on', reason: 'rule' }] }
  const begun = (isFrozen: boolean) => {
    const made = sourceOf(isFrozen)
    expect(made.source.takeLocal(bootstrap)).toBe(true)
    return { ...made, vip: () => made.source.answers?.get('vip')?.value }
  }

  test('are of whoever they were asked for, and of nobody else', () => {
    const { source, vip, put } = begun(false)
    source.identify({ targetingKey: 'ana' })
    expect(vip()).toBe(true)
    source.identify('ben')
    expect(source.answers).toBeUndefined()
    put(snapshot(7, [flag('vip', { on: false })]))
    expect(vip()).toBe(false)
  })

  test('stay where updates are frozen, but for what is killed or changed in a hurry', () => {
    const { source, vip, put, patched } = begun(true)
    put(snapshot(7, [flag('vip', { on: false }), flag('other')]))
    expect([vip(), source.answers?.get('other')]).toEqual([true, undefined])
    patched(patch(7, 8, [flag('vip', { on: false })]))
    expect(vip()).toBe(true)
    patched(patch(8, 9, [flag('vip', { on: false })], { urgent: true }))
    expect(vip()).toBe(false)
  })

  test('give way to a kill where updates are frozen, and to the rules for somebody else', () => {
    const { source, vip, put } = begun(true)
    put(snapshot(7, [flag('vip', { killed: true }), flag('other')]))
    expect([vip(), source.answers?.has('other')]).toEqual([false, false])
    source.identify('ben')
    expect(source.answers?.get('other')?.value).toBe(true)
  })
})

test('of values that were handed over those are left out that could not be counted', () => {
  const { source } = sourceOf(false)
  const value = (key: string, stand: unknown) => ({ key, value: true, variation: 'on', reason: 'rule', stand })
  const watch = { ramp: 'r_1', seq: 1, tickMs: 1_000, metrics: [] }
  source.takeLocal({ format: 1, revision: 5, values: [value('odd', {}), null, value('good', { watch })] })
  expect([...(source.answers?.keys() ?? [])]).toEqual(['good'])
})

test('a watch that says too little is left out', () => {
  const { source, put } = sourceOf(false)
  const metrics = [{ metric: 'order', take: 'first' }]
  const watches = [
    { ramp: 'r_1', metrics: [null], tickMs: 1_000 },
    { ramp: 'r_2', metrics },
    { ramp: 'r_3', metrics, tickMs: 1_000 },
  ] as unknown as Snapshot['watches']
  put(snapshot(7, [flag('checkout')], { watches }))
  expect(source.rules?.watches.map(({ ramp }) => ramp)).toEqual(['r_3'])
})
