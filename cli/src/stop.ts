import type { Ramp } from '@rampart/contract/admin'
import { codeOfRamp, EXIT, type ExitCode, hasGivenUp, isHeld } from './exit-codes.ts'

/** What a watcher waits for. */
export type Until = { readonly kind: 'done' | 'hold' | 'started' } | { readonly kind: 'step'; readonly percent: number }

export interface Wish {
  readonly until: Until
  readonly exitOnHold: boolean
}

/** Reads `done`, `step:50%`, `hold` or `started`; undefined when it is none of these. */
export function parseUntil(text: string): Until | undefined {
  if (text === 'done' || text === 'hold' || text === 'started') return { kind: text }
  const percent = /^step:(\d{1,3}(?:\.\d{1,3})?)%?$/.exec(text)?.[1]
  return percent === undefined || Number(percent) > 100 ? undefined : { kind: 'step', percent: Number(percent) }
}

/**
 * The exit code when watching should stop now, undefined to go on. An end counts before everything else; what was
 * waited for counts before a hold, so that `--until hold` is 0 and `--exit-on-hold` is 12.
 */
export function stopCode(ramp: Ramp, { until, exitOnHold }: Wish, now: number): ExitCode | undefined {
  const ended = codeOfRamp(ramp)
  if (ended !== undefined) return ended
  if (isReached(ramp, until, now)) return EXIT.done
  if (hasGivenUp(ramp)) return EXIT.noVerdict
  return exitOnHold && isHeld(ramp, now) ? EXIT.held : undefined
}

function isReached(ramp: Ramp, until: Until, now: number): boolean {
  switch (until.kind) {
    case 'done':
      return false
    case 'started':
      return ramp.state !== 'scheduled'
    case 'hold':
      return isHeld(ramp, now)
    case 'step':
      return ramp.state !== 'scheduled' && ramp.percent.now >= until.percent
  }
}
