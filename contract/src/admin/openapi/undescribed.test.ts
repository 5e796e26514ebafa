import { expect, test } from 'vitest'
import { examples } from './examples.ts'
import { problemExample } from './problem.ts'
import { undescribed } from './undescribed.ts'

const FLAG = { method: 'GET', path: '/api/v1/projects/demo/flags/checkout', status: 200 }
const flag = examples.FlagView as { readonly variations: readonly object[] }

test('an answer that is as described has nothing to say', () => {
  expect(undescribed({ ...FLAG, body: examples.FlagView })).toBeUndefined()
  expect(undescribed({ ...FLAG, status: 304, body: undefined })).toBeUndefined()
  expect(undescribed({ ...FLAG, status: 404, body: problemExample('not_found') })).toBeUndefined()
  expect(undescribed({ method: 'DELETE', path: '/api/v1/session', status: 204, body: undefined })).toBeUndefined()
})

test('what is not of the management API is nobody’s to describe here', () => {
  expect(undescribed({ method: 'GET', path: '/healthz', status: 500, body: '' })).toBeUndefined()
})

test.each([
  ['a member too many', { ...flag, colour: 'red' }, 'getFlag answered 200: /colour is not described'],
  [
    'one deep inside',
    { ...flag, variations: [{ ...flag.variations[0], colour: 'red' }] },
    /^getFlag answered 200: \/variations\/0 Unrecognized key/,
  ],
  ['one too few', { ...flag, key: undefined }, /^getFlag answered 200: \/key /],
  ['nothing', undefined, /^getFlag answered 200: \/ /],
])('%s is told', (_, body, difference) => {
  expect(undescribed({ ...FLAG, body })).toEqual(
    typeof difference === 'string' ? difference : expect.stringMatching(difference),
  )
})

test('a member of an open object that is not described is told', () => {
  const page = { items: [{ ...(examples.Metric as object), unit: 'ms' }], next: null }
  const path = '/api/v1/projects/demo/environments/production/metrics'
  expect(undescribed({ method: 'GET', path, status: 200, body: page })).toBe(
    'listMetrics answered 200: /items/0/unit is not described',
  )
})

test.each([
  ['a status', 201, examples.FlagView, 'this status is not described'],
  ['a problem', 409, problemExample('killed'), 'the problem killed is not described'],
  ['a status of a problem', 400, problemExample('not_found'), 'not_found has status 404'],
  [
    'a member of a problem',
    404,
    { ...problemExample('not_found'), stack: '' },
    'members of a problem that are not described: stack',
  ],
  ['a page of a proxy', 502, undefined, 'it is no problem document'],
])('%s that is not described is told', (_, status, body, difference) => {
  expect(undescribed({ ...FLAG, status, body })).toBe(`getFlag answered ${status}: ${difference}`)
})
