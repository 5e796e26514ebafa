import { createClient } from '@rampart/node'
import { type Contestant, EVERY_SCENARIO } from './contestant.ts'
import { flat, snapshot } from './world.ts'

const WATCH = {
  ramp: 'r_1',
  seq: 1,
  flag: 'half',
  rule: 'everyone-else',
  percent: 50,
  salt: 'salt',
  controlSample: 1,
  tickMs: 10_000,
  metrics: [{ metric: 'checkout_error', take: 'first' }],
} as const

/** A client whose server never answers: it evaluates from its bootstrap, and counts for whenever that comes back. */
export function openRampart(isWatched: boolean): Contestant {
  const client = createClient({
    url: 'http://127.0.0.1:9',
    key: 'rmp_srv_bench',
    bootstrap: flat({ ...snapshot(), watches: isWatched ? [WATCH] : [] }),
    fetch: () => new Promise(() => {}),
    logger: 'silent',
  })
  return {
    isAsync: false,
    scenarios: [...EVERY_SCENARIO, 'watched'],
    about: (crowd) => {
      const contexts = crowd.map((person) => ({ ...person }))
      return (key) => (index) => client.isEnabled(key, contexts[index] ?? '')
    },
    all: (crowd) => {
      const contexts = crowd.map((person) => ({ ...person }))
      return (index) => client.all(contexts[index] ?? '')
    },
    close: () => client.close({ timeout: 1 }),
  }
}
