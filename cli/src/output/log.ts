import type { Ramp } from '@rampart/contract/admin'
import type { Dialect } from '../ci.ts'
import type { RampEvent } from '../follow.ts'
import { sayShare, sayTime } from './figures.ts'
import { annotation } from './github.ts'
import { type Line, linesOf } from './words.ts'

/** The name of the group that is open, so that it can be closed; null when none is. */
export type OpenGroup = string | null

export interface Written {
  readonly lines: readonly string[]
  readonly open: OpenGroup
}

export interface LogOptions {
  readonly dialect: Dialect
  readonly open: OpenGroup
  /** The page of the ramp. */
  readonly url: string
}

/** One event as lines of a CI log: UTC times, one line each, a group for each step where the system has groups. */
export function logEvent(event: RampEvent, ramp: Ramp, { dialect, open, url }: LogOptions): Written {
  const lines = linesOf(event, ramp).map(logLine)
  const begins = event.kind === 'attached' && ramp.end === null
  const title = `step ${ramp.step}/${ramp.plan.steps.length} · ${sayShare(ramp.percent.now)}`
  const enters = begins || (event.kind === 'moved' && ramp.end === null && open !== groupOf(ramp))
  if (enters) {
    const group = groupOf(ramp)
    return {
      lines: [...closing(dialect, open, event.at), ...opening(dialect, group, title, event.at), ...lines],
      open: group,
    }
  }
  if (event.kind !== 'ended') return { lines, open }
  return { lines: [...lines, ...closing(dialect, open, event.at), ...annotations(ramp, dialect, url)], open: null }
}

/** `14:05:00Z move    0% → 1%`. */
export function logLine({ at, kind, text }: Line): string {
  return `${sayTime(at)} ${kind.padEnd(7)} ${text}`
}

/** Closes the group that is open, when watching stops before the ramp does. */
export function closeGroup(dialect: Dialect, open: OpenGroup, at: number): readonly string[] {
  return closing(dialect, open, at)
}

function groupOf(ramp: Ramp): string {
  return `step_${ramp.seq}`
}

function opening(dialect: Dialect, group: string, title: string, at: number): readonly string[] {
  switch (dialect) {
    case 'github':
      return [`::group::${title}`]
    case 'gitlab':
      return [`\u001b[0Ksection_start:${seconds(at)}:${group}\r\u001b[0K${title}`]
    case 'plain':
      return []
  }
}

function closing(dialect: Dialect, open: OpenGroup, at: number): readonly string[] {
  if (open === null) return []
  switch (dialect) {
    case 'github':
      return ['::endgroup::']
    case 'gitlab':
      return [`\u001b[0Ksection_end:${seconds(at)}:${open}\r\u001b[0K`]
    case 'plain':
      return []
  }
}

function seconds(at: number): number {
  return Math.floor(at / 1000)
}

/** At most one error: GitHub shows ten of a kind per step. */
function annotations(ramp: Ramp, dialect: Dialect, url: string): readonly string[] {
  if (dialect !== 'github' || ramp.state === 'completed') return []
  const title = `${TITLES[ramp.state]}: ${ramp.flag} (${ramp.environment})`
  return [annotation(ramp.state === 'rolled_back' ? 'error' : 'warning', title, `${ramp.sentence} Report: ${url}`)]
}

const TITLES: Record<Ramp['state'], string> = {
  scheduled: 'Scheduled',
  running: 'Running',
  paused: 'Paused',
  baking: 'Baking',
  completed: 'Completed',
  rolled_back: 'Rolled back',
  killed: 'Killed',
  superseded: 'Superseded',
  cancelled: 'Cancelled',
}
