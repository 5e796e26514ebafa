import type { Flag } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { shareOf } from './share.ts'

const boolean: Pick<Flag, 'type' | 'variations'> = {
  type: 'boolean',
  variations: [
    { key: 'off', name: null, value: false },
    { key: 'on', name: null, value: true },
  ],
}

test('a rollout is the share it says', () => {
  expect(shareOf({ variation: 'on', rollout: { percent: 10, otherwise: 'off' } }, boolean, 'off')).toEqual({
    kind: 'share',
    variation: 'on',
    otherwise: 'off',
    percent: 10,
  })
})

test('a plain variation is all of it, and the plain off variation none of the other', () => {
  expect(shareOf({ variation: 'on' }, boolean, 'off')).toMatchObject({ variation: 'on', percent: 100 })
  expect(shareOf({ variation: 'off' }, boolean, 'off')).toMatchObject({ variation: 'on', otherwise: 'off', percent: 0 })
})

test('a split is no single share', () => {
  expect(shareOf({ split: { weights: { on: 50_000, off: 50_000 } } }, boolean, 'off').kind).toBe('split')
})
