import type { Flag, FlagListItem } from '@rampart/contract/admin'
import { requireProject } from '../environments/access.ts'
import { readCursor, writeCursor } from '../http/cursor.ts'
import { iso } from '../ramp/instant.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { Store, StoredConfig } from '../store/store.ts'
import { sayConfig, shareOf } from './format.ts'

export interface ListQuery {
  readonly q?: string | undefined
  readonly archived?: 'true' | 'false' | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const DEFAULT_LIMIT = 50
/** More ramps than this are not active in one project at once. */
const MOST_RAMPS = 10_000

/** A page of the flags of a project by key, each with its state in every environment. */
export async function listFlags(
  store: Store,
  project: string,
  { q = '', archived = 'false', limit = DEFAULT_LIMIT, cursor }: ListQuery,
): Promise<{ readonly items: readonly FlagListItem[]; readonly next: string | null }> {
  await requireProject(store, project)
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const after = cursor === undefined ? '' : readCursor(cursor)
  const found = (await store.flags(project))
    .filter((flag) => (flag.archivedAt !== null) === (archived === 'true') && mentions(flag, words))
    .toSorted((a, b) => compare(a.key, b.key))
    .filter((flag) => compare(flag.key, after) > 0)
  const page = found.slice(0, limit)
  const ramps = (await store.ramps({ project, active: true, limit: MOST_RAMPS })).map(({ ramp }) => ramp)
  // asked for together, the store reads them together
  const items = await Promise.all(
    page.map(async (flag): Promise<FlagListItem> => {
      const active = ramps.filter((ramp) => ramp.flag === flag.key)
      const configs = await store.configs(project, flag.key)
      return {
        ...flag,
        states: configs.map((config) =>
          stateOf(
            config,
            active.find((ramp) => ramp.environment === config.environment),
          ),
        ),
        changedAt: await changedAt(store, project, flag, active),
      }
    }),
  )
  const last = page.at(-1)
  return { items, next: last === undefined || found.length <= page.length ? null : writeCursor(last.key) }
}

function mentions({ key, name, tags }: Flag, words: readonly string[]): boolean {
  const texts = [key, name, ...tags].map((text) => text.toLowerCase())
  return words.every((word) => texts.some((text) => text.includes(word)))
}

/** By code unit: the same order in every store and on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function stateOf(config: StoredConfig, ramp: StoredRamp | undefined): FlagListItem['states'][number] {
  return {
    environment: config.environment,
    on: config.on,
    killed: config.killed !== null,
    rules: config.rules.length,
    share: shareOf(config),
    ramp:
      ramp === undefined
        ? null
        : { id: ramp.id, percent: ramp.percent.now, to: ramp.plan.steps.at(-1)?.percent ?? ramp.percent.now },
    summary: sayConfig(config),
    revision: config.revision,
  }
}

/** The last change by people, or the last step of a ramp that is active. */
async function changedAt(store: Store, project: string, flag: Flag, active: readonly StoredRamp[]): Promise<string> {
  const [entry] = await store.audit({ scope: project, subject: { kind: 'flag', key: flag.key }, limit: 1 })
  return [entry?.at ?? flag.createdAt, ...active.map((ramp) => iso(ramp.enteredAt))].toSorted().at(-1) ?? flag.createdAt
}
