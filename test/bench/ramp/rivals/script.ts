import type { Watcher } from '@rampart/server/testing'

/** What pipelines do at home: wait, ask for the error rate, and give up when it is above 5%. */
const LIMIT = 0.05

/**
 * The script at the end of a deployment: it sleeps while a step runs, then asks once what share of the step's requests failed; of those
 * with the new version, or, where nobody knows which those are, of all.
 */
export function script(asks: 'treatment' | 'service'): Watcher {
  let [failed, all] = [0, 0]
  return {
    look({ nT, nC, xT, xC, isStepOver }) {
      failed += asks === 'treatment' ? xT : xT + xC
      all += asks === 'treatment' ? nT : nT + nC
      if (!isStepOver) return false
      const isOver = failed > LIMIT * all
      failed = 0
      all = 0
      return isOver
    },
  }
}
