import type { Segment } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import { type Condition, clientSafePattern, type Key, type Path } from '@rampart/core'
import { type Leaf, mistakesIn, type Test } from './leaves.ts'

/*
 * A client key is public, so what is served to it carries neither values of private attributes nor lists of other people's
 * ids: both are told as hashes. What cannot be hashed cannot be told.
 */

/** What is kept from browsers in an environment. */
export interface Secrets {
  /** Its private attributes. */
  readonly hidden: readonly Path[]
  /** The segments that cannot be told, each with the reason. */
  readonly segments: ReadonlyMap<Key, string>
}

export function secretsOf(segments: readonly Pick<Segment, 'key' | 'when'>[], hidden: readonly Path[]): Secrets {
  const secret = new Map<Key, string>()
  let before: number
  do {
    before = secret.size
    for (const { key, when } of segments) {
      const [reason] = when === null || secret.has(key) ? [] : untold(when, '', { hidden, segments: secret })
      if (reason !== undefined) secret.set(key, sayReason(key, reason.message))
    }
  } while (secret.size > before)
  return { hidden, segments: secret }
}

/** What keeps a condition from being told to browsers, by JSON pointer. */
export function untold(condition: Condition, at: string, secrets: Secrets): readonly ProblemDetail[] {
  return mistakesIn(condition, at, (leaf, place) => untoldLeaf(leaf, place, secrets))
}

/** Whether `path` is private: it is named so itself, lies within something that is, or holds something that is. */
export function isPrivate(path: Path, hidden: readonly Path[]): boolean {
  return hidden.some((one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`))
}

/** The texts that a test compares for equality; undefined when it does something else, or with other values. */
export function comparedTexts({ operator, operand }: Test): readonly string[] | undefined {
  if (operator === 'is') return typeof operand === 'string' ? [operand] : undefined
  if (operator !== 'is one of' || !Array.isArray(operand)) return undefined
  const texts = operand.filter((one) => typeof one === 'string')
  return texts.length === operand.length ? texts : undefined
}

function untoldLeaf(leaf: Leaf, at: string, { hidden, segments }: Secrets): readonly ProblemDetail[] {
  if ('segment' in leaf) {
    const reason = segments.get(leaf.segment)
    return reason === undefined ? [] : [{ pointer: `${at}/segment`, message: reason }]
  }
  if (isPrivate(leaf.attribute, hidden) && comparedTexts(leaf) === undefined) {
    const message = `tests the private attribute ${leaf.attribute}: browsers can be told "is" and "is one of" with texts, as hashes, and nothing else`
    return [{ pointer: `${at}/operator`, message }]
  }
  if (leaf.operator !== 'matches' || typeof leaf.operand !== 'string') return []
  const checked = clientSafePattern(leaf.operand)
  if (checked.safe) return []
  return [{ pointer: `${at}/operand`, message: `uses ${checked.construct}, which browsers may read in another way` }]
}

/** The reason why a segment cannot be told names the segment that it begins with, once. */
function sayReason(key: Key, reason: string): string {
  return reason.startsWith('names segment ') ? reason : `names segment ${key}, which ${reason}`
}
