import { expect, test } from 'vitest'
import { sayAgo, sayBriefly, sayCountdown, sayDelay } from './time-words.ts'

const s = 1000
const min = 60 * s
const h = 60 * min
const d = 24 * h

test('an age is told in its largest unit', () => {
  expect([-5 * s, 3 * s, 45 * s, 6 * min, 5 * h, 3 * d].map(sayAgo)).toEqual([
    'just now',
    'just now',
    '45 s ago',
    '6 min ago',
    '5 h ago',
    '3 d ago',
  ])
})

test('a countdown runs by the second below an hour and never shows less than is left', () => {
  expect([-1, 0, 1, 9 * s, 8 * min + 47.2 * s, 2 * h + 5 * min, 3 * d + 4 * h].map(sayCountdown)).toEqual([
    'now',
    'now',
    '0:01',
    '0:09',
    '8:48',
    '2 h 05 min',
    '3 d 4 h',
  ])
})

test('a tab has room for one unit', () => {
  expect([0, 45 * s, 8 * min + 20 * s, 2 * h + 5 * min, 3 * d].map(sayBriefly)).toEqual([
    'now',
    '45s',
    '8m',
    '2h',
    '3d',
  ])
})

test('a delay is told in milliseconds while it is short', () => {
  expect([0, 45.4, 900, 1240, 12_400].map(sayDelay)).toEqual(['0 ms', '45 ms', '0.9 s', '1.2 s', '12 s'])
})
