import { type UnitHash, unitHasher } from '@rampart/core'

/** Texts that are remembered in all: about 100 bytes each, with their hashes. */
const MOST_TEXTS = 500_000
/** Shorter lists are hashed anew, which is as quick as comparing them. */
const WORTH_REMEMBERING = 100

/**
 * Hashes lists under one salt, and remembers the long ones: a hundred thousand ids take tens of milliseconds, and almost
 * no change of an environment touches them.
 */
export function rememberedHashes(salt: string): (texts: readonly string[]) => readonly UnitHash[] {
  const hash = unitHasher(salt)
  let known: readonly { readonly texts: readonly string[]; readonly hashes: readonly UnitHash[] }[] = []
  return (texts) => {
    if (texts.length < WORTH_REMEMBERING) return texts.map(hash)
    const found = known.find((one) => isSame(one.texts, texts)) ?? { texts, hashes: texts.map(hash) }
    let room = MOST_TEXTS
    known = [found, ...known.filter((one) => one !== found)].filter((one) => {
      room -= one.texts.length
      return room >= 0
    })
    return found.hashes
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, i) => text === b[i]))
}
