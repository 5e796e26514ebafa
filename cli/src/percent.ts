import { UsageError } from './failure.ts'

/** Reads `10%`, `10` or `0.5%`: 0 to 100 with at most three decimals. */
export function percentArgument(what: string, text: string): number {
  const digits = /^(\d{1,3}(?:\.\d{1,3})?)%?$/.exec(text.trim())?.[1]
  const percent = Number(digits)
  if (digits === undefined || percent > 100)
    throw new UsageError(`${what}: "${text}" must be a percent from 0% to 100%, with at most three decimals.`)
  return percent
}
