import { type Condition, lowerCase, type Path, type UnitHash, type WireFlag, type WireSegment } from '@rampart/core'
import { type Leaf, mapLeaves } from './leaves.ts'
import { comparedTexts, isPrivate } from './telling.ts'

/** How values are hidden in what is read outside. */
export interface Concealing {
  /** The private attributes. */
  readonly hidden: readonly Path[]
  /** Also the ids of units, which are in the lists of segments and in tests of the targeting key. */
  readonly ids: boolean
  /** Of each text in turn, with the salt of the environment. */
  readonly hashes: (texts: readonly string[]) => readonly UnitHash[]
}

const TARGETING_KEY = 'targetingKey'

/** The flag with `hashed in` for every test that names a hidden value. It gives everybody what it gave before. */
export function concealedFlag(flag: WireFlag, how: Concealing): WireFlag {
  return { ...flag, rules: flag.rules.map((rule) => ({ ...rule, when: concealed(rule.when, how) })) }
}

/** The segment with hashed lists, where they hold something hidden. Everybody is in it who was in it before. */
export function concealedSegment(segment: WireSegment, how: Concealing): WireSegment {
  const { when, included = [], excluded = [], by = TARGETING_KEY } = segment
  const plain = when === undefined ? segment : { ...segment, when: concealed(when, how) }
  if (!isHidden(by, how) || included.length + excluded.length === 0) return plain
  return {
    ...plain,
    ...(included.length > 0 && { included: how.hashes(included) }),
    ...(excluded.length > 0 && { excluded: how.hashes(excluded) }),
    hashed: true,
  }
}

function concealed(condition: Condition, how: Concealing): Condition {
  return mapLeaves(condition, (leaf) => concealedLeaf(leaf, how))
}

function concealedLeaf(leaf: Leaf, how: Concealing): Condition {
  if ('segment' in leaf || !isHidden(leaf.attribute, how)) return leaf
  const { attribute, operator, ignoreCase } = leaf
  const texts = comparedTexts(leaf)
  if (texts !== undefined) {
    const operand = how.hashes(ignoreCase === true ? texts.map(lowerCase) : texts)
    return { attribute, operator: 'hashed in', operand, ...(ignoreCase === true && { ignoreCase }) }
  }
  // without its operand it cannot be judged, and gives nobody anything by mistake
  return isPrivate(attribute, how.hidden) && operator !== 'exists' ? { attribute, operator } : leaf
}

function isHidden(path: Path, { hidden, ids }: Concealing): boolean {
  return isPrivate(path, hidden) || (ids && path === TARGETING_KEY)
}
