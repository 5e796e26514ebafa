import { createClient } from '@rampart/node'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createTestClient } from './client.ts'
import { eachVariation } from './each-variation.ts'
import { withFlags } from './with-flags.ts'

const UNITS = Array.from({ length: 1_000 }, (_, i) => `user-${i}`)

test('flags give what the test says, to everyone, until it says otherwise', () => {
  const flags = createTestClient({ checkout: true, ranker: 'bm25', limits: { items: 5 } })
  expect([
    flags.isEnabled('checkout', 'ana'),
    flags.get('ranker', 'ana', 'none'),
    flags.get('limits', { targetingKey: 'ana' }, { items: 1 }),
    flags.all('ana'),
  ]).toEqual([true, 'bm25', { items: 5 }, { checkout: true, ranker: 'bm25', limits: { items: 5 } }])
  flags.set('ranker', 'vector')
  expect(flags.details('ranker', 'ana', 'none')).toMatchObject({
    value: 'vector',
    variation: 'vector',
    reason: 'default',
  })
  expect(flags.for('ana').get('ranker', 'none')).toBe('vector')
  expect(flags.about('ranker')).toEqual({ flagSet: 'test/test', isConstant: true })
})

test('a flag that is not set gives the fallback, and throws where the test is strict; so it does of another type', () => {
  const flags = createTestClient({ ranker: 'bm25' })
  expect(flags.isEnabled('checkout', 'ana', true)).toBe(true)
  expect(flags.details('ranker', 'ana', 5)).toMatchObject({ value: 5, error: { code: 'type_mismatch' } })
  flags.remove('ranker')
  expect(flags.details('ranker', 'ana', 'none')).toMatchObject({ value: 'none', error: { code: 'flag_not_found' } })
  expect(() => createTestClient({}, { strict: true }).isEnabled('checkout', 'ana')).toThrow('this test did not set it')
})

test('rules look at attributes, the first that matches decides, and setting the flag ends them', () => {
  const flags = createTestClient({ limits: { items: 5 } })
  flags.rule('limits', { when: { plan: 'pro', beta: true }, value: { items: 50 } })
  flags.rule('limits', { when: { plan: 'pro' }, value: { items: 20 } })
  const items = (context: object) => flags.get('limits', { targetingKey: 'ana', ...context }, { items: 0 }).items
  expect([items({ plan: 'pro', beta: true }), items({ plan: 'pro' }), items({})]).toEqual([50, 20, 5])
  flags.set('limits', { items: 7 })
  expect(items({ plan: 'pro' })).toBe(7)
  expect(() => flags.rule('unknown', { when: {}, value: 'x' })).toThrow('set the flag "unknown"')
})

test('a percentage meets the very units that it meets in production', () => {
  const flags = createTestClient({ checkout: false })
  flags.percent('checkout', 10)
  const snapshot = flags.flags.snapshot()
  const production = createClient({ transport: 'offline', bootstrap: snapshot, logger: 'silent' })
  const on = UNITS.filter((unit) => flags.isEnabled('checkout', unit))
  expect(on.length).toBeGreaterThan(60)
  expect(on.length).toBeLessThan(140)
  expect(on).toEqual(UNITS.filter((unit) => production.isEnabled('checkout', unit)))
  // Raising it adds units and takes none away.
  flags.percent('checkout', 50)
  expect(on.every((unit) => flags.isEnabled('checkout', unit))).toBe(true)
})

test('a share of a text flag gets another text, and the others what they had', () => {
  const flags = createTestClient({ ranker: 'bm25' })
  flags.percent('ranker', 50, 'vector')
  expect(new Set(UNITS.map((unit) => flags.get('ranker', unit, 'none')))).toEqual(new Set(['bm25', 'vector']))
})

