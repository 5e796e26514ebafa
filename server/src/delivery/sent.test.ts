import { expect, test } from 'vitest'
import { lastSent, neededFor, type Sent, withPatch } from './sent.ts'

/** Held 10 at first; 11 changed nothing, 12 was sent alone, 13 to 15 together, 16 changed nothing. */
const sent: Sent = withPatch(withPatch({ base: 10, patches: [] }, 12), 15)

test.each([
  ['one from before the record', 7, 7],
  ['the one held at first', 10, 10],
  ['one that went out with a later one: it has to be held itself', 11, 11],
  ['one that was sent alone', 12, 12],
  ['the first of several that were sent together', 13, 13],
  ['the last of them', 15, 15],
  ['one that changed nothing for the audience: the last one sent', 16, 15],
])('to have %s', (_, revision, needed) => {
  expect(neededFor(sent, revision)).toBe(needed)
})

test('a patch follows the last one that was sent', () => {
  expect(sent).toEqual({
    base: 10,
    patches: [
      { from: 10, revision: 12 },
      { from: 12, revision: 15 },
    ],
  })
  expect([lastSent({ base: 10, patches: [] }), lastSent(sent)]).toEqual([10, 15])
})

test('only so many patches are remembered', () => {
  let long: Sent = { base: 0, patches: [] }
  for (let revision = 1; revision <= 1_500; revision += 1) long = withPatch(long, revision)
  expect([long.base, long.patches.length, lastSent(long)]).toEqual([500, 1_000, 1_500])
})
