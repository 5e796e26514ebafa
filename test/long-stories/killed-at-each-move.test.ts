import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ProblemError, type Ramp } from '@rampart/contract/admin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, inEnvironment, inProject, startDemo } from '../support/demo.ts'
import { root } from '../support/imports.ts'
import { type Arms, report, reported } from '../support/outcomes.ts'
import { until } from '../support/processes.ts'
import { receiveWebhooks, type WebhookReceiver } from '../support/webhook.ts'

/*
 * The server dies at every move that a ramp can make: with the move written and not yet committed, and committed and told to
 * nobody. Whoever takes over makes the move once, and finishes what was begun.
 */

let demo: Demo
let webhook: WebhookReceiver
const folder = mkdtempSync(join(tmpdir(), 'rampart-orders-'))
const orders = join(folder, 'die-at')

beforeAll(async () => {
  const NODE_OPTIONS = `--import=${pathToFileURL(join(root, 'test/support/die-at.mjs')).href}`
  demo = await startDemo({ env: { NODE_OPTIONS, RAMPART_STORY_DIE_AT: orders } })
  webhook = await receiveWebhooks()
  await demo.api.createWebhook({ ...inProject, body: { url: webhook.url, format: 'generic' } })
  await reported(demo, 'checkout_error')
})

afterAll(async () => {
  await demo?.close()
  webhook?.close()
  rmSync(folder, { recursive: true })
})

type Start = Parameters<Demo['api']['startRamp']>[0]['body']

interface Move {
  readonly begin: Start
  /** What brings the move about, as whoever asked for it would ask again when there was no answer. */
  readonly cause?: (ramp: Ramp) => Promise<unknown>
  /** What everything comes to, and every audited move on the way there, oldest first. */
  readonly comes: object
  readonly audited: readonly string[]
}

const WAITING = '10%:10m,100%'
const GUARDS = ['checkout_error']
const BLIND = { guards: [] } satisfies Start
const HARM: readonly [Arms, Arms] = [
  { treatment: 200, control: 1_800 },
  { treatment: 80, control: 72 },
]
const harm = (ramp: Ramp) => report(demo, ramp, ...HARM)
const ofRamp = ({ id }: Ramp) => ({ params: { ...inProject.params, id }, body: {} })

const MOVES: Readonly<Record<string, Move>> = {
  'ramp.started': {
    begin: { steps: WAITING, guards: GUARDS },
    comes: { state: 'running', step: 1, seq: 1, percent: { now: 10 } },
    audited: ['ramp.started'],
  },
  'ramp.advanced': {
    begin: { steps: '10%:0s,50%:10m,100%', ...BLIND },
    comes: { state: 'running', step: 2, seq: 2, percent: { now: 50 } },
    audited: ['ramp.started', 'ramp.advanced'],
  },
  'ramp.baking': {
    begin: { steps: '10%:0s,100%', bake: '10m', ...BLIND },
    comes: { state: 'baking', percent: { now: 99 } },
    audited: ['ramp.started', 'ramp.baking'],
  },
  'ramp.completed': {
    begin: { steps: '10%:0s,100%', ...BLIND },
    comes: { state: 'completed', percent: { now: 100 } },
    audited: ['ramp.started', 'ramp.completed'],
  },
  'ramp.held': {
    begin: { steps: WAITING, guards: ['checkout_error:hold'] },
    cause: harm,
    comes: { state: 'running', seq: 1, percent: { now: 10 }, holds: [{ kind: 'guard' }] },
    audited: ['ramp.started', 'ramp.held'],
  },
  'ramp.warned': {
    begin: { steps: WAITING, guards: ['checkout_error:warn'] },
    cause: harm,
    comes: { state: 'running', seq: 1, percent: { now: 10 } },
    audited: ['ramp.started', 'ramp.warned'],
  },
  'ramp.stepped_back': {
    begin: { steps: '10%:0s,50%:10m,100%', guards: [{ ...guard('step_back'), fromStep: 2 }], cooldown: '10m' },
    cause: async (ramp) => {
      await demo.api.advanceRamp({ ...ofRamp(ramp), body: { to: 50, reason: 'story' } }).catch(already)
      await report(demo, { id: ramp.id, seq: 2 }, { treatment: 200, control: 200 }, { treatment: 80, control: 8 })
    },
    comes: { state: 'running', step: 1, seq: 3, percent: { now: 10 } },
    audited: ['ramp.started', 'ramp.advanced', 'ramp.stepped_back'],
  },
  'ramp.rolled_back': {
    begin: { steps: WAITING, guards: GUARDS },
    cause: harm,
    comes: { state: 'rolled_back', percent: { now: 0 }, end: { by: 'guard' } },
    audited: ['ramp.started', 'ramp.rolled_back'],
  },
  'ramp.killed': {
    begin: { steps: WAITING, guards: GUARDS },
    cause: ({ flag }) => demo.api.killFlag({ params: { ...inEnvironment.params, flag }, body: {} }),
    comes: { state: 'killed', percent: { now: 0 } },
    audited: ['ramp.started', 'ramp.killed'],
  },
  'ramp.paused': {
    begin: { steps: WAITING, guards: GUARDS },
    cause: (ramp) => demo.api.pauseRamp(ofRamp(ramp)),
    comes: { state: 'paused', percent: { now: 10 } },
    audited: ['ramp.started', 'ramp.paused'],
  },
  'ramp.approved': {
    begin: { steps: '10%:0s,100%', approveAt: [100], ...BLIND },
    cause: async (ramp) => {
      // an approval is given when nothing else is waited for
      await until(async () => {
        const { state, holds } = await look(ramp.id)
        return state === 'completed' || holds.some(({ kind }) => kind === 'approval') ? true : undefined
      })
      await demo.api.approveRamp(ofRamp(ramp)).catch(already)
    },
    comes: { state: 'completed', percent: { now: 100 } },
    audited: ['ramp.started', 'ramp.approved', 'ramp.completed'],
  },
  'ramp.superseded': {
    begin: { steps: WAITING, guards: GUARDS },
    cause: (ramp) => start(ramp.flag, { steps: '20%:10m,100%', guards: [], replace: true, run: 'second' }),
    comes: { state: 'superseded', end: { by: 'person' } },
    audited: ['ramp.started', 'ramp.superseded'],
  },
}

