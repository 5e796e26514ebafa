import type { PushedMeasurement } from '@rampart/contract/admin'
import { UsageError } from './failure.ts'
import { durationFlag } from './session.ts'

export interface PushOptions {
  readonly treatment?: string
  readonly control?: string
  readonly window: string
  readonly start?: string
  readonly instance?: string
}

/**
 * What `metrics push` sends: one value of a gauge, or events and total of one arm or both. The window ends now unless its start
 * is given. Naming the start makes a job that is tried again push the same window, which adds nothing.
 */
export function pushedFigures(
  metric: string,
  value: string | undefined,
  options: PushOptions,
  now: number,
): readonly PushedMeasurement[] {
  const lengthMs = durationFlag('--window', options.window)
  if (lengthMs === 0) throw new UsageError('--window: a window has a length, such as 60s.')
  const from = options.start === undefined ? now - lengthMs : Date.parse(options.start)
  if (Number.isNaN(from))
    throw new UsageError(`--start: "${options.start}" must be a time such as 2026-03-01T12:00:00Z.`)
  const window = { metric, start: iso(from), end: iso(from + lengthMs) }
  const arms = (['treatment', 'control'] as const).flatMap((arm) => {
    const text = options[arm]
    if (text === undefined) return []
    const { instance } = options
    return [{ ...window, arm, ...(instance === undefined ? {} : { instance }), ...countsIn(`--${arm}`, text) }]
  })
  if (value !== undefined && arms.length > 0)
    throw new UsageError('Choose: a value, for a gauge; or --treatment and --control, for events.')
  if (value !== undefined) return [{ ...window, value: numberIn('value', value) }]
  if (arms.length === 0) throw new UsageError('Give a value, or --treatment EVENTS/TOTAL and --control EVENTS/TOTAL.')
  return arms
}

function countsIn(flag: string, text: string): { readonly events: number; readonly total: number } {
  const [events, total, ...others] = text.split('/')
  if (events === undefined || total === undefined || others.length > 0)
    throw new UsageError(`${flag}: "${text}" must be events and total, such as 3/120.`)
  return { events: numberIn(flag, events), total: numberIn(flag, total) }
}

function numberIn(flag: string, text: string): number {
  if (!/^-?\d+(?:\.\d+)?$/.test(text.trim())) throw new UsageError(`${flag}: "${text}" must be a number.`)
  return Number(text)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
