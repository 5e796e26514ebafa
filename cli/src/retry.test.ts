import { ProblemError } from '@rampart/contract/admin'
import { problems } from '@rampart/contract/errors'
import { describe, expect, test } from 'vitest'
import { nextDelay, troubleOf } from './retry.ts'

/** The error that fetch rejects with when the network fails. */
function network(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

function answered(status: number, retryAfterMs?: number): ProblemError {
  const problem = {
    type: 'about:blank',
    title: problems.overloaded.title,
    status,
    detail: '',
    instance: '/',
    code: 'overloaded' as const,
    requestId: '',
    retryable: true,
  }
  return new ProblemError(problem, retryAfterMs)
}

describe('trouble that may pass', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'before anything was sent (%s) is tried again, whatever was asked',
    (code) => {
      expect(troubleOf(network(code), 'again')?.hopeless).toBe(false)
      expect(troubleOf(network(code), 'once')?.hopeless).toBe(false)
    },
  )

  test.each([network('ECONNRESET'), network('UND_ERR_SOCKET'), new DOMException('', 'TimeoutError')])(
    'that may have lost the answer is tried again only when twice is as good as once',
    (error) => {
      expect(troubleOf(error, 'again')?.hopeless).toBe(false)
      expect(troubleOf(error, 'once')).toEqual({
        words: expect.stringContaining('may have been heard'),
        retryAfterMs: undefined,
        hopeless: true,
      })
    },
  )

  test('is a busy server, with the pause it asks for', () => {
    expect(troubleOf(answered(503, 3_000), 'once')).toEqual({
      words: 'the server is busy or starting',
      retryAfterMs: 3_000,
      hopeless: false,
    })
    expect(troubleOf(answered(429), 'once')).toBeDefined()
  })

  test('is a proxy that lost the answer, unless twice is not as good as once', () => {
    expect(troubleOf(answered(502), 'again')).toBeDefined()
    expect(troubleOf(answered(504), 'once')).toBeUndefined()
  })

  test('is told by its first cause when several addresses were tried', () => {
    const several = new TypeError('fetch failed', {
      cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
    })
    expect(troubleOf(several, 'once')?.words).toBe('the server refuses connections')
  })
})

describe('trouble that does not pass', () => {
  test('is an answer that says no', () => {
    for (const status of [400, 401, 403, 404, 409, 412, 422, 500])
      expect(troubleOf(answered(status), 'again')).toBeUndefined()
  })

  test('is a bug of ours', () => {
    expect(troubleOf(new TypeError('x is not a function'), 'again')).toBeUndefined()
    expect(troubleOf('thrown text', 'again')).toBeUndefined()
  })

  test('is a certificate that is not trusted', () => {
    expect(troubleOf(network('DEPTH_ZERO_SELF_SIGNED_CERT'), 'again')).toEqual({
      words: 'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      retryAfterMs: undefined,
      hopeless: true,
    })
  })
})

describe('the pause before the next try', () => {
  test('doubles from a quarter of a second to five seconds, at least half of it kept', () => {
    expect([0, 1, 2, 3, 4, 5, 100].map((attempt) => nextDelay(attempt, 0, undefined))).toEqual([
      125, 250, 500, 1000, 2000, 2500, 2500,
    ])
    expect(nextDelay(0, 0.999, undefined)).toBeCloseTo(250, 0)
    expect(nextDelay(100, 0.999, undefined)).toBeLessThan(5_000)
  })

  test('is never shorter than the server asks for', () => {
    expect(nextDelay(0, 0, 7_000)).toBe(7_000)
  })
})
