import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

/** Work that ends when it is told to. */
function steps() {
  const ends: (() => void)[] = []
  const begun: number[] = []
  return {
    begun,
    work: (n: number) => () => {
      begun.push(n)
      return new Promise<void>((resolve) => ends.push(resolve))
    },
    endNext: async (): Promise<void> => {
      ends.shift()?.()
      await new Promise(setImmediate)
    },
  }
}

test('as many are opened at once as may be, and the others in the order they came', async () => {
  const admission = new Admission({ atOnce: 2, waiting: 10 })
  const { begun, work, endNext } = steps()
  const all = [1, 2, 3, 4].map((n) => admission.enter(work(n)))
  expect(begun).toEqual([1, 2])
  await endNext()
  expect(begun).toEqual([1, 2, 3])
  await endNext()
  await endNext()
  await endNext()
  await Promise.all(all)
  expect(begun).toEqual([1, 2, 3, 4])
})

test('one that fails gives its place to the next', async () => {
  const admission = new Admission({ atOnce: 1, waiting: 1 })
  const failed = admission.enter(() => Promise.reject(new Error('the key is not known')))
  const next = admission.enter(() => Promise.resolve('opened'))
  await expect(failed).rejects.toThrow('the key is not known')
  expect(await next).toBe('opened')
})

test('those for whom there is no room are told to come again, at different times', async () => {
  const randoms = [0, 0.5, 0.999]
  const admission = new Admission({ atOnce: 1, waiting: 1 }, () => randoms.shift() ?? 0)
  const { work } = steps()
  void admission.enter(work(1))
  void admission.enter(work(2))
  const refused = await Promise.all([3, 4, 5].map((n) => admission.enter(work(n)).catch((error: unknown) => error)))
  expect(refused).toMatchObject([
    { code: 'overloaded', extras: { retryAfterMs: 1_000 } },
    { code: 'overloaded', extras: { retryAfterMs: 3_000 } },
    { code: 'overloaded', extras: { retryAfterMs: 5_000 } },
  ])
})
