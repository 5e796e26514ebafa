import { formatDuration, parseDuration, parseShortDuration, sayDuration } from './durations.ts'
import type { Guard, GuardSource, Limit, Reaction } from './plans.ts'

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** A step as people write it; the rest of a step takes its defaults. The last step has no dwell. */
export interface WrittenStep {
  readonly percent: number
  readonly dwell: string | null
}

/**
 * Reads `1%:10m,10%:15m,50%:30m,100%`: rising percents, each with an optional dwell (`30s`, `10m`, `2h`, `1d`). The
 * last step has none, since reaching it completes the ramp.
 */
export function parseSteps(text: string): Parsed<readonly WrittenStep[]> {
  const steps: WrittenStep[] = []
  const parts = text.split(',').map((part) => part.trim())
  for (const [i, part] of parts.entries()) {
    const match = /^(\d{1,3}(?:\.\d{1,3})?)%(?::(.+))?$/.exec(part)
    if (match === null) return no(`step ${i + 1}, "${part}", must look like 10% or 10%:15m`)
    const percent = Number(match[1])
    if (percent > 100) return no(`step ${i + 1}, "${part}", is above 100%`)
    const before = steps.at(-1)
    if (before !== undefined && percent <= before.percent)
      return no(`step ${i + 1}, "${part}", must be above the step before it`)
    const written = match[2]
    if (written === undefined) {
      steps.push({ percent, dwell: null })
      continue
    }
    if (i === parts.length - 1) return no('the last step has no dwell: reaching it completes the ramp')
    const ms = parseShortDuration(written) ?? parseDuration(written)
    if (ms === undefined)
      return no(`the dwell of step ${i + 1}, "${written}", must be a duration such as 30s, 10m, 2h or 1d`)
    steps.push({ percent, dwell: formatDuration(ms) })
  }
  return { ok: true, value: steps }
}

/** Writes steps the way `parseSteps` reads them. */
export function formatSteps(steps: readonly { readonly percent: number; readonly dwell: string | null }[]): string {
  return steps
    .map(({ percent, dwell }, i) => {
      const ms = dwell === null ? undefined : parseDuration(dwell)
      return ms === undefined || i === steps.length - 1
        ? `${percent}%`
        : `${percent}%:${sayDuration(ms).replaceAll(' ', '')}`
    })
    .join(',')
}

/** A guard as people write it; the server fills in key, weight and the rest. */
export type WrittenGuard = Pick<Guard, 'metric' | 'take' | 'limit'> & {
  readonly reaction?: Reaction
  readonly minUnits?: number
  readonly source?: GuardSource
}

const GUARD =
  /^(?:(p\d{2}(?:\.\d+)?|mean)\()?([a-z][a-z0-9_.]{0,63})(\))?\s*(?:(<=|<|>=|>)\s*([+-]?)(\d+(?:\.\d+)?)(pp|%|x)?)?((?::(?:rollback|step_back|hold|warn|browser|n=\d{1,9}))*)$/

/**
 * Reads a guard: `[pNN( | mean(] NAME [)] [<= | < | >= | >] [+|-]NUMBER[pp | % | x] [:rollback | :step_back | :hold |
 * :warn] [:n=UNITS] [:browser]`. A bare percent after `<` is absolute, with a sign it is relative to control. Without a limit
 * the metric must be no worse than control. `:browser` asks what browsers report, in place of what servers do.
 */
