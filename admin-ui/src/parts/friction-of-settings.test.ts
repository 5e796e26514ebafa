import type { ConfigSettings, Serve } from '@rampart/contract/admin'
import { expect, test } from 'vitest'
import { frictionOfSettings } from './friction-of-settings.ts'

function settings(everyoneElse: Serve, on = true): ConfigSettings {
  return { on, off: 'off', prerequisites: [], layer: null, rules: [], everyoneElse }
}

const share = (percent: number): Serve => ({ variation: 'on', rollout: { percent, otherwise: 'off' } })

test('a change of everyone else asks as much as the rise of the variation that rises most', () => {
  const asked = (before: Serve, after: Serve) => frictionOfSettings(settings(before), settings(after), true)
  expect(asked(share(10), share(15))).toBe('review')
  expect(asked(share(10), share(40))).toBe('typed')
  expect(asked(share(40), share(10))).toBe('review')
  expect(asked({ variation: 'off' }, { split: { weights: { on: 50_000, off: 50_000 } } })).toBe('typed')
})

test('switching on is a release, and nothing is typed where nothing is protected', () => {
  expect(frictionOfSettings(settings(share(1), false), settings(share(1)), true)).toBe('typed')
  expect(frictionOfSettings(settings(share(1), false), settings(share(100)), false)).toBe('review')
})
