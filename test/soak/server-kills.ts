import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Demo, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import type { Chance } from './chance.ts'

/** What was acknowledged, all of which was found again. */
export interface ServerKills {
  readonly kills: number
  readonly revisions: number
  readonly moves: number
  readonly batches: number
  readonly units: number
}

/** A flag that people edit, and one that ramps move; the flag of the demo has a ramp that is judged all the while. */
const EDITED = 'edited'
const MOVED = 'moved'
const of = (flag: string) => ({ params: { ...ofFlag.params, flag } })

/** In the shares of the ramp, and without an error: a ramp that is taken back counts no more. */
const UNITS = { treatment: 3, control: 27 }
const UNITS_OF_A_BATCH = UNITS.treatment + UNITS.control
/** A kill comes somewhere in this time after the first answer. */
const LONGEST_MS = 1_500

/** What has been answered with success since the last kill, and what was sent in all. */
interface Answered {
  revisions: number[]
  batches: object[]
  /** Ramps that were started, and those that were rolled back afterwards. */
  started: string[]
  ended: string[]
}

/**
 * Kills the server under load again and again: people edit flags, ramps are started and rolled back, SDKs send outcomes. After each
 * restart everything that was answered with success is there. Throws when it is not.
 */
export async function killServer(kills: number, random: Chance): Promise<ServerKills> {
  const demo = await startDemo({ hear: () => undefined })
  try {
    for (const key of [EDITED, MOVED]) {
      await demo.api.createFlag({ ...inProject, body: { key } })
      await demo.api.setRollout({ ...of(key), body: { percent: 0, variation: 'on' } })
      await demo.api.switchFlag({ ...of(key), body: { on: true } })
    }
    const { body } = await demo.api.startRamp({
      ...ofFlag,
      body: { steps: '10%:60m,100%', guards: ['checkout_error'], allowNewMetric: true, run: 'judged' },
    })
    const judged = { ramp: body.item.id, seq: body.item.seq }
    const found = { kills: 0, revisions: 0, moves: 0, batches: 0, units: 0 }
    let sent = 0
    for (let n = 0; n < kills; n += 1) {
      const answered: Answered = { revisions: [], batches: [], started: [], ended: [] }
      let isKilled = false
      /** Works until the server is gone. What it refuses is a mistake of this proof; what it does not answer was not acknowledged. */
      const work = async (once: (i: number) => Promise<void>): Promise<void> => {
        for (let i = 0; !isKilled; i += 1) {
          try {
            await once(i)
          } catch (error) {
            if (!isKilled || 'problem' in (error as object)) throw error
          }
        }
      }
      const working = Promise.all([
        work(async (i) => void answered.revisions.push(await edit(demo, i))),
        work(async (i) => void answered.revisions.push(await edit(demo, i))),
        work((i) => move(demo, `${n}-${i}`, answered)),
        ...Array.from({ length: 3 }, () =>
          work(async () => {
            const batch = batchOf(judged)
            sent += 1
            if ((await post(demo, batch)) === 202) answered.batches.push(batch)
          }),
        ),
      ])
      await Promise.race([working, wait(100 + random.next() * LONGEST_MS)])
      isKilled = true
      await demo.kill()
      await working
      await demo.restart()

      await expectHistory(demo, answered)
      await expectWholeRamps(demo, answered)
      for (const batch of answered.batches) {
        const again = await postJson(demo, batch)
        if (again.duplicate !== true) throw new Error('a batch was acknowledged, and is gone')
      }
      found.kills += 1
      found.revisions += answered.revisions.length
      found.moves += answered.started.length + answered.ended.length
      found.batches += answered.batches.length
    }
    const ticks = await demo.api.getRampTicks({ params: { project: 'demo', id: judged.ramp } })
    found.units = ticks.body.ticks.reduce((sum, { units }) => sum + units.treatment + units.control, 0)
    const [least, most] = [found.batches * UNITS_OF_A_BATCH, sent * UNITS_OF_A_BATCH]
    if (found.units < least || found.units > most || found.units % UNITS_OF_A_BATCH !== 0) {
      throw new Error(`${found.units} units were counted, of ${least} acknowledged and ${most} sent`)
    }
    return found
  } finally {
    await demo.close()
  }
}

