import { describe, expect, test } from 'vitest'
import { onKey, sayKeys } from './keys.ts'

const CTRL_C = '\u0003'
const watching = { paused: false, onInterrupt: 'ask' } as const
const nothing = { kind: 'none' }

describe('while watching', () => {
  test('p pauses a running ramp and resumes a paused one', () => {
    expect(onKey('watching', 'p', watching)).toEqual({ mode: 'watching', action: { kind: 'pause' } })
    expect(onKey('watching', 'p', { ...watching, paused: true }).action).toEqual({ kind: 'resume' })
  })

  test('d detaches, which is no failure', () => {
    expect(onKey('watching', 'd', watching).action).toEqual({ kind: 'stop', first: 'leave', exitCode: 0 })
  })

  test('what changes the share wants its key twice', () => {
    const once = onKey('watching', 'r', watching)
    expect(once).toEqual({ mode: 'sure to roll back', action: nothing })
    expect(onKey(once.mode, 'r', watching)).toEqual({ mode: 'watching', action: { kind: 'rollback' } })
    const advance = onKey('watching', 'a', watching)
    expect(onKey(advance.mode, 'a', watching)).toEqual({ mode: 'watching', action: { kind: 'advance' } })
  })

  test('another key in between takes it back', () => {
    expect(onKey('sure to roll back', 'x', watching)).toEqual({ mode: 'watching', action: nothing })
    expect(onKey('sure to roll back', 'a', watching)).toEqual({ mode: 'sure to advance', action: nothing })
  })
})

describe('Ctrl-C', () => {
  test('asks what should become of the ramp', () => {
    expect(onKey('watching', CTRL_C, watching)).toEqual({ mode: 'leaving', action: nothing })
  })

  test('does at once what was said before', () => {
    expect(onKey('watching', CTRL_C, { ...watching, onInterrupt: 'rollback' }).action).toEqual({
      kind: 'stop',
      first: 'rollback',
      exitCode: 130,
    })
  })

  test.each([
    ['l', 'leave'],
    ['p', 'pause'],
    ['r', 'rollback'],
    [CTRL_C, 'leave'],
  ] as const)('answered with %j means to %s', (key, first) => {
    expect(onKey('leaving', key, watching).action).toEqual({ kind: 'stop', first, exitCode: 130 })
  })

  test('answered with any other key goes on watching', () => {
    expect(onKey('leaving', 'x', watching)).toEqual({ mode: 'watching', action: nothing })
  })
})

test('the line of keys says what the next key does', () => {
  expect(sayKeys('watching', false)).toBe('p pause · a advance · r roll back · d detach (ramp goes on)')
  expect(sayKeys('watching', true)).toMatch(/^p resume/)
  expect(sayKeys('sure to roll back', false)).toMatch(/^Press r again/)
  expect(sayKeys('leaving', false)).toMatch(/^Leave: l let the ramp go on/)
})
