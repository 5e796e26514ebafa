import type { SdkKey, Token } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { recorded, requireDone } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { requireEnvironment } from '../environments/access.ts'
import { requireConfig } from '../flags/lookup.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, EnvironmentRef, Store } from '../store/store.ts'
import { placeOf } from './kill-scopes.ts'
import { hashSecret, newSecret, prefixOf, randomText } from './secrets.ts'

export interface TokenInput {
  readonly kind: 'machine' | 'kill-url'
  readonly name: string
  readonly scopes: readonly string[]
  readonly expiresAt?: string | null | undefined
}

interface Created<T> {
  readonly item: T
  /** Shown now and never again. */
  readonly secret: string
  readonly auditId: string
}

interface Revoked<T> {
  readonly item: T
  readonly revision: null
  readonly auditId: string
}

export interface Keys {
  sdkKeys(ref: EnvironmentRef): Promise<readonly SdkKey[]>
  createSdkKey(ref: EnvironmentRef, input: Pick<SdkKey, 'kind' | 'name'>, asker: Asker): Promise<Created<SdkKey>>
  revokeSdkKey(ref: EnvironmentRef, id: string, asker: Asker): Promise<Revoked<SdkKey>>
  tokens(): Promise<readonly Token[]>
  /** Throws `invalid` when a kill URL would do more than kill what exists in one environment. */
  createToken(input: TokenInput, asker: Asker): Promise<Created<Token>>
  revokeToken(id: string, asker: Asker): Promise<Revoked<Token>>
}

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly delivery: Pick<Delivery, 'keyRevoked'>
}

/** SDK keys, tokens and kill URLs. Secrets are shown once and kept as hashes. */
export function createKeys({ store, clock, delivery }: Parts): Keys {
  return {
    async sdkKeys(ref) {
      await requireEnvironment(store, ref)
      return store.sdkKeys(ref)
    },

    async createSdkKey(ref, { kind, name }, asker) {
      await requireEnvironment(store, ref)
      const secret = newSecret(kind === 'server' ? 'server-sdk' : 'client-sdk')
      const at = clock.now()
      const key: Omit<SdkKey, 'lastUsedAt'> = {
        id: `k_${randomText(ID_LENGTH)}`,
        ...refOf(ref),
        kind,
        name,
        prefix: prefixOf(secret),
        createdAt: iso(at),
        expiresAt: null,
      }
      const committed = await store.commit({
        scope: ref.project,
        at,
        asker,
        writes: [{ put: 'sdk_key', key, hash: hashSecret(secret) }],
        audit: [sdkKeyEntry('sdk_key.created', null, key, `SDK key ${name} was made for ${ref.environment}.`)],
      })
      const { auditId } = recorded(requireDone(committed, 'This key exists already.'))
      return { item: { ...key, lastUsedAt: null }, secret, auditId }
    },

    async revokeSdkKey(ref, id, asker) {
      await requireEnvironment(store, ref)
      const key = (await store.sdkKeys(ref)).find((one) => one.id === id)
      if (key === undefined) throw new AppError('not_found', `${ref.environment} has no SDK key ${id}.`)
      const committed = await store.commit({
        scope: ref.project,
        at: clock.now(),
        asker,
        writes: [{ remove: 'sdk_key', id }],
        audit: [sdkKeyEntry('sdk_key.revoked', key, null, `SDK key ${key.name} of ${ref.environment} was revoked.`)],
      })
      const { auditId } = recorded(requireDone(committed, ''))
      delivery.keyRevoked(id)
      return { item: key, revision: null, auditId }
    },

    tokens: () => store.tokens(),

    async createToken(input, asker) {
      if (input.kind === 'kill-url') await requireKillScopes(store, input.scopes)
      const secret = newSecret(input.kind)
      const at = clock.now()
      const token: Omit<Token, 'lastUsedAt'> = {
        id: `t_${randomText(ID_LENGTH)}`,
        kind: input.kind,
        name: input.name,
        scopes: [...input.scopes],
        prefix: prefixOf(secret),
        createdAt: iso(at),
        expiresAt: input.expiresAt ?? null,
      }
      const committed = await store.commit({
        scope: 'instance',
        at,
        asker,
        writes: [{ put: 'token', token, hash: hashSecret(secret), person: null }],
        audit: [tokenEntry('token.created', null, token)],
      })
      const { auditId } = recorded(requireDone(committed, 'This token exists already.'))
      return { item: { ...token, lastUsedAt: null }, secret, auditId }
    },

    async revokeToken(id, asker) {
      const token = (await store.tokens()).find((one) => one.id === id)
      if (token === undefined) throw new AppError('not_found', `There is no token ${id}.`)
      const committed = await store.commit({
        scope: 'instance',
        at: clock.now(),
        asker,
        writes: [{ remove: 'token', id }],
        audit: [tokenEntry('token.revoked', token, null)],
      })
      return { item: token, revision: null, auditId: recorded(requireDone(committed, '')).auditId }
    },
  }
}

/** 80 bits: ids are no secrets, they only must not meet. */
const ID_LENGTH = 16

function refOf({ project, environment }: EnvironmentRef): EnvironmentRef {
  return { project, environment }
}

/** A kill URL may only kill, and only what is there: a typing mistake must show now and not in the emergency. */
async function requireKillScopes(store: Store, scopes: readonly string[]): Promise<void> {
  for (const scope of scopes) {
    const place = placeOf(scope)
    if (place === undefined) {
      throw new AppError(
        'invalid',
        `A kill URL takes kill@project/environment or kill@project/environment/flag, not ${scope}.`,
      )
    }
    const { project, environment, flag } = place
    if (flag === undefined) await requireEnvironment(store, { project, environment })
    else await requireConfig(store, { project, environment, flag })
  }
}

function sdkKeyEntry(
  action: 'sdk_key.created' | 'sdk_key.revoked',
  before: Omit<SdkKey, 'lastUsedAt'> | null,
  after: Omit<SdkKey, 'lastUsedAt'> | null,
  words: string,
) {
  const key = after ?? before
  const subject = {
    kind: 'sdk-key',
    key: key?.id ?? '',
    ...(key === null ? {} : { environment: key.environment }),
  } as const
  return { action, subject, before, after, words }
}

function tokenEntry(
  action: 'token.created' | 'token.revoked',
  before: Omit<Token, 'lastUsedAt'> | null,
  after: Omit<Token, 'lastUsedAt'> | null,
) {
  const token = after ?? before
  const what = token?.kind === 'kill-url' ? 'Kill URL' : 'Token'
  const words = `${what} ${token?.name ?? ''} was ${after === null ? 'revoked' : 'made'}: ${token?.scopes.join(', ') ?? ''}.`
  return { action, subject: { kind: 'token', key: token?.id ?? '' }, before, after, words } as const
}
