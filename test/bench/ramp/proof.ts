import { chance } from '@rampart/server/testing'
import type { Proof } from '../../soak/proof.ts'
import type { Case, Sample } from './case.ts'
import { HARM } from './cases/harm.ts'
import { HEALTHY } from './cases/healthy.ts'
import { OTHERS } from './cases/others.ts'
import { RIVALS, rivalRows } from './cases/rivals.ts'
import { VALUES } from './cases/values.ts'

/** Every case is cut in so many parts, the first of which are a tenth. */
const PARTS = 10

interface Figures {
  readonly part: string
  readonly samples: readonly Sample[]
}

const GOALS: readonly Case[] = [...HEALTHY, ...HARM, ...VALUES, ...OTHERS]
const CASES: readonly Case[] = [...GOALS, ...RIVALS]

/** The goals of ramps and guards, from simulated ramps that the product's own detector judges. */
export const ramps: Proof<Figures> = {
  // a tenth of every case before the next tenth of any: what is there when it is stopped is a whole proof of a smaller scale
  parts: (scale) =>
    Array.from({ length: Math.max(1, Math.round(scale * PARTS)) }, (_, n) =>
      CASES.map(({ name }) => `${name} #${n + 1}`),
    ).flat(),

  async run(part, seed) {
    const one = CASES.find(({ name }) => part.startsWith(`${name} #`))
    if (one === undefined) throw new Error(`there is no part ${part}`)
    const random = chance(seedOf(`${seed} ${part}`))
    return { part, samples: Array.from({ length: one.ramps / PARTS }, () => one.one(random)) }
  },

  rows(figures, scale) {
    const rule = scale === 1 ? 'figure' : 'interval'
    const samplesOf = ({ name }: Case): readonly Sample[] =>
      figures.filter(({ part }) => part.startsWith(`${name} #`)).flatMap(({ samples }) => samples)
    return [...GOALS.flatMap((one) => one.rows(samplesOf(one), rule)), ...rivalRows(samplesOf)]
  },
}

/** Names that differ give numbers that have nothing to do with one another (FNV-1a). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash
}
