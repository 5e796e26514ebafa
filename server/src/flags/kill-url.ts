import type { Propagation, Token } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { Clock } from '../clock.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import type { Usage } from '../http/usage.ts'
import { type KillPlace, placeOf } from '../keys/kill-scopes.ts'
import { hashSecret, readSecret } from '../keys/secrets.ts'
import type { Asker, Store } from '../store/store.ts'
import { readAlertBody } from './alert-body.ts'
import type { Waiting } from './kill.ts'
import { type KilledFlag, killAll } from './kill-all.ts'
import type { ConfigPlace } from './lookup.ts'

export type KillUrlResult =
  | { readonly killed: readonly KilledFlag[]; readonly propagation?: Propagation }
  | { readonly ignored: 'resolved' }

export interface KillUrlOrder {
  readonly secret: string
  /** Whatever was sent. */
  readonly body: unknown
  readonly request: Asker['request']
}

export interface KillUrls {
  /** What a kill URL would kill. Throws `not_found` for a secret that is not one, or not any more. */
  describe(secret: string): Promise<{ readonly name: string; readonly places: readonly KillPlace[] }>
  /** Kills what the URL names. Throws `not_found`, or `rate_limited` when it is called again and again. */
  use(order: KillUrlOrder, waiting: Waiting): Promise<KillUrlResult>
}

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly usage: Usage
  readonly delivery: Pick<Delivery, 'waitForPropagation'>
}

/** An alert that flaps calls often; more than this is no alert. */
const LIMIT = { burst: 30, perMinute: 60 }

export function createKillUrls({ store, clock, usage, delivery }: Parts): KillUrls {
  const limit = createRateLimit(clock, LIMIT)

  async function tokenOf(secret: string): Promise<Token> {
    const found = readSecret(secret) === 'kill-url' ? await store.tokenByHash(hashSecret(secret)) : undefined
    const expiresAt = found?.token.expiresAt ?? null
    if (found === undefined || (expiresAt !== null && Date.parse(expiresAt) <= clock.now())) {
      throw new AppError('not_found', 'This kill URL is not known; it may have been revoked. Nothing was killed.')
    }
    return found.token
  }

  async function flagsIn({ project, environment, flag }: KillPlace): Promise<readonly string[]> {
    if (flag !== undefined) return (await store.config({ project, environment }, flag)) === undefined ? [] : [flag]
    return (await store.configs(project))
      .filter((config) => config.environment === environment)
      .map((config) => config.flag)
  }

  return {
    async describe(secret) {
      const token = await tokenOf(secret)
      return { name: token.name, places: placesOf(token) }
    },

    async use({ secret, body, request }, { waitMs, signal }) {
      const token = await tokenOf(secret)
      limit.take(token.id)
      const alert = readAlertBody(body)
      if (alert.resolved) return { ignored: 'resolved' }
      usage.token(token.id)
      const actor = { kind: 'token', id: token.id, name: token.name, via: 'kill-url' } as const
      const asker: Asker = { actor, comment: null, request }
      const named = await Promise.all(
        placesOf(token).map(async (place) => (await flagsIn(place)).map((flag) => ({ ...place, flag }))),
      )
      const order = { asker, reason: alert.reason }
      const killed = await Promise.all(
        byProject(unique(named.flat())).map(async ([project, places]) => {
          const flags = await killAll({ store, clock }, { project, places, ...order })
          return flags.map((one) => ({ ...one, project }))
        }),
      ).then((all) => all.flat())
      if (killed.length === 0) throw new AppError('not_found', 'What this kill URL names does not exist any more.')
      const told = killed.map(({ flag, environment, revision, already }) => ({ flag, environment, revision, already }))
      if (waitMs === undefined) return { killed: told }
      const travelled = await Promise.all(
        lastRevisions(killed).map(({ revision, ...ref }) =>
          delivery.waitForPropagation(ref, revision, {
            timeoutMs: waitMs,
            ...(signal === undefined ? {} : { signal }),
          }),
        ),
      )
      return { killed: told, propagation: together(travelled) }
    },
  }
}

/** A flag that two scopes name is killed once. */
function unique(places: readonly ConfigPlace[]): readonly ConfigPlace[] {
  return [...new Map(places.map((place) => [`${place.project}/${place.environment}/${place.flag}`, place])).values()]
}

function byProject(places: readonly ConfigPlace[]): readonly (readonly [project: string, readonly ConfigPlace[]])[] {
  const projects = new Set(places.map(({ project }) => project))
  return [...projects].map((one) => [one, places.filter(({ project }) => project === one)])
}

function placesOf(token: Token): readonly KillPlace[] {
  return token.scopes.flatMap((scope) => placeOf(scope) ?? [])
}

/** Whoever holds the last revision of an environment holds those before it. */
function lastRevisions(killed: readonly (KilledFlag & { readonly project: string })[]) {
  const last = new Map<string, { project: string; environment: string; revision: number }>()
  for (const { project, environment, revision } of killed) {
    const name = `${project}/${environment}`
    last.set(name, { project, environment, revision: Math.max(revision, last.get(name)?.revision ?? 0) })
  }
  return [...last.values()]
}

function together(all: readonly Propagation[]): Propagation {
  const slowest = all.flatMap(({ slowestMs }) => slowestMs ?? [])
  return {
    instances: all.reduce((sum, one) => sum + one.instances, 0),
    holding: all.reduce((sum, one) => sum + one.holding, 0),
    slowestMs: slowest.length === 0 ? null : Math.max(...slowest),
    behind: all.flatMap(({ behind }) => behind),
  }
}
