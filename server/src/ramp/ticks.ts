import type { RampTicks } from '@rampart/contract/admin'
import type { TickRow } from '../store/store.ts'
import { type Arms, type Cell, cellsOf } from './cells.ts'
import { iso } from './instant.ts'
import type { Publish, StoredRamp } from './state.ts'

/** Beyond this, ticks that follow one another are told together. */
const MOST_TICKS = 400

/**
 * What was counted in a ramp, tick by tick, and what was published when: what exposure and each metric's figures are drawn
 * from. Ticks of different sequences are never put together, since each is judged by its own share.
 */
export function ticksOf(ramp: StoredRamp, rows: readonly TickRow[]): RampTicks {
  const cells = cellsOf(ramp, rows).toSorted((a, b) => a.tick - b.tick || a.publish.seq - b.publish.seq)
  const stepMs = stepOver(cells, ramp.tickMs)
  return {
    ramp: ramp.id,
    stepMs,
    publishes: ramp.publishes.map(published),
    ticks: [...together(cells, stepMs).values()].map(({ at, seq, units, events }) => ({
      at: iso(at),
      seq,
      units,
      events: [...events].map(([metric, arms]) => ({ metric, ...arms })),
    })),
  }
}

function published({ at, reached, ...publish }: Publish): RampTicks['publishes'][number] {
  const travelled = reached && { ...reached, at: iso(reached.at), behind: [...reached.behind] }
  return { ...publish, controlSample: 1, at: iso(at), reached: travelled ?? null }
}

interface Told {
  readonly at: number
  readonly seq: number
  units: Arms
  readonly events: Map<string, Arms>
}

function stepOver(cells: readonly Cell[], tickMs: number): number {
  const spanMs = (cells.at(-1)?.tick ?? 0) - (cells[0]?.tick ?? 0) + tickMs
  return Math.ceil(spanMs / tickMs / MOST_TICKS) * tickMs
}

function together(cells: readonly Cell[], stepMs: number): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>()
  for (const { tick, publish, met, events } of cells) {
    const at = Math.floor(tick / stepMs) * stepMs
    const key = `${at} ${publish.seq}`
    const one = told.get(key) ?? { at, seq: publish.seq, units: none, events: new Map<string, Arms>() }
    told.set(key, one)
    one.units = sum(one.units, met)
    for (const [metric, arms] of events) one.events.set(metric, sum(one.events.get(metric) ?? none, arms))
  }
  return told
}

const none: Arms = { treatment: 0, control: 0 }

function sum(a: Arms, b: Arms): Arms {
  return { treatment: a.treatment + b.treatment, control: a.control + b.control }
}
