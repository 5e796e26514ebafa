import { expect, test } from 'vitest'
import { createClient } from './client.ts'
import { flag, snapshot, valued } from './test-snapshots.ts'
import type { Asked, Details, Hook } from './types.ts'

const FACTS = { flagSet: 'shop/production', isConstant: true }
const BOOTSTRAP = snapshot(7, [flag('checkout'), valued('most', 'number', 5)])

function clientWith(hook: Hook, lines: string[] = []) {
  const say = (message: string) => void lines.push(message)
  return createClient({
    transport: 'offline',
    bootstrap: BOOTSTRAP,
    hooks: [hook],
    logger: { debug: say, info: say, warn: say, error: say },
  })
}

test('a hook hears what was asked and what was given, whichever way it was asked, errors too', () => {
  const heard: [Asked, Details<unknown>][] = []
  const client = clientWith({ name: 'listener', after: (asked, details) => void heard.push([asked, details]) })

  const given = [
    client.isEnabled('checkout', 'ana'),
    client.get('most', { targetingKey: 'ana', plan: 'pro' }, 1),
    client.for('ana').isEnabled('chekcout', true),
    client.details('checkout', 'ana', 'a text').value,
  ]

  expect(given).toEqual([true, 5, true, 'a text'])
  expect(heard.map(([asked, { value, reason, error }]) => [asked, value, reason, error?.code])).toEqual([
    [{ key: 'checkout', context: { targetingKey: 'ana' }, fallback: false, facts: FACTS }, true, 'default', undefined],
    [
      { key: 'most', context: { targetingKey: 'ana', plan: 'pro' }, fallback: 1, facts: FACTS },
      5,
      'default',
      undefined,
    ],
    [
      { key: 'chekcout', context: { targetingKey: 'ana' }, fallback: true, facts: undefined },
      true,
      'error',
      'flag_not_found',
    ],
    [
      { key: 'checkout', context: { targetingKey: 'ana' }, fallback: 'a text', facts: FACTS },
      'a text',
      'error',
      'type_mismatch',
    ],
  ])
})

test('a hook that throws is logged once and changes no answer', () => {
  const lines: string[] = []
  const client = clientWith(
    {
      name: 'broken',
      after() {
        throw new Error('no exporter')
      },
    },
    lines,
  )
  expect([client.isEnabled('checkout', 'ana'), client.isEnabled('checkout', 'ben')]).toEqual([true, true])
  expect(lines).toEqual(['rampart: the hook "broken" failed: no exporter'])
})

test('what there is to say of a flag: where it is from, and whether it looks at who asks', () => {
  const rolledOut = flag('ramped', { serve: { to: 1, rollout: [10, 0] } })
  const client = createClient({ transport: 'offline', bootstrap: snapshot(7, [flag('checkout'), rolledOut]) })
  expect(client.about('checkout')).toEqual({ flagSet: 'shop/production', isConstant: true })
  expect(client.about('ramped')).toEqual({ flagSet: 'shop/production', isConstant: false })
  expect(client.about('chekcout')).toBeUndefined()
})
