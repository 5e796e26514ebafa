import { parseArgs } from 'node:util'
import type { Contestant } from './contestant.ts'
import { type Measured, measure, type Question } from './measure.ts'
import { PEERS } from './peers.ts'
import { openRampart } from './rampart.ts'
import { flagKeys, ids, members, people, type Scenario } from './world.ts'

/*
 * One contestant in a process of its own, with the floor. Prints what was measured of each scenario that was asked for,
 * null for one that it cannot express; an answer that is wrong ends it before anything of that scenario is timed.
 */

const { values } = parseArgs({ options: { name: { type: 'string' }, scenario: { type: 'string', multiple: true } } })
const name = values.name ?? ''
const scenarios = (values.scenario ?? []) as Scenario[]
const peer = PEERS[name]
const contestant = peer === undefined ? openRampart(scenarios.includes('watched')) : await peer()
/** What is compared with needs no third digit. */
const spanMs = peer === undefined ? 400 : 120

const measured: Partial<Record<Scenario, Measured | null>> = {}
for (const scenario of scenarios) {
  measured[scenario] = contestant.scenarios.includes(scenario) ? await timed(contestant, scenario) : null
}
console.log(JSON.stringify(measured))
await contestant.close()
process.exit(0)

async function timed(of: Contestant, scenario: Scenario): Promise<Measured> {
  await check(of, scenario)
  return measure(questionOf(of, scenario), of.isAsync, spanMs)
}

function questionOf({ about, all, isAsync }: Contestant, scenario: Scenario): Question {
  const ask = about(people)
  if (scenario !== 'all') return ask(scenario === 'watched' ? 'half' : scenario)
  if (all !== undefined) return all(people)
  const questions = flagKeys().map(ask)
  if (isAsync) {
    return async (index) => {
      let on = 0
      for (const question of questions) if (await question(index)) on += 1
      return on
    }
  }
  return (index) => {
    let on = 0
    for (const question of questions) if (question(index) === true) on += 1
    return on
  }
}

/**
 * What is timed next means here what it means everywhere, as far as that does not depend on whose hash it is: that is for
 * about half of all.
 */
async function check({ about }: Contestant, scenario: Scenario): Promise<void> {
  const expect = (given: boolean, wanted: boolean): void => {
    if (given !== wanted) throw new Error(`${name}: "${scenario}" is not ${wanted}`)
  }
  const named = scenario === 'all' || scenario === 'watched' ? 'half' : scenario
  const ask = about(people)(named)
  const listed = new Set(ids)
  let on = 0
  for (const [index, { targetingKey }] of people.entries()) {
    const answer = await ask(index)
    if (answer) on += 1
    if (named === 'ids') expect(answer, listed.has(targetingKey))
  }
  if (named === 'rules' || named === 'versions') {
    for (const index of members.keys()) expect(await about(members)(named)(index), true)
  }
  const [least, most] = named === 'everyone' ? [1, 1] : named === 'unknown' ? [0, 0] : [0.3, 0.7]
  const share = on / people.length
  if (share < least || share > most) throw new Error(`${name}: "${named}" is on for ${share} of all`)
}
