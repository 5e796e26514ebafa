import { type Guard, type Limit, parseGuard, parseSteps, sayLimit, usualReaction } from '@rampart/contract/admin'
import { outlineOf } from './ramp-words.ts'

/** What somebody has written to start a ramp. */
export interface StartRampForm {
  /** The key of a plan, or empty for none. */
  readonly plan: string
  readonly steps: string
  /** One guard a line. */
  readonly guards: string
  readonly unguarded: boolean
  /** The variation that gets the share; empty for the server's default. */
  readonly to: string
  readonly allowNewMetric: boolean
  readonly replace: boolean
  /** Why a cool-down is skipped; empty does not skip it. */
  readonly skipCooldown: string
}

/** The body of the request; what was left empty is left to the plan and the defaults of the server. */
export function bodyOf(form: StartRampForm) {
  const guards = linesOf(form.guards)
  return {
    ...(form.plan === '' ? {} : { plan: form.plan }),
    ...(form.steps.trim() === '' ? {} : { steps: form.steps.trim() }),
    ...(form.unguarded ? { guards: [] } : guards.length === 0 ? {} : { guards: [...guards] }),
    ...(form.to === '' ? {} : { to: form.to }),
    ...(form.allowNewMetric ? { allowNewMetric: true } : {}),
    ...(form.replace ? { replace: true } : {}),
    ...(form.skipCooldown.trim() === '' ? {} : { cooldown: 'PT0S', reason: form.skipCooldown.trim() }),
  }
}

/** What the steps amount to, or what is wrong with them; undefined while there is nothing. */
export function readSteps(text: string): { readonly outline: string } | { readonly problem: string } | undefined {
  if (text.trim() === '') return undefined
  const parsed = parseSteps(text)
  return parsed.ok ? { outline: outlineOf(parsed.value) } : { problem: capital(parsed.problem) }
}

/** What the guards amount to, or what is wrong with the first that is. */
export function readGuards(text: string): { readonly outline: string } | { readonly problem: string } | undefined {
  const lines = linesOf(text)
  if (lines.length === 0) return undefined
  const told: string[] = []
  for (const line of lines) {
    const parsed = parseGuard(line)
    if (!parsed.ok) return { problem: capital(parsed.problem) }
    const { metric, limit, reaction = usualReaction(parsed.value), source } = parsed.value
    const where = source === undefined ? '' : ' in browsers'
    told.push(`${metric}${where} ${sayLimit(limit)}, else ${REACTIONS[reaction]}`)
  }
  return { outline: told.join('; ') }
}

/** The guards with one more. */
export function withGuard(text: string, metric: string): string {
  const lines = linesOf(text)
  return lines.includes(metric) ? text : [...lines, metric].join('\n')
}

/** Writes a guard the way `parseGuard` reads it; one that cannot be written in a line is its metric alone. */
export function writeGuard(guard: Pick<Guard, 'metric' | 'take' | 'limit' | 'reaction' | 'source'>): string {
  const { metric, take, limit, reaction, source } = guard
  const name = take === 'sum' ? `mean(${metric})` : metric
  const where = source.kind === 'sdk' && source.from === 'browser' ? ':browser' : ''
  return `${name}${writeLimit(limit)}${where}${reaction === usualReaction(guard) ? '' : `:${reaction}`}`
}

function writeLimit(limit: Limit): string {
  switch (limit.kind) {
    case 'ratio':
      return `<=${limit.max}x`
    case 'points':
      return `<=+${hundred(limit.max)}pp`
    case 'below':
      return `<${hundred(limit.max)}%`
    case 'not_fall':
      return limit.min === 1 ? '' : `>=${limit.min}x`
    case 'no_worse':
    case 'quantile':
    case 'gauge':
      return ''
  }
}

function hundred(rate: number): number {
  return Number((rate * 100).toFixed(3))
}

const REACTIONS = { rollback: 'roll back', step_back: 'step back', hold: 'hold', warn: 'warn' } as const

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
