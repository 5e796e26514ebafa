import { expect, test } from 'vitest'
import { announced, quiet } from './announcements.ts'

test('what is urgent is said at once', () => {
  const said = announced(
    announced(quiet, { words: 'Step 2', manner: 'polite' }, 0),
    { words: 'Killed', manner: 'urgent' },
    5,
  )
  expect(said).toMatchObject({ urgent: 'Killed', polite: 'Step 2' })
})

test('the polite have one message in thirty seconds, and only the last of those that came in between', () => {
  let state = announced(quiet, { words: 'one', manner: 'polite' }, 0)
  state = announced(state, { words: 'two', manner: 'polite' }, 10_000)
  state = announced(state, { words: 'three', manner: 'polite' }, 20_000)
  expect(state).toMatchObject({ polite: 'one', waiting: 'three', waitMs: 10_000 })
  expect(announced(state, null, 30_000)).toMatchObject({ polite: 'three', waiting: null })
})

test('nothing is said twice', () => {
  const state = announced(quiet, { words: 'one', manner: 'polite' }, 0)
  expect(announced(state, { words: 'one', manner: 'polite' }, 60_000)).toMatchObject({ polite: 'one', saidAt: 0 })
})
