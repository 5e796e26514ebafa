import type { Propagation } from '@rampart/contract/admin'
import { sayDelay } from './time-words.ts'

/** `31 of 38 SDKs have it…`, `38 of 38 SDKs have it, slowest 0.9 s`, or that none is connected. */
export function sayPropagation({
  instances,
  holding,
  slowestMs,
}: Pick<Propagation, 'instances' | 'holding' | 'slowestMs'>): string {
  if (instances === 0) return 'No SDK is connected; each gets it when it connects'
  const have = `${holding} of ${instances} ${instances === 1 ? 'SDK has' : 'SDKs have'} it`
  if (holding < instances) return `${have}…`
  return slowestMs === null ? have : `${have}, slowest ${sayDelay(slowestMs)}`
}
