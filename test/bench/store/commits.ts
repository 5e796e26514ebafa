import { composeServer, type Server } from '@rampart/server'
import type { Row } from '../row.ts'

type Commit = Parameters<Server['store']['commit']>[0]
type Write = Commit['writes'][number]

const FLAGS = 200
const FOR_MS = 8_000
const AT_ONCE = 16
const GOAL = 500

const created = '2026-01-01T00:00:00.000Z'
const asker = {
  actor: { kind: 'system', id: 'system', name: 'Rampart' },
  comment: null,
  request: { id: 'bench', address: null },
} as const

/**
 * Changes of flags from several callers at once, each a transaction of its own with its audit entry, and each waited for until it
 * is on the disk. Those that wait together share a sync; what one caller alone gets is what the disk takes for one.
 */
export async function commits(folder: string): Promise<readonly Row[]> {
  const server = await composeServer({
    host: '127.0.0.1',
    port: 0,
    dataFolder: folder,
    publicUrl: null,
    logLevel: 'silent',
    bootstrapFile: null,
    privateSources: [],
  })
  try {
    const { store } = server
    await store.commit({
      scope: 'shop',
      at: Date.now(),
      asker,
      audit: [],
      writes: founding(),
      changes: [{ environment: 'production' }],
    })
    const alone = await rateOf(store, 1, 0)
    const { n, rate } = await rateOf(store, AT_ONCE, alone.n)
    const revision = (await store.environment({ project: 'shop', environment: 'production' }))?.revision
    const [last] = await store.audit({ scope: 'shop', limit: 1 })
    const isWhole = revision === n + 1 && last?.n === n
    return [
      {
        goal: `flag changes, each durable with its audit entry, ${AT_ONCE} callers`,
        measured: `${rate.toFixed(0)} a second (one caller ${alone.rate.toFixed(0)})${isWhole ? '' : ', not all there'}`,
        limit: `${GOAL} a second`,
        ok: isWhole && rate >= GOAL,
      },
    ]
  } finally {
    await server.close()
  }
}

async function rateOf(
  store: Server['store'],
  callers: number,
  from: number,
): Promise<{ readonly n: number; readonly rate: number }> {
  const began = performance.now()
  let n = from
  const caller = async (): Promise<void> => {
    while (performance.now() - began < FOR_MS) {
      const committed = await store.commit(edit(n++))
      if (committed.kind !== 'done') throw new Error(`a change was not made: ${committed.kind}`)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return { n, rate: (n - from) / ((performance.now() - began) / 1_000) }
}

function founding(): Write[] {
  return [
    { put: 'project', project: { key: 'shop', name: 'Shop', version: 1 } },
    {
      put: 'environment',
      environment: {
        project: 'shop',
        key: 'production',
        class: 'production',
        protected: false,
        origins: [],
        privateAttributes: [],
        requiredPlan: null,
        salt: 'salt',
      },
    },
    ...Array.from({ length: FLAGS }, (_, i): Write[] => [
      { put: 'flag', flag: flag(`flag-${i}`) },
      { put: 'config', config: config(`flag-${i}`, 0) },
    ]).flat(),
  ]
}

function edit(n: number): Commit {
  const key = `flag-${n % FLAGS}`
  const after = config(key, n % 100)
  return {
    scope: 'shop',
    at: Date.now(),
    asker,
    writes: [{ put: 'config', config: after }],
    changes: [{ environment: 'production', flags: [key] }],
    audit: [
      {
        action: 'flag.configured',
        subject: { kind: 'flag', key, environment: 'production' },
        before: { everyoneElse: config(key, (n + 99) % 100).everyoneElse },
        after: { everyoneElse: after.everyoneElse },
        words: `${key} is on for ${n % 100}% in production.`,
      },
    ],
  }
}

function flag(key: string): Extract<Write, { put: 'flag' }>['flag'] {
  return {
    key,
    name: key,
    description: '',
    kind: 'release',
    type: 'boolean',
    variations: [
      { key: 'off', name: null, value: false },
      { key: 'on', name: null, value: true },
    ],
    schema: null,
    clientSide: false,
    remoteOnly: false,
    owner: null,
    tags: [],
    seed: null,
    hash: 'rampart-1',
    expectedLifetime: null,
    archivedAt: null,
    createdAt: created,
    version: 1,
  }
}

function config(flagKey: string, percent: number): Extract<Write, { put: 'config' }>['config'] {
  return {
    project: 'shop',
    environment: 'production',
    flag: flagKey,
    on: true,
    killed: null,
    off: 'off',
    prerequisites: [],
    layer: null,
    rules: [],
    everyoneElse: { variation: 'on', rollout: { percent, otherwise: 'off' } },
  }
}
