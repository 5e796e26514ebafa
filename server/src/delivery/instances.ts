import type { Instance, Propagation } from '@rampart/contract/admin'
import type { Ack, Revision } from '@rampart/contract/wire'
import type { Clock } from '../clock.ts'
import type { EnvironmentRef } from '../store/store.ts'
import { environmentName } from './environment-name.ts'
import { type HeldRevisions, propagationOf, withHeld } from './held-revisions.ts'

/**
 * More instances of one environment than this are not remembered, of those without a stream; those not heard of for the longest
 * go first. How many streams there can be is the hub's bound.
 */
const MOST_WITHOUT_STREAM = 10_000

/** An instance that was not heard of for this long is forgotten: a day. */
const FORGOTTEN_AFTER_MS = 86_400_000

/** An instance that polls counts as there for this long after each poll: two polls and a half of 30 s. */
const POLLING_MS = 75_000

/** An SDK instance as it names itself. */
export interface Who {
  /** A UUID of the process. */
  readonly instance: string
  readonly app?: Ack['app'] | undefined
  readonly sdk?: Ack['sdk'] | undefined
}

interface Known {
  readonly instance: string
  app: NonNullable<Ack['app']> | null
  sdk: Ack['sdk'] | null
  /** When it came, or came back after being gone. */
  since: number
  seenAt: number
  /** Its last poll; null since its stream ended: it is gone until it says otherwise. */
  polledAt: number | null
  streams: number
  held: HeldRevisions['held']
}

/** Those of one environment. Both maps keep the order of the last sign of life. */
interface Roll {
  readonly streaming: Map<string, Known>
  readonly others: Map<string, Known>
}

/**
 * The server-side SDK instances of every environment: who is there, by stream or by polling, and which revision each holds.
 * Kept in memory only: whoever is there says so again within seconds of a restart.
 */
export class Instances {
  readonly #clock: Clock
  readonly #environments = new Map<string, Roll>()
  readonly #listeners = new Map<string, Set<() => void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A stream of the instance was opened. Returns what to call when it ends. */
  connected(ref: EnvironmentRef, who: Who): () => void {
    const known = this.#know(ref, who, 1)
    this.#changed(ref)
    return () => {
      known.streams -= 1
      known.polledAt = null
      enter(this.#roll(ref), known)
      this.#changed(ref)
    }
  }

  polled(ref: EnvironmentRef, who: Who): void {
    this.#know(ref, who).polledAt = this.#clock.now()
    this.#changed(ref)
  }

  /**
   * The instance has held this revision since `at`. One that was never heard of before is taken for a poller.
   * Answers since when the instance is there, when it was not known to hold so much; else undefined.
   */
  holds(
    ref: EnvironmentRef,
    who: Who,
    { revision, at }: { readonly revision: Revision; readonly at: number },
  ): number | undefined {
    const isNew = find(this.#roll(ref), who.instance) === undefined
    const known = this.#know(ref, who)
    if (isNew) known.polledAt = this.#clock.now()
    const before = known.held
    known.held = withHeld(before, { revision, at: Math.min(at, this.#clock.now()) })
    this.#changed(ref)
    return known.held === before ? undefined : known.since
  }

  /** How many are there. */
  count(ref: EnvironmentRef): number {
    return this.#present(ref).length
  }

  propagation(
    ref: EnvironmentRef,
    change: { readonly needed: Revision; readonly committedAt: number | undefined },
  ): Propagation {
    return propagationOf(
      this.#present(ref).map(({ instance, app, since, held }) => ({
        name: app === null ? instance : `${app.name} ${instance}`,
        since,
        held,
      })),
      change,
    )
  }

  /** Everyone heard of within a day, the latest first. */
  list(ref: EnvironmentRef): readonly Instance[] {
    return this.#all(ref)
      .toSorted((a, b) => b.seenAt - a.seenAt)
      .map((known) => ({
        instance: known.instance,
        app: known.app,
        sdk: known.sdk,
        connected: this.#isPresent(known),
        revision: known.held.at(-1)?.revision ?? null,
        seenAt: new Date(known.seenAt).toISOString(),
      }))
  }

  /** Calls back whenever someone comes, goes or holds more. Returns the way to stop. */
  onChange(ref: EnvironmentRef, listener: () => void): () => void {
    const key = environmentName(ref)
    const listeners = this.#listeners.get(key) ?? new Set()
    this.#listeners.set(key, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(key)
    }
  }

  /** Forgets whom it has not heard of for a day. */
  sweep(): void {
    const before = this.#clock.now() - FORGOTTEN_AFTER_MS
    for (const [environment, { streaming, others }] of this.#environments) {
      for (const [instance, { seenAt }] of others) if (seenAt < before) others.delete(instance)
      if (streaming.size + others.size === 0) this.#environments.delete(environment)
    }
  }

  /** Takes down a sign of life, and a stream more when it is that. */
  #know(ref: EnvironmentRef, { instance, app, sdk }: Who, opened = 0): Known {
    const now = this.#clock.now()
    const roll = this.#roll(ref)
    const known = find(roll, instance) ?? blank(instance, now)
    if (!this.#isPresent(known)) known.since = now
    known.seenAt = now
    if (app !== undefined) known.app = app
    if (sdk !== undefined) known.sdk = sdk
    known.streams += opened
    enter(roll, known)
    return known
  }

  #roll(ref: EnvironmentRef): Roll {
    const name = environmentName(ref)
    const roll = this.#environments.get(name) ?? { streaming: new Map(), others: new Map() }
    this.#environments.set(name, roll)
    return roll
  }

  #present(ref: EnvironmentRef): readonly Known[] {
    return this.#all(ref).filter((known) => this.#isPresent(known))
  }

  #all(ref: EnvironmentRef): readonly Known[] {
    const roll = this.#environments.get(environmentName(ref))
    return roll === undefined ? [] : [...roll.others.values(), ...roll.streaming.values()]
  }

  #isPresent({ streams, polledAt }: Known): boolean {
    return streams > 0 || (polledAt !== null && this.#clock.now() - polledAt <= POLLING_MS)
  }

  #changed(ref: EnvironmentRef): void {
    for (const listener of this.#listeners.get(environmentName(ref)) ?? []) listener()
  }
}

function blank(instance: string, now: number): Known {
  return { instance, app: null, sdk: null, since: now, seenAt: now, polledAt: null, streams: 0, held: [] }
}

function find({ streaming, others }: Roll, instance: string): Known | undefined {
  return streaming.get(instance) ?? others.get(instance)
}

/** Puts it last where it belongs now, and forgets the first of the others when they are too many. */
function enter({ streaming, others }: Roll, known: Known): void {
  streaming.delete(known.instance)
  others.delete(known.instance)
  if (known.streams > 0) {
    streaming.set(known.instance, known)
    return
  }
  others.set(known.instance, known)
  const [first] = others.keys()
  if (others.size > MOST_WITHOUT_STREAM && first !== undefined) others.delete(first)
}