async function edit(demo: Demo, i: number): Promise<number> {
  const { body } = await demo.api.setRollout({ ...of(EDITED), body: { percent: i % 100 } })
  return body.revision ?? 0
}

async function move(demo: Demo, run: string, answered: Answered): Promise<void> {
  const { body } = await demo.api.startRamp({
    ...of(MOVED),
    body: { steps: '20%:60m,100%', guards: [], run, cooldown: '0s', reason: 'again', replace: true },
  })
  answered.started.push(body.item.id)
  await demo.api.rollbackRamp({ params: { project: 'demo', id: body.item.id }, body: {} })
  answered.ended.push(body.item.id)
}

async function expectHistory(demo: Demo, { revisions }: Answered): Promise<void> {
  const { revision } = (await demo.api.getEnvironment(inEnvironment)).body
  const made = new Set<number>()
  for (let cursor: string | undefined; ; ) {
    const page = await demo.api.listAudit({
      ...inProject,
      query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    })
    for (const entry of page.body.items) for (const one of entry.revisions) made.add(one.revision)
    if (page.body.next === null) break
    cursor = page.body.next
  }
  for (let i = 1; i <= revision; i += 1)
    if (!made.delete(i)) throw new Error(`no audit entry made revision ${i} of ${revision}`)
  if (made.size > 0) throw new Error(`revisions beyond ${revision}: ${[...made].join(' ')}`)
  const lost = revisions.filter((one) => one > revision)
  if (lost.length > 0) throw new Error(`acknowledged, and gone: revisions ${lost.join(' ')}`)
  const chain = await demo.api.verifyAudit(inProject)
  if (!chain.body.ok) throw new Error(`the audit chain is broken: ${JSON.stringify(chain.body)}`)
}

/** A ramp and the share that its flag serves are of one decision. */
async function expectWholeRamps(demo: Demo, { started, ended }: Answered): Promise<void> {
  const { items } = (await demo.api.listRamps({ ...inProject, query: { flag: MOVED } })).body
  const { everyoneElse } = (await demo.api.getConfig(of(MOVED))).body
  const percent = 'rollout' in everyoneElse ? everyoneElse.rollout?.percent : undefined
  const newest = items[0]
  if (newest !== undefined && newest.percent.now !== percent) {
    throw new Error(`half a ramp: ${newest.id} is ${newest.state} at ${newest.percent.now}%, and ${percent}% is served`)
  }
  for (const id of started) {
    const one = (await demo.api.getRamp({ params: { project: 'demo', id } })).body
    if (ended.includes(id) && one.state !== 'rolled_back') throw new Error(`${id} was rolled back, and is ${one.state}`)
  }
}

function batchOf({ ramp, seq }: { readonly ramp: string; readonly seq: number }): object {
  const units = (n: number): readonly string[] =>
    Array.from({ length: n }, () => randomUUID().replaceAll('-', '').slice(0, 16))
  return {
    format: 1,
    batch: randomUUID(),
    instance: randomUUID(),
    sdk: { name: '@rampart/node', version: '0.1.0' },
    revision: 1,
    spanMs: 1_000,
    evaluations: [],
    watched: [
      {
        ramp,
        seq,
        agoMs: 0,
        seen: { treatment: units(UNITS.treatment), control: units(UNITS.control) },
        evaluations: UNITS,
      },
    ],
  }
}

async function post(demo: Demo, batch: object): Promise<number> {
  const response = await send(demo, batch)
  await response.arrayBuffer()
  return response.status
}

async function postJson(demo: Demo, batch: object): Promise<{ readonly duplicate?: boolean }> {
  return (await (await send(demo, batch)).json()) as { readonly duplicate?: boolean }
}

function send(demo: Demo, batch: object): Promise<Response> {
  return fetch(`${demo.url}/sdk/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${demo.serverKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  })
}
