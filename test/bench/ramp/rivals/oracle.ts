import type { Watcher } from '@rampart/server/testing'

/**
 * Who knows the ratio and only waits for proof: the likelihood ratio of it against none (Wald 1945), at the same alpha. No test can do
 * with much less on average.
 */
export function oracle(ratio: number, alpha = 0.01): Watcher {
  let log = 0
  return {
    look({ share, xT, xC }) {
      log += xT * Math.log(ratio) - (xT + xC) * Math.log1p(share * (ratio - 1))
      return log >= Math.log(1 / alpha)
    },
  }
}
