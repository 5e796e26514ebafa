import { createClient, type FlagClient } from '@rampart/node'
import { type Demo, FLAG } from './demo.ts'
import { until } from './processes.ts'

/** What becomes of one visit. */
export interface Fate {
  readonly failed: boolean
  readonly ms?: number
}

export interface Crowd {
  readonly client: FlagClient
  /** Everybody who comes from now on fares like this. */
  fares(fate: (isNew: boolean) => Fate): void
  close(): Promise<void>
}

const EVERY_MS = 20
let crowds = 0

/**
 * An endless supply of people who were never here before, who ask for the flag through a real SDK in this process.
 */
export async function startCrowd(
  demo: Demo,
  options: Partial<Parameters<typeof createClient>[0]> & { readonly perSecond?: number } = {},
): Promise<Crowd> {
  const { perSecond = 1_000, ...rest } = options
  const client = createClient({
    url: demo.url,
    key: demo.serverKey,
    logger: 'silent',
    metrics: { flushInterval: 200 },
    ...rest,
  })
  await client.ready()
  let fate: (isNew: boolean) => Fate = () => ({ failed: false })
  crowds += 1
  const family = crowds
  let sent = 0
  const began = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond
    for (; sent < due; sent += 1) {
      const shopper = `shopper-${family}-${sent}`
      const isNew = client.isEnabled(FLAG, shopper)
      const { failed, ms } = fate(isNew)
      if (ms !== undefined) client.observe('checkout_ms', shopper, ms)
      client.count(failed ? 'checkout_error' : 'order', shopper)
    }
  }, EVERY_MS)
  return {
    client,
    fares: (next) => {
      fate = next
    },
    async close() {
      clearInterval(timer)
      await client.close()
    },
  }
}

/** Numbers in [0, 1) that look like chance and are the same in every run. */
export function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Waits until a metric has been reported, so that a ramp may name it. */
export async function known(demo: Demo, ...names: readonly string[]): Promise<void> {
  const params = { project: 'demo', environment: 'production' }
  await until(async () => {
    const { items } = (await demo.api.listMetrics({ params })).body
    return names.every((name) => items.some((metric) => metric.name === name)) ? true : undefined
  }, 60_000)
}
