import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketBound, bucketOf, isMetricName } from './metric.ts'

describe('buckets', () => {
  test.each([
    [1, 0],
    [2, 8],
    [1024, 80],
    [0.5, -8],
    [1.0000001, 1],
    [0, -160],
    [-5, -160],
    [1e-300, -160],
    [1e300, 400],
    [2 ** 50, 400],
  ])('the value %d is in bucket %d', (value, bucket) => {
    expect(bucketOf(value)).toBe(bucket)
  })

  test('a value is not above the bound of its bucket, and above the one before', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1e15, noNaN: true }), (value) => {
        const bucket = bucketOf(value)
        return value <= bucketBound(bucket) && value > bucketBound(bucket - 1)
      }),
    )
  })

  test('a bound is in its own bucket', () => {
    for (let bucket = -160; bucket <= 400; bucket++) expect(bucketOf(bucketBound(bucket))).toBe(bucket)
  })
})

test.each([
  ['checkout_error', true],
  ['http.5xx', true],
  ['a', true],
  [`a${'b'.repeat(63)}`, true],
  [`a${'b'.repeat(64)}`, false],
  ['', false],
  ['Checkout', false],
  ['5xx', false],
  ['a-b', false],
  ['a\n', false],
])('%j as a metric name: %s', (name, good) => {
  expect(isMetricName(name)).toBe(good)
})