test('a snapshot of a server brings its rules and segments along', () => {
  const server = createTestClient({ checkout: false })
  server.rule('checkout', { when: { plan: 'pro' }, value: true })
  const flags = createTestClient({ ranker: 'bm25' }, { snapshot: server.flags.snapshot() })
  expect(flags.isEnabled('checkout', { targetingKey: 'ana', plan: 'pro' })).toBe(true)
  expect(flags.isEnabled('checkout', 'ana')).toBe(false)
  expect(flags.get('ranker', 'ana', 'none')).toBe('bm25')
})

test('what was asked, counted and observed can be looked at', () => {
  const flags = createTestClient({ checkout: true })
  flags.isEnabled('checkout', 'ana')
  flags.for({ targetingKey: 'ben' }).isEnabled('checkout')
  flags.count('checkout_error', 'ana')
  flags.observe('checkout_ms', 'ana', 120)
  flags.track('visit', 'ana', { page: 'home' })
  flags.for('ben').track('paid', { value: 9.5 })
  expect(flags.evaluations('checkout').map(({ context, details }) => [context.targetingKey, details.value])).toEqual([
    ['ana', true],
    ['ben', true],
  ])
  expect(flags.outcomes('checkout_error')).toEqual([{ context: { targetingKey: 'ana' }, n: 1 }])
  expect(flags.outcomes('checkout_ms')).toEqual([{ context: { targetingKey: 'ana' }, n: 1, value: 120 }])
  expect(flags.outcomes('visit')).toEqual([{ context: { targetingKey: 'ana' }, n: 1 }])
  expect(flags.outcomes('paid')).toEqual([{ context: { targetingKey: 'ben' }, n: 1, value: 9.5 }])
})

test('a page that is made from it begins with what it gives', () => {
  const flags = createTestClient({ checkout: true })
  expect(flags.bootstrapFor('ana')).toMatchObject({ format: 1, values: [{ key: 'checkout', value: true }] })
})

test('changes are heard as from a client with a server', async () => {
  const flags = createTestClient({ checkout: false, banner: true })
  expect(await flags.ready()).toMatchObject({ status: 'ready' })
  const changes: (readonly string[])[] = []
  const one = vi.fn()
  const off = flags.on('change', ({ keys }) => void changes.push(keys))
  flags.onChange('checkout', one)
  flags.set('checkout', true)
  flags.set('banner', false)
  off()
  flags.remove('banner')
  expect([changes, one.mock.calls.length]).toEqual([[['checkout'], ['banner']], 1])
  await flags.close()
  expect(flags.status).toBe('closed')
})

test('withFlags holds in its work and what that starts, not beside it, and the inner one first', async () => {
  const flags = createTestClient({ checkout: true, ranker: 'bm25' })
  const seen = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return [flags.isEnabled('checkout', 'ana'), flags.get('ranker', 'ana', 'none')]
  }
  const [outside, inside, nested] = await Promise.all([
    seen(),
    withFlags({ checkout: false }, seen),
    withFlags({ checkout: false, ranker: 'x' }, () => withFlags({ ranker: 'vector' }, seen)),
  ])
  expect({ outside, inside, nested }).toEqual({
    outside: [true, 'bm25'],
    inside: [false, 'bm25'],
    nested: [false, 'vector'],
  })
  expect(withFlags({ checkout: false }, () => flags.details('checkout', 'ana', true).reason)).toBe('override')
})

test('eachVariation defines a test for each value, with a client of its own', () => {
  const seen: unknown[] = []
  eachVariation('checkout', (value, flags) => seen.push([value, flags.isEnabled('checkout', 'ana')]))
  eachVariation('ranker', ['bm25', 'vector'], (value, flags) => seen.push([value, flags.get('ranker', 'ana', 'none')]))
  expect(seen).toEqual([
    [false, false],
    [true, true],
    ['bm25', 'bm25'],
    ['vector', 'vector'],
  ])
})

test('a flag may have the name of what every object has', () => {
  const flags = createTestClient(JSON.parse('{ "__proto__": true, "constructor": "x" }'))
  onTestFinished(() => flags.close())
  expect([flags.isEnabled('__proto__', 'ana'), flags.get('constructor', 'ana', 'none')]).toEqual([true, 'x'])
})
