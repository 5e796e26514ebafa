import { type AdminClient, createAdminClient, type Ramp } from '@rampart/contract/admin'
import { createClient } from '@rampart/node'
import { type Demo, ENVIRONMENT, FLAG, inProject, ofFlag, PROJECT } from '../support/demo.ts'
import { until } from '../support/processes.ts'

/** A ramp of each kind that a person may meet. */
export const RAMPED = {
  running: 'one-page-basket',
  takenBack: 'search-ranker',
  held: 'express-delivery',
  approval: 'gift-cards',
  completed: 'saved-addresses',
} as const
export type Ramped = keyof typeof RAMPED

export interface Seeded {
  /** The ids of the ramps. */
  readonly ramps: Readonly<Record<Ramped, string>>
  stop(): Promise<void>
}

const HARMFUL: ReadonlySet<string> = new Set([RAMPED.takenBack, RAMPED.held])
const SHOPPERS_PER_SECOND = 400
/** What a tired person calls a flag. */
export const LONG_KEY = 'checkout-with-a-key-that-somebody-made-of-the-whole-title-of-the-ticket-SHOP-14711'

const at = (flag: string, environment = ENVIRONMENT) => ({ params: { project: PROJECT, environment, flag } })
const metricOf = (flag: string): string => `${flag.replaceAll('-', '_')}_error`

/** Fills a demo with what a team has after some weeks, and keeps shoppers coming until it is stopped. */
export async function seed(demo: Demo): Promise<Seeded> {
  const [ana, bo] = await Promise.all([colleague(demo, 'Ana Lindqvist'), colleague(demo, 'Bo')])
  await ana.createProject({ body: { key: 'empty', name: 'Nothing yet' } })
  await ana.createEnvironment({ ...inProject, body: { key: 'development', class: 'development' } })
  await ana.createEnvironment({ ...inProject, body: { key: 'staging', class: 'staging' } })
  await makeSegments(ana, bo)
  await makeFlags(ana, bo)
  return { ramps: await makeRamps(ana), stop: await sendShoppers(demo) }
}

async function colleague(demo: Demo, name: string): Promise<AdminClient> {
  const made = await demo.api.createToken({ body: { kind: 'machine', name, scopes: ['admin@*'] } })
  return createAdminClient({ url: demo.url, token: made.body.secret })
}

async function makeSegments(ana: AdminClient, bo: AdminClient): Promise<void> {
  const of = (segment: string) => ({ params: { project: PROJECT, segment } })
  await ana.putSegment({ ...of('insiders'), body: { name: 'Insiders', when: null, included: ['user-1', 'user-2'] } })
  await bo.putSegment({ ...of('unused'), body: { name: 'Nobody asks for it', when: null, included: ['user-3'] } })
  await bo.putSegment({
    ...of('northern-europe'),
    body: {
      name: 'Northern Europe',
      when: { attribute: 'country', operator: 'is one of', operand: ['DK', 'EE', 'FI', 'IS', 'LT', 'LV', 'NO', 'SE'] },
    },
  })
  await ana.putSegment({
    ...of('beta-testers'),
    body: {
      name: 'Beta testers',
      description: 'Colleagues, and customers who asked for early access.',
      when: {
        any: [{ attribute: 'email', operator: 'ends with', operand: ['@shop.example'] }, { segment: 'insiders' }],
      },
      included: ['user-17', 'user-42', 'user-204'],
      excluded: ['user-9'],
    },
  })
}

