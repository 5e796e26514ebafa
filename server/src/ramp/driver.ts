import type { Id } from '@rampart/core'
import { createFigureReader } from '../sources/figure-reader.ts'
import type { RampRow } from '../store/store.ts'
import { type Claimed, type DriveOptions, drive } from './drive.ts'
import { createTickReader } from './tick-reader.ts'

export interface DriverOptions extends Omit<DriveOptions, 'ticks' | 'figures'> {
  /** Names this server in leases. */
  readonly owner: string
  readonly onError: (error: unknown, ramp: Id | null) => void
  readonly everyMs?: number
}

export interface RampDriver {
  start(): void
  /** Answers when the round under way is over; a ramp is left in a state that any server can go on from. */
  stop(): Promise<void>
  /** One round over every active ramp. */
  round(): Promise<void>
}

const EVERY_MS = 500
/** Leases only keep two servers from doing the same work: what keeps a ramp right is the version in every commit. */
const LEASE_MS = 5_000
/** A lease is renewed when less than this is left of it: a write in every round would be most of the work. */
const RENEW_MS = 2_500
/** A ramp whose judgement takes long is judged less often, so that it never takes more than a twentieth of the time. */
const REST = 20
/** However long a look took, on a machine that was busy with something else: harm is not to wait for a tick. */
const LONGEST_REST_MS = 5_000
const MOST_RAMPS = 10_000
/** Ramps looked at side by side: while one waits for the store another thinks. */
const AT_ONCE = 8

/**
 * Drives every active ramp: reads its counts, decides, and commits what follows. Those that ended not long ago are looked back
 * at. It remembers nothing that matters; killed at any moment, another round anywhere goes on from what is stored.
 */
export function createRampDriver(options: DriverOptions): RampDriver {
  const { store, clock, onError, everyMs = EVERY_MS } = options
  const parts: DriveOptions = { ...options, ticks: createTickReader(store, clock), figures: createFigureReader(store) }
  const resting = new Map<Id, number>()
  const told = new Map<Id, number>()
  const leases = new Map<Id, { readonly fence: number; readonly until: number }>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = true

  async function round(): Promise<void> {
    const rows = await store.ramps({ driven: true, limit: MOST_RAMPS })
    const waiting = rows.filter(({ ramp }) => (resting.get(ramp.id) ?? 0) <= clock.now())
    await Promise.all(Array.from({ length: AT_ONCE }, () => work(waiting)))
    forget(new Set(rows.map((row) => row.ramp.id)))
  }

  async function work(waiting: RampRow[]): Promise<void> {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const { id } = row.ramp
      await driveOne(row).catch((error: unknown) => onError(error, id))
    }
  }

  async function driveOne(listed: RampRow): Promise<void> {
    const { id } = listed.ramp
    const began = clock.now()
    const claimed = await claim(listed)
    if (claimed === undefined) return
    const counted = await drive(parts, claimed)
    const ended = clock.now()
    resting.set(id, ended + Math.min((ended - began) * REST, LONGEST_REST_MS))
    if (told.get(id) === counted) return
    told.set(id, counted)
    const { project, environment, flag } = claimed.row.ramp
    options.fleet.rampTicked({ project, environment, flag, ramp: id })
  }

  /** A lease that lasts is not asked for again; a row that has changed since it was listed fails in the commit. */
  async function claim(listed: RampRow): Promise<Claimed | undefined> {
    const { id } = listed.ramp
    const now = clock.now()
    const held = leases.get(id)
    if (held !== undefined && held.until - now > RENEW_MS) return { row: listed, fence: held.fence }
    const claimed = await store.claimRamp(id, { owner: options.owner, now, forMs: LEASE_MS })
    if (claimed === undefined) leases.delete(id)
    else leases.set(id, { fence: claimed.fence, until: now + LEASE_MS })
    return claimed
  }

  function forget(driven: ReadonlySet<Id>): void {
    for (const map of [resting, told, leases]) for (const id of map.keys()) if (!driven.has(id)) map.delete(id)
    parts.ticks.keepOnly(driven)
    parts.figures.keepOnly(driven)
  }

  function again(): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = round()
        .catch((error: unknown) => onError(error, null))
        .finally(again)
    }, everyMs)
  }

  return {
    start() {
      stopped = false
      again()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
    round,
  }
}