export function parseGuard(text: string): Parsed<WrittenGuard> {
  const match = GUARD.exec(text.trim())
  if (match === null)
    return no(`"${text}" is not a guard; write for example checkout_error, checkout_error<=1.5x or checkout_error<2%`)
  const [, outer, metric = '', closing, operator, sign = '', digits, unit, suffixes = ''] = match
  if ((outer === undefined) !== (closing === undefined)) return no(`the brackets of "${text}" do not match`)
  const limit = limitOf({ outer, operator, sign, value: digits === undefined ? undefined : Number(digits), unit })
  if (!limit.ok) return no(`"${text}": ${limit.problem}`)
  const options = suffixes.split(':').filter((s) => s !== '')
  const reaction = options.find((s): s is Reaction => s !== 'browser' && !s.startsWith('n='))
  const units = options.find((s) => s.startsWith('n='))
  const take = outer === undefined ? 'first' : outer === 'mean' ? 'sum' : 'slow'
  return {
    ok: true,
    value: {
      metric,
      take,
      limit: limit.value,
      ...(reaction === undefined ? {} : { reaction }),
      ...(units === undefined ? {} : { minUnits: Number(units.slice(2)) }),
      ...(options.includes('browser') ? { source: { kind: 'sdk', from: 'browser' } } : {}),
    },
  }
}

/**
 * What a guard does that does not say it: what can be forged, what is counted without users and what finds breakage but no
 * erosion only holds a ramp, unless it is asked for more.
 */
export function usualReaction({ source, take, limit }: Pick<WrittenGuard, 'source' | 'take' | 'limit'>): Reaction {
  const outside = source !== undefined && (source.kind !== 'sdk' || source.from === 'browser')
  return outside || take === 'sum' || limit.kind === 'not_fall' ? 'hold' : 'rollback'
}

interface WrittenLimit {
  readonly outer: string | undefined
  readonly operator: string | undefined
  readonly sign: string
  readonly value: number | undefined
  readonly unit: string | undefined
}

function limitOf({ outer, operator, sign, value, unit }: WrittenLimit): Parsed<Limit> {
  if (operator === undefined || value === undefined) {
    if (outer === 'mean') return yes({ kind: 'not_fall', min: 1 })
    return yes({ kind: 'no_worse', margin: outer === undefined ? 1 : 1.1 })
  }
  if (operator.startsWith('>')) {
    if (unit === 'x') return yes({ kind: 'not_fall', min: value })
    if (unit === '%' && sign === '-') return yes({ kind: 'not_fall', min: 1 - value / 100 })
    return no('after >= write a ratio such as 0.95x or a drop such as -5%')
  }
  if (outer?.startsWith('p') === true) {
    if (unit === '%' && sign === '+') {
      return yes({
        kind: 'quantile',
        quantile: Number(outer.slice(1)) / 100,
        change: value / 100,
        bound: null,
        baseline: null,
      })
    }
    return no('the limit of a quantile is relative, such as +20%')
  }
  if (unit === 'x') return value >= 1 ? yes({ kind: 'ratio', max: value }) : no('a ratio after <= is at least 1x')
  if (unit === 'pp')
    return sign === '+' ? yes({ kind: 'points', max: value / 100 }) : no('write points with a sign: +0.5pp')
  if (unit === '%' && sign === '+') return yes({ kind: 'ratio', max: 1 + value / 100 })
  if (unit === '%' && sign === '')
    return value <= 100 ? yes({ kind: 'below', max: value / 100 }) : no('a share is at most 100%')
  return no('write the unit of the limit: 1.5x, +0.5pp, +20% or 2%')
}

/** Writes a limit as people read it: `no worse`, `at most 1.5×`, `below 2%`. */
export function sayLimit(limit: Limit): string {
  switch (limit.kind) {
    case 'no_worse':
      return limit.margin === 1 ? 'no worse' : `at most ${limit.margin}×`
    case 'ratio':
      return `at most ${limit.max}×`
    case 'points':
      return `at most +${round(limit.max * 100)}pp`
    case 'below':
      return `below ${round(limit.max * 100)}%`
    case 'quantile':
      return `p${round(limit.quantile * 100)} at most ${limit.change >= 0 ? '+' : ''}${round(limit.change * 100)}%`
    case 'not_fall':
      return `at least ${limit.min}×`
    case 'gauge':
      return `at most ${limit.max}`
  }
}

function round(n: number): number {
  return Math.round(n * 1000) / 1000
}

function yes<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

function no(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem }
}