async function makeFlags(ana: AdminClient, bo: AdminClient): Promise<void> {
  await ana.patchFlag({
    params: { project: PROJECT, flag: FLAG },
    body: { description: 'The one-page checkout. Read by the web shop and by the till.', clientSide: true },
  })
  const checkout = (await ana.getConfig(ofFlag)).body
  await ana.putConfig({
    ...ofFlag,
    ifMatch: checkout.revision,
    comment: 'Beta testers first, as agreed on Monday',
    body: {
      on: true,
      off: 'off',
      prerequisites: [],
      layer: null,
      rules: [
        {
          id: 'beta',
          name: 'Beta testers',
          paused: false,
          when: { segment: 'beta-testers' },
          serve: { variation: 'on' },
        },
        {
          id: 'north',
          name: 'The north, new apps',
          paused: false,
          when: {
            all: [
              { segment: 'northern-europe' },
              { attribute: 'app.version', operator: 'version >=', operand: '4.2.0' },
            ],
          },
          serve: { variation: 'on', rollout: { percent: 50, otherwise: 'off' } },
        },
      ],
      everyoneElse: { variation: 'on', rollout: { percent: 10, otherwise: 'off' } },
    },
  })
  await bo.createFlag({
    ...inProject,
    body: {
      key: 'price-tests',
      name: 'Price tests',
      type: 'string',
      kind: 'experiment',
      tags: ['pricing', 'growth'],
      owner: 'Growth',
      variations: ['as-today', 'round', 'charm'].map((key) => ({ key, name: key, value: key })),
    },
  })
  await bo.putConfig({
    ...at('price-tests'),
    ifMatch: (await bo.getConfig(at('price-tests'))).body.revision,
    body: {
      on: true,
      off: 'as-today',
      prerequisites: [],
      layer: null,
      rules: [],
      everyoneElse: { split: { weights: { 'as-today': 50_000, round: 30_000, charm: 20_000 } } },
    },
  })
  await bo.createFlag({
    ...inProject,
    body: { key: 'promo-banner', name: 'Promo banner', kind: 'operational', tags: ['marketing'] },
  })
  await bo.switchFlag({ ...at('promo-banner'), body: { on: true } })
  await bo.killFlag({ ...at('promo-banner'), body: { reason: 'The banner covers the button that pays' } })
  await bo.createFlag({
    ...inProject,
    body: {
      key: 'delivery-limits',
      type: 'json',
      variations: [
        { key: 'usual', name: null, value: { parcels: 3, countries: ['DE', 'FR', 'IT'], express: { until: '14:00' } } },
        { key: 'december', name: null, value: { parcels: 1, countries: ['DE'], express: null } },
      ],
    },
  })
  await bo.createFlag({ ...inProject, body: { key: 'old-basket', name: 'The basket of last year' } })
  await bo.patchFlag({ params: { project: PROJECT, flag: 'old-basket' }, body: { archived: true } })
  await bo.createFlag({
    ...inProject,
    body: { key: LONG_KEY, name: 'Checkout', tags: ['checkout', 'team-with-a-long-name'] },
  })
  for (const key of Object.values(RAMPED)) {
    await ana.createFlag({ ...inProject, body: { key } })
    await ana.setRollout({ ...at(key), body: { percent: 0, variation: 'on' } })
    await ana.switchFlag({ ...at(key), body: { on: true } })
  }
}

async function makeRamps(ana: AdminClient): Promise<Seeded['ramps']> {
  const start = async (kind: Ramped, plan: object) => {
    const flag = RAMPED[kind]
    const started = await ana.startRamp({
      ...at(flag),
      body: {
        steps: '10%:2s,30%:1h,100%',
        guards: [metricOf(flag)],
        allowNewMetric: true,
        run: `build 4711, ${flag}`,
        ...plan,
      },
    })
    return started.body.item.id
  }
  return {
    running: await start('running', {}),
    takenBack: await start('takenBack', {}),
    held: await start('held', { guards: [`${metricOf(RAMPED.held)}:hold`] }),
    approval: await start('approval', { approveAt: [30] }),
    completed: await start('completed', { steps: '50%:2s,100%' }),
  }
}

/** People who meet every ramped flag, and to whom it happens more often what the guards count where the code is bad. */
async function sendShoppers(demo: Demo): Promise<() => Promise<void>> {
  const flags = createClient({
    url: demo.url,
    key: demo.serverKey,
    application: { name: 'web-shop', version: '2.14.0' },
    cacheFile: false,
    logger: 'silent',
  })
  await flags.ready()
  let shopper = 0
  const timer = setInterval(() => {
    for (let i = 0; i < SHOPPERS_PER_SECOND / 20; i += 1) {
      shopper += 1
      for (const flag of Object.values(RAMPED)) {
        const harmed = flags.isEnabled(flag, `shopper-${shopper}`) && HARMFUL.has(flag)
        if (Math.random() < (harmed ? 0.3 : 0.04)) flags.count(metricOf(flag), `shopper-${shopper}`)
      }
    }
  }, 50)
  return async () => {
    clearInterval(timer)
    await flags.close()
  }
}

/** Resolves when each ramp is where its name says. */
export async function rampsSettle(demo: Demo, { ramps }: Seeded): Promise<void> {
  const ready: Record<Ramped, (ramp: Ramp) => boolean> = {
    running: ({ step, verdicts }) => step === 2 && verdicts.some(({ verdict }) => verdict === 'clear'),
    takenBack: ({ state }) => state === 'rolled_back',
    held: ({ holds }) => holds.some(({ kind }) => kind === 'guard'),
    approval: ({ holds }) => holds.some(({ kind }) => kind === 'approval'),
    completed: ({ state }) => state === 'completed',
  }
  for (const [kind, id] of Object.entries(ramps)) {
    await until(async () => {
      const { body } = await demo.api.getRamp({ params: { project: PROJECT, id } })
      return ready[kind as Ramped](body) || undefined
    }, 60_000)
  }
}
