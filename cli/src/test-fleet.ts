import { randomBytes, randomUUID } from 'node:crypto'
import type { Snapshot, Watch } from '@rampart/core'

/** What the fleet meets in each beat. */
export interface Traffic {
  readonly units: number
  /** Rate of the watched event without the new variation, and with it. */
  readonly control: number
  readonly treatment: number
}

const BEAT_MS = 250

/**
 * An application with an SDK, as the server sees it: it polls the snapshot and reports units of both arms for each ramp
 * that is watched, with the event of every metric at the rates of `traffic`. Returns the way to stop it.
 */
export function startFleet(url: string, sdkKey: string, traffic: Traffic): () => Promise<void> {
  const instance = randomUUID()
  const headers = { authorization: `Bearer ${sdkKey}`, 'content-type': 'application/json' }
  const stop = new AbortController()

  async function beat(): Promise<void> {
    const answer = await fetch(`${url}/sdk/v1/snapshot`, { headers, signal: stop.signal })
    const snapshot = (await answer.json()) as Snapshot
    const batch = {
      format: 1,
      batch: randomUUID(),
      instance,
      sdk: { name: 'fleet', version: '1' },
      revision: snapshot.revision,
      spanMs: BEAT_MS,
      evaluations: [],
      totals: [{ metric: 'checkout_error', n: 1 }],
      watched: snapshot.watches.map((watch) => meet(watch, traffic)),
    }
    const taken = await fetch(`${url}/sdk/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify(batch),
      signal: stop.signal,
    })
    if (taken.status !== 202) throw new Error(`events: ${taken.status} ${await taken.text()}`)
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await beat()
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS))
    }
  })()
  return async () => {
    stop.abort()
    await running.catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error
    })
  }
}

function meet(watch: Watch, { units, control, treatment }: Traffic) {
  const seen = { treatment: [] as string[], control: [] as string[] }
  const hit = { treatment: [] as string[], control: [] as string[] }
  for (let i = 0; i < units; i += 1) {
    const arm = Math.random() * 100 < watch.percent ? 'treatment' : 'control'
    const unit = randomBytes(8).toString('hex')
    seen[arm].push(unit)
    if (Math.random() < (arm === 'treatment' ? treatment : control)) hit[arm].push(unit)
  }
  return {
    ramp: watch.ramp,
    seq: watch.seq,
    agoMs: 0,
    evaluations: { treatment: seen.treatment.length, control: seen.control.length },
    seen,
    first: watch.metrics.map(({ metric }) => ({ metric, ...hit })),
  }
}
