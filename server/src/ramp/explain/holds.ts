import { type Hold, sayDuration } from '@rampart/contract/admin'
import type { Availability } from '../../sources/health.ts'
import { iso } from '../instant.ts'
import type { Latch } from '../state.ts'
import { sayAbout, sayCount, sayCountOf, sayList, sayPercent, sayTime, sayUnits } from './numbers.ts'

/*
 * The words of a hold follow "Waiting for": each is a thing to wait for.
 */

/** The time left at a step. */
export function dwellHold(until: number, now: number): Hold {
  return {
    kind: 'dwell',
    until: iso(until),
    words: `dwell time, ${sayDuration(until - now)} left (until ${sayTime(until, now)})`,
  }
}

/** Fewer units than the step, or a guard of it, wants before more people get the new variation. */
export function sampleHold(
  { have, need, about }: { readonly have: number; readonly need: number; readonly about: number | null },
  unit: string,
  guard?: { readonly key: string },
): Hold {
  const of = guard === undefined ? '' : ` for ${guard.key}`
  return {
    kind: 'sample',
    ...(guard === undefined ? {} : { guard: guard.key }),
    have: Math.floor(have),
    need,
    until: null,
    words: `${sayCount(Math.floor(have))} of ${sayCountOf(need, unit)}${of}${atThisRate(about)}`,
  }
}

/** `about` is how many minutes it will take at the rate of now; null when nobody can tell. */
export function notClearHold(guard: string, words: string, about: number | null): Hold {
  return { kind: 'not_clear', guard, until: null, words: `more evidence${atThisRate(about)} (${words})` }
}

function atThisRate(minutes: number | null): string {
  return minutes === null ? '' : `, ${sayAbout(minutes)} at this rate`
}

/** Nobody in either arm was met in this step. */
export function noDataHold(
  { until, lastMet }: { readonly until: number; readonly lastMet: number | null },
  unit: string,
  now: number,
): Hold {
  const deadline = until > now ? `; an alert follows at ${sayTime(until, now)}` : ''
  const last = lastMet === null ? '' : `; the last ones were met at ${sayTime(lastMet, now)}`
  return {
    kind: 'no_data',
    until: until > now ? iso(until) : null,
    words: `${sayUnits(unit)} to be met in this step (none yet: nobody evaluates the flag where it is ramped, or SDKs do not report${last}${deadline})`,
  }
}

/** Where the figures of a guard come from says nothing, or fails. */
export function sourceHold({ guard, metric, kind, since, words }: Availability, now: number): Hold {
  const failing = kind === 'error'
  const what = failing ? `the source of ${metric} to answer again` : `figures of ${metric}`
  const span = kind === 'waiting' ? '' : `, since ${sayTime(since, now)}`
  return {
    kind: failing ? 'source_error' : 'no_data',
    guard,
    until: null,
    words: `${what} (${words}${span})`,
  }
}

/** A URL that must answer 2xx before the next step; `words` are its last answer. */
export function gateHold(url: string, words: string | undefined): Hold {
  return { kind: 'gate', until: null, words: `the gate ${url} to open (${words ?? 'it is being asked'})` }
}

export function approvalHold(next: number): Hold {
  return { kind: 'approval', until: null, words: `an approval to go to ${sayPercent(next)}` }
}

/** SDK instances that do not hold the step yet; the dwell time has not begun. */
export function propagationHold(
  {
    behind,
    instances,
    names,
  }: { readonly behind: number; readonly instances: number; readonly names: readonly string[] },
  until: number,
  now: number,
): Hold {
  const without = names.length === 0 ? '' : `; without it: ${sayList(firstOf(names))}`
  return {
    kind: 'propagation',
    have: instances - behind,
    need: instances,
    until: iso(until),
    words: `SDK instances to have this step (${instances - behind} of ${instances}${without}; the dwell time begins at ${sayTime(until, now)} at the latest)`,
  }
}

const MOST_NAMES = 3

function firstOf(names: readonly string[]): readonly string[] {
  if (names.length <= MOST_NAMES) return names
  return [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`]
}

/** A hold that only a person ends. `words` of a guard are its evidence. */
export function latchedHold(latch: Latch, words: string | undefined): Hold {
  return {
    kind: latch.kind,
    ...(latch.guard === undefined ? {} : { guard: latch.guard }),
    until: null,
    words: `a person, since ${LATCHED[latch.kind]}${words === undefined ? '' : ` (${words})`}`,
  }
}

const LATCHED: Readonly<Record<Latch['kind'], string>> = {
  guard: 'a guard holds the ramp',
  imbalance: 'units do not come in the configured shares',
  conflict: 'the ramped rule was edited (resume publishes the step again, roll back returns the share)',
  second_step_back: 'the second try failed as the first did',
  max_dwell: 'the longest dwell is over without enough evidence (advance, resume to wait on, or roll back)',
}
