import type { Evidence, Verdict } from '@rampart/contract/admin'

export type Tone = 'ok' | 'bad' | 'wait' | 'quiet'

export interface VerdictLook {
  readonly word: string
  readonly mark: '✔' | '✖' | '…' | '–' | '!' | '⤼'
  readonly tone: Tone
}

/** Only `clear` is ever green: a guard that has not seen enough is waiting, and one that was skipped says so. */
export const verdictLooks: Readonly<Record<Verdict, VerdictLook>> = {
  clear: { word: 'ok', mark: '✔', tone: 'ok' },
  tripped: { word: 'FAIL', mark: '✖', tone: 'bad' },
  collecting: { word: 'waiting', mark: '…', tone: 'wait' },
  no_data: { word: 'no data', mark: '–', tone: 'wait' },
  error: { word: 'error', mark: '!', tone: 'bad' },
  skipped: { word: 'skipped', mark: '⤼', tone: 'quiet' },
}

/**
 * How full the meter of a guard is, 0 to 1. Evidence multiplies, so equal steps of the meter are equal factors: 1 is
 * empty, `needed` is full.
 */
export function evidenceFill({ e, needed }: Pick<Evidence, 'e' | 'needed'>): number {
  if (e <= 1 || needed <= 1) return e >= needed ? 1 : 0
  return Math.min(1, Math.log(e) / Math.log(needed))
}

/** `e` of `needed`: `12 of 100`. Below even odds there is none to speak of, and beyond what is needed more makes no difference. */
export function sayEvidence({ e, needed }: Pick<Evidence, 'e' | 'needed'>): string {
  if (e >= needed) return `over ${ROUND.format(needed)}: enough`
  return e < 1 ? 'none' : `${ROUND.format(e)} of ${ROUND.format(needed)}`
}

/** Whether advancing past these verdicts goes against what the guards have shown so far. */
export function anyNotOk(verdicts: readonly Pick<Evidence, 'verdict'>[]): boolean {
  return verdicts.some(({ verdict }) => verdict !== 'clear')
}

const ROUND = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
