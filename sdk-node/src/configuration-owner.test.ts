import { evaluate } from '@rampart/core'
import { describe, expect, test } from 'vitest'
import { createConfigurationOwner } from './configuration-owner.ts'
import { flag, patch, snapshot } from './test-snapshots.ts'

const on = flag('checkout')
const off = flag('checkout', { on: false })
const elsewhere = { environment: 'staging' } as const

/** What was done with a document, and what is held then. */
function owner() {
  const one = createConfigurationOwner()
  const held = () => [one.current?.revision, one.current?.snapshot.environment]
  return { one, held }
}

describe('documents of the server', () => {
  test('are taken when they are newer, and say which flags changed', () => {
    const { one } = owner()
    expect(one.takeSnapshot(snapshot(7, [on, flag('other')]))).toMatchObject({
      kind: 'applied',
      keys: ['checkout', 'other'],
    })
    expect(one.takeSnapshot(snapshot(8, [off, flag('other')]))).toMatchObject({
      kind: 'applied',
      keys: ['checkout'],
    })
    expect(one.takePatch(patch(8, 9, [on]))).toMatchObject({ kind: 'applied', keys: ['checkout'] })
    expect(one.current?.revision).toBe(9)
  })

  test('never take anything back: an older snapshot from a server that lags is ignored', () => {
    const { one } = owner()
    one.takeSnapshot(snapshot(7, [off]))
    expect(one.takeSnapshot(snapshot(6, [on]))).toEqual({ kind: 'ignored' })
    expect(one.takePatch(patch(5, 7, [on]))).toEqual({ kind: 'ignored' })
    expect(one.current?.snapshot.flags).toEqual([off])
  })

  test('of a database that was set back are taken: the server knew what is held, and said something earlier', () => {
    const { one } = owner()
    one.takeSnapshot(snapshot(7, [off]))
    expect(one.takeSnapshot(snapshot(5, [on]), 5)).toEqual({ kind: 'ignored' })
    expect(one.takeSnapshot(snapshot(5, [on]), 7)).toMatchObject({ kind: 'applied', keys: ['checkout'] })
    expect(one.takePatch(patch(5, 6, [off]))).toMatchObject({ kind: 'applied', keys: ['checkout'] })
    expect(one.current?.revision).toBe(6)
  })

  test('of another environment replace what is held', () => {
    const { one, held } = owner()
    one.takeSnapshot(snapshot(7, [on]))
    one.takeSnapshot(snapshot(2, [off], elsewhere))
    expect(held()).toEqual([2, 'staging'])
  })

  test('leave a gap when something between is missing', () => {
    const { one } = owner()
    one.takeSnapshot(snapshot(7, [on]))
    expect(one.takePatch(patch(8, 9, [off]))).toEqual({ kind: 'gap' })
    expect(one.current?.revision).toBe(7)
  })
})

describe('local documents', () => {
  test('answer until the server has, whatever revision that brings', () => {
    const { one, held } = owner()
    expect(one.takeLocal(snapshot(100, [on]))).toMatchObject({ kind: 'applied', keys: ['checkout'] })
    expect(one.confirmed).toBe(false)
    one.takeSnapshot(snapshot(7, [off]))
    expect([one.confirmed, ...held()]).toEqual([true, 7, 'production'])
  })

  test('that come after the server has answered are ignored', () => {
    const { one } = owner()
    one.takeSnapshot(snapshot(7, [on]))
    expect(one.takeLocal(snapshot(8, [off]))).toEqual({ kind: 'ignored' })
  })

  test('of one environment: the newer one counts', () => {
    const { one, held } = owner()
    one.takeLocal(snapshot(7, [on]))
    expect(one.takeLocal(snapshot(6, [off]))).toEqual({ kind: 'ignored' })
    one.takeLocal(snapshot(8, [off]))
    expect(held()).toEqual([8, 'production'])
  })

  test('are nothing that a patch could continue', () => {
    const { one } = owner()
    one.takeLocal(snapshot(7, [on]))
    expect(one.takePatch(patch(7, 8, [off]))).toEqual({ kind: 'gap' })
  })
})

test('a pattern is read as RE2 has it, in linear time, from wherever the document came', () => {
  const matching = (operand: string, ignoreCase?: true) => {
    const when = { attribute: 'plan', operator: 'matches', operand, ...(ignoreCase && { ignoreCase }) } as const
    return [flag('checkout', { rules: [{ id: 'r', when, serve: { to: 1 } }], serve: { to: 0 } })]
  }
  const asked = (flags: ReturnType<typeof matching>, origin: 'local' | 'server', plan: string) => {
    const { one } = owner()
    if (origin === 'local') one.takeLocal(snapshot(7, flags))
    else one.takeSnapshot(snapshot(7, flags))
    return one.current && evaluate(one.current, 'checkout', { targetingKey: 'u', plan }).value
  }
  expect(asked(matching('(?i)\\bPRO\\b'), 'server', 'the pro plan')).toBe(true)
  expect(asked(matching('^pro$', true), 'local', 'PRO')).toBe(true)
  // an engine that backtracks would not come back from this one
  expect(asked(matching('^(a+)+$'), 'server', `${'a'.repeat(2_000)}b`)).toBe(false)
  // RE2 has no look-ahead: the rule matches nobody
  expect(asked(matching('pro(?=x)'), 'server', 'prox')).toBe(false)
})
