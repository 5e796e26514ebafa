import type { Detail, Finding, Judging } from './finding.ts'

const nobody = { units: 0, events: 0, rate: null }

/** Of a guard that cannot judge anything so far. */
export function nothingYet({ weights }: Judging, method: Finding['method'], detail: Detail): Finding {
  return {
    method,
    log: Math.log(weights.reduce((sum, weight) => sum + weight, 0)),
    verdict: 'collecting',
    onlyHolds: null,
    show: () => ({ control: nobody, treatment: nobody, change: null, ticks: null, detail }),
  }
}
