import type { Id } from '@rampart/core'
import type { Clock } from '../clock.ts'
import type { AddressPolicy } from '../sources/addresses.ts'
import { exchange } from '../sources/exchange.ts'
import type { GateAnswer } from './decide.ts'
import { stepAt } from './plan.ts'
import type { StoredRamp } from './state.ts'

/** A URL that is asked before a step, for the sequence that the ramp is in. */
export interface Gate {
  readonly ramp: Id
  readonly seq: number
  readonly url: string
}

export interface Gates {
  /** The last answer, if it is not too old to go by. */
  answer(gate: Gate): GateAnswer | undefined
  /** Sees to it that there is an answer soon. Asking does not wait, so that a gate which hangs holds up its own ramp only. */
  ask(gate: Gate): void
  /** Answers when nothing is being asked any more. */
  settled(): Promise<void>
  /** Breaks off what is being asked. */
  close(): Promise<void>
}

export interface GatesOptions {
  readonly clock: Clock
  /** Where gates may be. */
  readonly policy: AddressPolicy
}

/** An answer is gone by for so long; a person may take hours to approve, and the gate has to be open then. */
const FRESH_MS = 30_000
/** A closed gate is asked again after this. */
const AGAIN_MS = 10_000
const TIMEOUT_MS = 10_000
const MOST_REMEMBERED = 1_000

interface Asked {
  readonly at: number
  readonly answer: GateAnswer | undefined
}

/**
 * Asks gates and remembers what they said. Nothing of it is stored: after a restart a gate is asked again, and a closed one
 * holds the ramp and changes nothing else.
 */
export function createGates({ clock, policy }: GatesOptions): Gates {
  const asked = new Map<string, Asked>()
  const asking = new Map<string, Promise<void>>()
  const closing = new AbortController()

  async function learn(name: string, url: string): Promise<void> {
    const answer = await answerOf(url, policy, closing.signal)
    asked.delete(name)
    asked.set(name, { at: clock.now(), answer })
    for (const oldest of asked.keys()) {
      if (asked.size <= MOST_REMEMBERED) break
      asked.delete(oldest)
    }
  }

  return {
    answer(gate) {
      const last = asked.get(nameOf(gate))
      return last !== undefined && clock.now() - last.at < FRESH_MS ? last.answer : undefined
    },
    ask(gate) {
      const name = nameOf(gate)
      const last = asked.get(name)
      if (asking.has(name) || (last !== undefined && clock.now() - last.at < AGAIN_MS)) return
      asking.set(
        name,
        learn(name, gate.url).finally(() => asking.delete(name)),
      )
    },
    async settled() {
      await Promise.all(asking.values())
    },
    async close() {
      closing.abort()
      await Promise.all(asking.values())
    },
  }
}

/** The gate before the next step of a ramp, or null when there is none. */
export function gateOf({ id, seq, step, plan }: StoredRamp): Gate | null {
  const url = stepAt(plan, step + 1)?.gate ?? null
  return url === null ? null : { ramp: id, seq, url }
}

function nameOf({ ramp, seq, url }: Gate): string {
  return `${ramp} ${seq} ${url}`
}

/** A gate that cannot be reached is closed. */
async function answerOf(url: string, policy: AddressPolicy, signal: AbortSignal): Promise<GateAnswer> {
  const asked = { url: new URL(url), authorization: null, ca: null, timeoutMs: TIMEOUT_MS, signal }
  const said = await exchange(asked, policy)
  if (!said.ok) return { open: false, words: said.words }
  return said.status >= 200 && said.status < 300 ? { open: true } : { open: false, words: `it answered ${said.status}` }
}
