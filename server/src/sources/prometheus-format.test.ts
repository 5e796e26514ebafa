import { describe, expect, test } from 'vitest'
import { parseAnswer } from './prometheus-format.ts'

const success = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } })

describe('an answer of Prometheus', () => {
  test.each([
    [
      'a vector, whose values are texts',
      success('vector', [
        { metric: { __name__: 'up', job: 'shop' }, value: [1772366400.123, '1'] },
        { metric: {}, value: [1772366400, 'NaN'] },
        { metric: {}, value: [1772366400, '+Inf'] },
        { metric: {}, value: [1772366400, '-Inf'] },
        { metric: {}, value: [1772366400, '1e+06'] },
      ]),
      {
        kind: 'samples',
        samples: [
          { labels: { __name__: 'up', job: 'shop' }, value: 1 },
          { labels: {}, value: Number.NaN },
          { labels: {}, value: Number.POSITIVE_INFINITY },
          { labels: {}, value: Number.NEGATIVE_INFINITY },
          { labels: {}, value: 1_000_000 },
        ],
      },
    ],
    ['an empty vector', success('vector', []), { kind: 'samples', samples: [] }],
    ['a scalar', success('scalar', [1772366400, '0.5']), { kind: 'samples', samples: [{ labels: {}, value: 0.5 }] }],
    [
      'values over time',
      success('matrix', [
        {
          metric: {},
          values: [
            [1772366400, '1'],
            [1772366460.5, '2'],
          ],
        },
      ]),
      {
        kind: 'series',
        series: [
          [
            [1772366400000, 1],
            [1772366460500, 2],
          ],
        ],
      },
    ],
    [
      'a text',
      success('string', [1772366400, 'x']),
      { kind: 'rejected', words: 'the query gives a string, not numbers' },
    ],
    [
      'a vector of another shape',
      success('vector', [{ metric: {}, value: ['1'] }]),
      { kind: 'unreadable', words: 'it answered with a vector of an unknown shape' },
    ],
  ])('may be %s', (_, text, expected) => {
    expect(parseAnswer(200, text)).toEqual(expected)
  })

  test('that is an error says which', () => {
    const text = '{"status":"error","errorType":"bad_data","error":"parse error: unclosed left parenthesis"}'
    expect(parseAnswer(400, text)).toEqual({
      kind: 'rejected',
      words: 'bad_data: parse error: unclosed left parenthesis',
    })
  })

  test.each([
    [200, '<html>Sign in</html>', 'it answered 200 with something that is not JSON'],
    [502, '', 'it answered 502 with something that is not JSON'],
    [200, '[]', 'it answered 200 with something that is not JSON'],
    [200, '{"status":"ok"}', 'it answered 200 with something that is not an answer of Prometheus'],
    [503, success('vector', []), 'it answered 503 with something that is not an answer of Prometheus'],
  ])('is not %d %s', (status, text, words) => {
    expect(parseAnswer(status, text)).toEqual({ kind: 'unreadable', words })
  })
})
