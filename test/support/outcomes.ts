import { randomUUID } from 'node:crypto'
import type { Ramp } from '@rampart/contract/admin'
import type { EventsBatch } from '@rampart/contract/wire'
import type { Demo } from './demo.ts'

/** Units by arm. */
export interface Arms {
  readonly treatment: number
  readonly control: number
}

type Which = Pick<Ramp, 'id' | 'seq'>

let units = 0

/**
 * Reports what happened to new units of a ramp straight over the wire, as an SDK does, so that a story can say exactly what is
 * counted. The first so many of those that were met failed.
 */
export async function report(demo: Demo, ramp: Which, met: Arms, failed: Arms, metric = 'checkout_error') {
  await send(demo, watched(ramp, met, failed, metric))
}

/** The same as a batch that a story can send when, and as often, as it likes. */
export function watched({ id, seq }: Which, met: Arms, failed: Arms, metric = 'checkout_error'): EventsBatch {
  const seen = { treatment: fresh(met.treatment), control: fresh(met.control) }
  const first = {
    metric,
    treatment: seen.treatment.slice(0, failed.treatment),
    control: seen.control.slice(0, failed.control),
  }
  return batchOf({ watched: [{ ramp: id, seq, agoMs: 0, seen, evaluations: met, first: [first] }] })
}

/** Makes metrics known that ramps may name. */
export function reported(demo: Demo, ...metrics: readonly string[]): Promise<unknown> {
  return send(demo, batchOf({ totals: metrics.map((metric) => ({ metric, n: 1 })) }))
}

/** Sends a batch; answers whether it was counted before. */
export async function send({ url, serverKey }: Demo, batch: EventsBatch): Promise<{ readonly duplicate: boolean }> {
  const response = await fetch(`${url}/sdk/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  })
  if (response.status !== 202) throw new Error(`events were refused: ${response.status} ${await response.text()}`)
  return (await response.json()) as { readonly duplicate: boolean }
}

function batchOf(part: Partial<EventsBatch>): EventsBatch {
  return {
    format: 1,
    batch: randomUUID(),
    instance: randomUUID(),
    sdk: { name: 'story', version: '1' },
    revision: 1,
    spanMs: 1000,
    evaluations: [],
    ...part,
  }
}

function fresh(n: number): readonly string[] {
  return Array.from({ length: n }, () => {
    units += 1
    return units.toString(16).padStart(16, '0')
  })
}
