import { existsSync, readFileSync } from 'node:fs'
import { createAdminClient, ProblemError } from '@rampart/contract/admin'
import { writePrivately } from './write-privately.mjs'

const PROJECT = 'demo'
const ENVIRONMENT = 'production'
const FLAG = 'new-checkout-flow'

const ENVIRONMENTS = [
  { key: 'development', class: 'development' },
  { key: 'staging', class: 'staging' },
  { key: ENVIRONMENT, class: 'production' },
]

const FLAGS = [
  {
    key: FLAG,
    name: 'New checkout flow',
    description: 'The one-page checkout. The example shop asks for this flag for every shopper.',
    kind: 'release',
    clientSide: true,
    owner: 'Shop team',
    tags: ['checkout'],
  },
  {
    key: 'promo-banner',
    name: 'Promo banner',
    kind: 'operational',
    owner: 'Marketing',
    tags: ['marketing'],
    clientSide: true,
  },
  {
    key: 'search-ranker',
    name: 'Search ranker',
    kind: 'experiment',
    type: 'string',
    owner: 'Search team',
    tags: ['search'],
    variations: [
      { key: 'control', name: 'As today', value: 'control' },
      { key: 'vector', name: 'Vector search', value: 'vector' },
    ],
  },
]

/**
 * What a ramp of the shop watches: errors, a business figure, and how long people wait. Orders would only hold a ramp unless they
 * are asked to take it back; and with a margin they could not, since almost every shopper orders (docs/guards.md).
 */
const GUARDS = ['checkout_error', 'order>=1x:rollback', 'p95(checkout_ms)<=+20%']
const METRICS = ['checkout_error', 'order', 'checkout_ms']

/**
 * Makes the project of the tour through the same HTTP API that everyone uses. Runs again over the same data: what is
 * there stays as people left it. Secrets are shown once, so those of an earlier start are read from `keysFile`.
 */
export async function setUpTour({ url, adminToken }, keysFile) {
  const api = createAdminClient({ url, token: adminToken })
  const inProject = { params: { project: PROJECT } }
  const inEnvironment = { params: { project: PROJECT, environment: ENVIRONMENT } }
  const ofFlag = { params: { ...inEnvironment.params, flag: FLAG } }

  await unlessThere(api.createProject({ body: { key: PROJECT, name: 'Demo shop' } }))
  for (const body of ENVIRONMENTS) await unlessThere(api.createEnvironment({ ...inProject, body }))
  for (const body of FLAGS) {
    const made = await unlessThere(api.createFlag({ ...inProject, body }))
    if (made && body.key === FLAG) {
      // on for nobody yet: a ramp raises the share
      await api.setRollout({ ...ofFlag, body: { percent: 0, variation: 'on' } })
      await api.switchFlag({ ...ofFlag, body: { on: true } })
    }
  }
  const plans = await api.listPlans(inProject)
  if (!plans.body.items.some(({ key }) => key === 'default')) {
    const body = { name: 'Default', steps: '1%:10m,10%:15m,50%:30m,100%', guards: GUARDS, cooldown: '0s' }
    await api.putPlan({ params: { project: PROJECT, plan: 'default' }, body })
  }

  const keys = (await rememberedKeys(url, keysFile)) ?? (await newKeys(api, inEnvironment))
  writePrivately(keysFile, keys)
  return {
    project: PROJECT,
    environment: ENVIRONMENT,
    flag: FLAG,
    ...keys,
    outcomesArrive: () => metricsSeen(api, inEnvironment, METRICS),
  }
}

async function newKeys(api, inEnvironment) {
  const serverKey = await api.createSdkKey({ ...inEnvironment, body: { kind: 'server', name: 'Example shop' } })
  const clientKey = await api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'Example shop, pages' } })
  const ramp = await api.createToken({
    body: { kind: 'machine', name: 'Pipeline of the tour', scopes: [`ramp@${PROJECT}/*`, `kill@${PROJECT}/*`] },
  })
  const kill = await api.createToken({
    body: { kind: 'kill-url', name: `Kill ${FLAG}`, scopes: [`kill@${PROJECT}/${ENVIRONMENT}/${FLAG}`] },
  })
  return {
    serverSdkKey: serverKey.body.secret,
    clientSdkKey: clientKey.body.secret,
    rampToken: ramp.body.secret,
    killUrl: kill.body.url,
  }
}

/** The keys of an earlier start, when this server still takes them and the address is the same. */
async function rememberedKeys(url, keysFile) {
  if (!existsSync(keysFile)) return undefined
  const keys = JSON.parse(readFileSync(keysFile, 'utf8'))
  const answer = await fetch(`${url}/sdk/v1/snapshot`, { headers: { authorization: `Bearer ${keys.serverSdkKey}` } })
  await answer.body?.cancel()
  return answer.ok && keys.killUrl?.startsWith(`${url}/`) ? keys : undefined
}

/** A ramp refuses a metric nobody has ever sent: wait until the shop's outcomes are known. */
async function metricsSeen(api, inEnvironment, names) {
  for (let tries = 0; tries < 300; tries += 1) {
    const { body } = await api.listMetrics(inEnvironment)
    if (names.every((name) => body.items.some((metric) => metric.name === name))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the shop's outcomes (${names.join(', ')}) did not arrive within 30 s`)
}

/** True when it was made now, false when it was there before. */
async function unlessThere(creation) {
  try {
    await creation
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'already_exists') return false
    throw error
  }
}
