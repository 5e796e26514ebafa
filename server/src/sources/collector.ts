import { setTimeout as sleep } from 'node:timers/promises'
import type { Guard } from '@rampart/contract/admin'
import type { Id } from '@rampart/core'
import type { Clock } from '../clock.ts'
import { frozenOf } from '../ramp/frozen.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { Store, StoredSource } from '../store/store.ts'
import type { AddressPolicy } from './addresses.ts'
import type { SourceState } from './figures.ts'
import { armNames, comparesArms, isRead, type ReadSource } from './guard-source.ts'
import { everyOf, openSource } from './open.ts'
import { progress } from './progress.ts'
import type { Ask, Reading, Source } from './reading.ts'

export interface CollectorOptions {
  readonly store: Pick<Store, 'ramps' | 'sourceStates' | 'metricSources' | 'addFigures'>
  readonly clock: Clock
  readonly policy: AddressPolicy
  readonly onError: (error: unknown, ramp: Id | null) => void
  /** Waits before a reading is tried again. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface Collector {
  start(): void
  /** Breaks off what is being read: the next server reads it again, and counts nothing twice. */
  stop(): Promise<void>
  /** Reads every source that is due, and answers when all have been read. */
  round(): Promise<void>
}

const EVERY_MS = 500
const MOST_RAMPS = 10_000
/** Readings at once, and of those from one source: one that never answers keeps nobody else waiting. */
const AT_ONCE = 64
const FROM_ONE_SOURCE = 8
/** A hiccup is tried again within the same reading, as long as the next one is not due. */
const TRIES = 3
const FIRST_PAUSE_MS = 500

/** A guard that reads from elsewhere. */
interface Reader {
  readonly ramp: StoredRamp
  readonly guard: Guard
  readonly source: ReadSource
}

/**
 * Reads the figures of guards whose source is asked, each as often as its source says, and adds them to what the store has of the
 * ramp. It remembers nothing that matters: where a window begins, and what each counter showed then, is in the store.
 */
export function createCollector(options: CollectorOptions): Collector {
  const { store, clock, onError } = options
  const due = new Map<string, number>()
  const reading = new Map<string, { readonly place: string; readonly done: Promise<void> }>()
  let timer: NodeJS.Timeout | undefined
  let closing = new AbortController()

  /** Starts what is due. A source that is still being read is not asked again. */
  async function begin(): Promise<void> {
    const readers = (await store.ramps({ active: true, limit: MOST_RAMPS })).flatMap(({ ramp }) => readersOf(ramp))
    const active = new Set(readers.map(nameOf))
    for (const name of due.keys()) if (!active.has(name)) due.delete(name)
    const stored = storedOnce(store)
    for (const reader of readers) {
      const name = nameOf(reader)
      if (reading.size >= AT_ONCE) return
      if (reading.has(name) || (due.get(name) ?? 0) > clock.now() || isCrowded(placeOf(reader))) continue
      const done = read(reader, stored)
        .catch((error: unknown) => onError(error, reader.ramp.id))
        .finally(() => reading.delete(name))
      reading.set(name, { place: placeOf(reader), done })
    }
  }

  function isCrowded(place: string): boolean {
    return [...reading.values()].filter((other) => other.place === place).length >= FROM_ONE_SOURCE
  }

  async function read(reader: Reader, stored: StoredOnce): Promise<void> {
    const sources = await stored(reader.ramp.project)
    const everyMs = everyOf(reader.source, sources)
    const before = (await store.sourceStates(reader.ramp.id)).find(({ guard }) => guard === reader.guard.key) ?? null
    const next = (before?.askedAt ?? Number.NEGATIVE_INFINITY) + everyMs
    due.set(nameOf(reader), Math.max(next, clock.now()))
    if (next > clock.now()) return
    due.set(nameOf(reader), clock.now() + everyMs)
    await add(options, reader, { sources, before, everyMs, signal: closing.signal })
  }

  async function round(): Promise<void> {
    await begin()
    while (reading.size > 0) {
      await settled()
      await begin()
    }
  }

  async function settled(): Promise<void> {
    await Promise.all([...reading.values()].map(({ done }) => done))
  }

  function again(): void {
    timer = setTimeout(() => {
      void begin()
        .catch((error: unknown) => onError(error, null))
        .finally(() => {
          if (!closing.signal.aborted) again()
        })
    }, EVERY_MS)
  }

  return {
    start() {
      closing = new AbortController()
      again()
    },
    async stop() {
      closing.abort()
      clearTimeout(timer)
      await settled()
    },
    round,
  }
}

