import { problemWords } from '#words'
import { type AttributePath, attributePath } from './attributes.ts'
import type { Key, Path } from './model.ts'

/** Compiles patterns of `matches` for an engine that core does not bring along. */
export interface Matcher {
  /**
   * Whether a pattern is found anywhere in a text; undefined for a pattern that the engine refuses. The engine must take
   * RE2's syntax and linear time.
   */
  compile(pattern: string, ignoreCase: boolean): ((text: string) => boolean) | undefined
}

/** What flags and segments are prepared with, besides what they say themselves. */
export interface Means {
  readonly matcher: Matcher | undefined
  readonly tell: (problem: Problem) => void
  /** Of the snapshot: what `hashed in` and hashed lists are salted with. */
  readonly salt: string
  /** Grows while flags are asked. */
  readonly problems: Problem[]
  /** Those that were asked for and not there: that is said once. */
  readonly missing: Set<Key>
  /** Every path that is in use, so that all flags share what a question has looked up. */
  readonly paths: Map<Path, AttributePath>
  /** Of the question that was asked last. */
  turn: number
}

/** What a host lends to core. */
export interface Lent {
  /** For `matches`, which cannot be judged without. */
  readonly matcher?: Matcher
  /** Called with each problem of a configuration when it is first met, in the middle of a question. Must not throw. */
  readonly tell?: (problem: Problem) => void
}

export function meansOf({ matcher, tell = () => {} }: Lent, salt: string): Means {
  return { matcher, tell, salt, problems: [], missing: new Set(), paths: new Map(), turn: 0 }
}

/** The turns that a small integer can count. */
const LAST_TURN = 2 ** 30 - 1

/** A turn that no path remembers. */
export function nextTurn(means: Means): number {
  if (means.turn === LAST_TURN) startAgain(means)
  means.turn += 1
  return means.turn
}

function startAgain(means: Means): void {
  for (const path of means.paths.values()) path.turn = 0
  means.turn = 0
}

export function pathOf({ paths }: Means, name: Path): AttributePath {
  const known = paths.get(name)
  if (known !== undefined) return known
  const made = attributePath(name)
  paths.set(name, made)
  return made
}

/** Something in a flag or segment that cannot be judged here. The rest of it applies. */
export interface Problem {
  readonly of: 'flag' | 'segment'
  readonly key: Key
  /** In words, such as `the operator "sounds like" is not known`. */
  readonly what: string
}

/** More would help nobody: they are for a person to read. */
const MOST_PROBLEMS = 100

function say({ problems, tell }: Means, problem: Problem): void {
  if (problems.length >= MOST_PROBLEMS) return
  problems.push(problem)
  tell(problem)
}

/** Notes a segment that is asked for and not there. */
export function noteMissing(means: Means, key: Key): void {
  if (means.missing.size >= MOST_PROBLEMS || means.missing.has(key)) return
  means.missing.add(key)
  say(means, { of: 'segment', key, what: problemWords('segment') })
}

/** Notes what cannot be judged of one flag or segment. */
export type Note = (what: string) => void

export function noteTo(means: Means, of: Problem['of'], key: Key): Note {
  return (what) => say(means, { of, key, what })
}
