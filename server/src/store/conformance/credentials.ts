import type { Token } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { addPerson, NOW, production, write } from './makers.ts'
import { type OpenStore, shopInEachTest } from './opened.ts'

const INSTANT = new Date(NOW).toISOString()

const token: Omit<Token, 'lastUsedAt'> = {
  id: 't_1',
  kind: 'machine',
  name: 'pipeline',
  scopes: ['ramp@shop'],
  prefix: 'rmp_svc_…a81f',
  createdAt: INSTANT,
  expiresAt: null,
}

const sdkKey = {
  id: 'k_1',
  ...production,
  kind: 'server',
  name: 'backend',
  prefix: 'rmp_srv_…b52c',
  createdAt: INSTANT,
  expiresAt: null,
} as const

const ada = { id: 'p_ada', name: 'Ada', scopes: ['admin@*'], createdAt: INSTANT, lastSeenAt: null }

export function credentialsConformance(open: OpenStore): void {
  describe('credentials', () => {
    const shop = shopInEachTest(open)

    test('a token is found by its hash, with the person it belongs to, until it is removed', async () => {
      const { store } = shop
      await addPerson(store, 'p_ada')
      await write(store, { put: 'token', token, hash: 'h_1', person: 'p_ada' })
      expect(await store.tokenByHash('h_1')).toEqual({ token: { ...token, lastUsedAt: null }, person: 'p_ada' })
      expect(await store.tokenByHash('h_2')).toBeUndefined()
      await write(store, { remove: 'token', id: 't_1' })
      expect(await store.tokenByHash('h_1')).toBeUndefined()
      expect(await store.tokens()).toEqual([])
    })

    test('an SDK key is found by its hash and in its environment, until it is removed', async () => {
      const { store } = shop
      await write(store, { put: 'sdk_key', key: sdkKey, hash: 'h_1' })
      expect(await store.sdkKeyByHash('h_1')).toEqual({ ...sdkKey, lastUsedAt: null })
      expect(await store.sdkKeys(production)).toEqual([{ ...sdkKey, lastUsedAt: null }])
      await write(store, { remove: 'sdk_key', id: 'k_1' })
      expect(await store.sdkKeyByHash('h_1')).toBeUndefined()
      expect(await store.sdkKeys(production)).toEqual([])
    })

    test('two credentials never share a secret', async () => {
      const { store } = shop
      await write(store, { put: 'token', token, hash: 'h_1', person: null })
      expect(await write(store, { put: 'token', token: { ...token, id: 't_2' }, hash: 'h_1', person: null })).toEqual({
        kind: 'exists',
      })
    })

    test('use is remembered', async () => {
      const { store } = shop
      await addPerson(store, 'p_ada')
      await write(
        store,
        { put: 'token', token, hash: 'h_1', person: null },
        { put: 'sdk_key', key: sdkKey, hash: 'h_2' },
      )
      await store.touch({ tokens: ['t_1', 't_gone'], sdkKeys: ['k_1'], people: ['p_ada'] }, NOW)
      await store.touch({}, NOW + 1)
      expect(await store.tokens()).toEqual([{ ...token, lastUsedAt: INSTANT }])
      expect(await store.sdkKeys(production)).toEqual([{ ...sdkKey, lastUsedAt: INSTANT }])
      expect(await store.people()).toEqual([{ ...ada, lastSeenAt: INSTANT }])
    })

    test('a sign-in secret is used once, also by ten at the same time', async () => {
      const { store } = shop
      await addPerson(store, 'p_ada')
      await write(store, { put: 'sign_in', hash: 'h_1', person: 'p_ada', expiresAt: NOW + 1 })
      const used = await Promise.all(Array.from({ length: 10 }, () => store.useSignIn('h_1', NOW)))
      expect(used.filter((person) => person !== undefined)).toEqual([ada])
      expect(await store.useSignIn('h_1', NOW)).toBeUndefined()
    })

    test('a sign-in secret whose time is over opens nothing', async () => {
      const { store } = shop
      await addPerson(store, 'p_ada')
      await write(store, { put: 'sign_in', hash: 'h_1', person: 'p_ada', expiresAt: NOW })
      expect(await store.useSignIn('h_1', NOW)).toBeUndefined()
    })

    test('a session is its person until its end or its removal', async () => {
      const { store } = shop
      await addPerson(store, 'p_ada')
      const session = { hash: 'h_1', person: 'p_ada', createdAt: NOW, expiresAt: NOW + 10 }
      await write(store, { put: 'session', session })
      expect(await store.personBySession('h_1', NOW + 9)).toEqual(ada)
      expect(await store.personBySession('h_1', NOW + 10)).toBeUndefined()
      expect(await store.personBySession('h_2', NOW)).toBeUndefined()
      await write(store, { put: 'session', session: { ...session, expiresAt: NOW + 20 } })
      expect(await store.personBySession('h_1', NOW + 10)).toEqual(ada)
      await write(store, { remove: 'session', hash: 'h_1' })
      expect(await store.personBySession('h_1', NOW)).toBeUndefined()
    })

    test('a session or token of nobody cannot be written', async () => {
      const { store } = shop
      const session = { hash: 'h_1', person: 'p_nobody', createdAt: NOW, expiresAt: NOW + 10 }
      await expect(write(store, { put: 'session', session })).rejects.toThrow()
      await expect(write(store, { put: 'token', token, hash: 'h_1', person: 'p_nobody' })).rejects.toThrow()
    })
  })
}