function readersOf(ramp: StoredRamp): readonly Reader[] {
  return ramp.plan.guards.flatMap((guard) => (isRead(guard.source) ? [{ ramp, guard, source: guard.source }] : []))
}

function nameOf({ ramp, guard }: Reader): string {
  return `${ramp.id}/${guard.key}`
}

/** Where a reading goes: a source of the project, or an address of its own. */
function placeOf({ ramp, source }: Reader): string {
  return `${ramp.project} ${source.name ?? (source.kind === 'http' ? source.url : '')}`
}

type StoredOnce = (project: string) => Promise<readonly StoredSource[]>

/** The sources of a project, asked for once in a round. */
function storedOnce(store: Pick<Store, 'metricSources'>): StoredOnce {
  const asked = new Map<string, Promise<readonly StoredSource[]>>()
  return (project) => {
    const known = asked.get(project) ?? store.metricSources(project)
    asked.set(project, known)
    return known
  }
}

interface Turn {
  readonly sources: readonly StoredSource[]
  readonly before: SourceState | null
  readonly everyMs: number
  readonly signal: AbortSignal
}

/** One reading, and what it adds. When somebody else has read meanwhile, theirs stands. */
async function add(options: CollectorOptions, reader: Reader, turn: Turn): Promise<void> {
  const { ramp, guard, source } = reader
  const { before, everyMs, signal } = turn
  const began = options.clock.now()
  const bounds = (frozenOf(ramp, guard.key)?.thresholds ?? []).map(({ bound }) => bound)
  const ask: Ask = {
    guard,
    arms: armNames(source, ramp),
    bounds,
    window: { from: before?.readAt ?? began - everyMs, to: began },
  }
  const opened = openSource(source, turn.sources, options.policy)
  const answer = opened === undefined ? gone(source) : await persist(options, opened, ask, turn)
  if (signal.aborted) return
  const compares = comparesArms(source)
  const { state, rows } = progress({
    guard,
    before,
    reading: answer,
    at: options.clock.now(),
    everyMs,
    bounds,
    compares,
  })
  await options.store.addFigures({ ramp: ramp.id, state, rows })
}

function gone({ name, kind }: ReadSource): Reading {
  return {
    kind: 'error',
    failure: 'rejected',
    words: `the project has no source ${name ?? ''} of kind ${kind} any more`,
  }
}

/** Asks again after a hiccup, with growing pauses, until the next reading would be due. */
async function persist(options: CollectorOptions, source: Source, ask: Ask, turn: Turn): Promise<Reading> {
  const { clock, pause = wait } = options
  const { everyMs, signal } = turn
  const until = clock.now() + everyMs
  for (let tries = 1; ; tries += 1) {
    const answer = await source.read(ask, signal)
    const pauseMs = FIRST_PAUSE_MS * 2 ** (tries - 1)
    const over = tries >= TRIES || signal.aborted || clock.now() + pauseMs >= until
    if (answer.kind !== 'error' || over || !mayPass(answer)) return answer
    await pause(pauseMs, signal)
  }
}

/** A credential that is refused, or a query that is wrong, is so a moment later too. */
function mayPass({ failure }: Extract<Reading, { kind: 'error' }>): boolean {
  return failure === 'unreachable' || failure === 'unreadable'
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    // broken off, because the server ends: the caller looks at the signal
  })
}
