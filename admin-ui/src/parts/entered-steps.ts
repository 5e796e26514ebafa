import type { AuditEntry } from '@rampart/contract/admin'

/** When a ramp entered each of its steps for the first time, in epoch milliseconds, as its log has it. */
export function enteredSteps(entries: readonly Pick<AuditEntry, 'at' | 'after'>[]): ReadonlyMap<number, number> {
  const entered = new Map<number, number>()
  for (const { at, after } of entries) {
    const step = typeof after === 'object' && after !== null && 'step' in after ? after.step : undefined
    if (typeof step !== 'number') continue
    const time = Date.parse(at)
    entered.set(step, Math.min(time, entered.get(step) ?? time))
  }
  return entered
}