function guard(reaction: 'step_back') {
  return { metric: 'checkout_error', limit: { kind: 'no_worse', margin: 1 }, reaction } as const
}

test.for(
  Object.entries(MOVES).flatMap(([action, move]) =>
    (['before', 'after'] as const).map((moment) => ({ action, moment, move })),
  ),
)('killed $moment the commit of $action', async ({ action, moment, move }) => {
  const flag = await readyFlag(`${action}.${moment}`)
  const begin = () => start(flag, { run: 'one', ...move.begin })
  const started = action === 'ramp.started' ? undefined : await begin()
  const { cause } = move

  writeFileSync(orders, `${action} ${moment}`)
  const cut = await (started === undefined ? begin() : (cause?.(started) ?? Promise.resolve())).then(
    () => false,
    (error: unknown) => isCut(error),
  )
  await until(() => (existsSync(orders) ? undefined : true))
  await demo.restart()
  // whoever had no answer asks again
  if (cut && started !== undefined) await cause?.(started)
  const { id } = await begin()

  const ramp = await until(async () => {
    const now = await look(id)
    return (await audited(id)).length >= move.audited.length && matches(now, move.comes) ? now : undefined
  })
  expect(ramp).toMatchObject(move.comes)
  expect(await audited(id)).toEqual(move.audited)
  if (action !== 'ramp.superseded') expect(await share(flag)).toBe(ramp.percent.now)
  expect(await demo.api.verifyAudit(inProject)).toMatchObject({ body: { ok: true, brokenAt: null } })
})

test('every alert was told, and none of them twice', async () => {
  const ids = () => webhook.received.map((body) => (body as { readonly data: { readonly id: string } }).data.id)
  const told = (kind: string) => ids().filter((id) => id.endsWith(`_${kind}`)).length
  await until(() => (told('started') >= 2 * Object.keys(MOVES).length + 2 ? true : undefined))
  expect(ids().filter((id, i, all) => all.indexOf(id) !== i)).toEqual([])
  const kinds = ['held', 'warned', 'stepped_back', 'rolled_back', 'killed'] as const
  expect(Object.fromEntries(kinds.map((kind) => [kind, told(kind)]))).toEqual(
    Object.fromEntries(kinds.map((kind) => [kind, 2])),
  )
})

async function readyFlag(flag: string): Promise<string> {
  const of = { params: { ...inEnvironment.params, flag } }
  await demo.api.createFlag({ ...inProject, body: { key: flag } })
  await demo.api.setRollout({ ...of, body: { percent: 0, variation: 'on' } })
  await demo.api.switchFlag({ ...of, body: { on: true } })
  return flag
}

async function start(flag: string, body: Start): Promise<Ramp> {
  return (await demo.api.startRamp({ params: { ...inEnvironment.params, flag }, body })).body.item
}

/** Whether the server was gone before it answered. What it did answer is no part of that. */
function isCut(error: unknown): boolean {
  if (error instanceof ProblemError) throw error
  return true
}

/** Asked for again after it was done. */
function already(error: unknown): void {
  if (!(error instanceof ProblemError)) throw error
}

async function look(id: string): Promise<Ramp> {
  return (await demo.api.getRamp({ params: { ...inProject.params, id } })).body
}

async function audited(id: string): Promise<readonly string[]> {
  const { items } = (await demo.api.listAudit({ ...inProject, query: { subject: 'ramp', key: id } })).body
  return items.map(({ action }) => action).reverse()
}

async function share(flag: string): Promise<number | undefined> {
  return (await demo.api.getConfig({ params: { ...inEnvironment.params, flag } })).body.everyoneElse.rollout?.percent
}

/** A latched hold is told once the step is judged, which a server that has just begun has yet to say. */
function matches(
  ramp: Ramp,
  comes: { readonly state?: string; readonly seq?: number; readonly holds?: unknown },
): boolean {
  const holds = comes.holds === undefined || ramp.holds.length > 0
  return holds && ramp.state === comes.state && (comes.seq === undefined || ramp.seq === comes.seq)
}
