import type { Revision } from '@rampart/contract/wire'
import {
  createLink,
  type LinkEffect,
  type LinkEvent,
  type Report,
  type Source,
  step,
  type Transport,
} from '@rampart/core'
import type { CallOff, Clock } from './clock.ts'
import type { ConfigurationOwner, Taken } from './configuration-owner.ts'
import type { Endpoints } from './endpoints.ts'
import type { Http } from './http.ts'
import { poll } from './sources/poll.ts'
import { openStream } from './sources/stream.ts'

export interface ConnectionParts {
  readonly transport: Transport
  readonly http: Http
  readonly endpoints: Endpoints
  readonly owner: ConfigurationOwner
  readonly clock: Clock
  readonly random: () => number
  /** Heard before `applied`, when the document also changed how the link is. */
  readonly report: (report: Report) => void
  readonly applied: (change: Extract<Taken, { kind: 'applied' }>) => void
}

export interface Connection {
  start(): void
  stop(): void
}

/** Does what `link` says: opens and closes streams, polls, waits, and hands every document to the owner. */
export function createConnection(parts: ConnectionParts): Connection {
  const { transport, http, endpoints, owner, clock, random, report, applied } = parts
  let link = createLink(transport)
  let closeStream: CallOff = () => {}
  let callOffTimer: CallOff = () => {}
  let polling: AbortController | undefined
  const waiting: LinkEvent[] = []
  let busy = false

  /** One event after the other: what an effect causes, also through a listener of the application, comes after it. */
  function send(event: LinkEvent): void {
    waiting.push(event)
    if (busy) return
    busy = true
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const done = step(link, next, clock.now(), random())
        link = done.state
        callOffTimer()
        for (const effect of done.effects) perform(effect)
      }
    } finally {
      busy = false
    }
  }

  function perform(effect: LinkEffect): void {
    switch (effect.kind) {
      case 'open-stream':
        closeStream = stream(effect.lastEventId)
        break
      case 'close-stream':
        closeStream()
        break
      case 'poll':
        void ask(effect.held)
        break
      case 'wait':
        callOffTimer = clock.after(effect.ms, () => send({ kind: 'timer' }))
        break
      case 'report':
        report(effect.report)
        break
    }
  }

  function stream(lastEventId: Revision | undefined): CallOff {
    let told = lastEventId
    return openStream(http, endpoints, lastEventId, {
      opened: () => send({ kind: 'opened' }),
      bytes: () => send({ kind: 'bytes' }),
      pinged: () => send({ kind: 'pinged' }),
      put(snapshot) {
        const taken = owner.takeSnapshot(snapshot, told)
        told = snapshot.revision
        settle('stream', taken)
      },
      patch(patch) {
        told = patch.revision
        settle('stream', owner.takePatch(patch))
      },
      closing: ({ retryMs }) => send({ kind: 'closing', retryMs }),
      failed: (failure) => send({ kind: 'failed', source: 'stream', failure }),
    })
  }

  async function ask(held: Revision | undefined): Promise<void> {
    polling?.abort()
    const abort = new AbortController()
    polling = abort
    const polled = await poll(http, endpoints, held, abort.signal)
    if (polling !== abort) return
    switch (polled.kind) {
      case 'failed':
        return send({ kind: 'failed', source: 'poll', failure: polled.failure })
      case 'unchanged':
        return settle('poll', { kind: 'ignored' })
      case 'snapshot':
        return settle('poll', owner.takeSnapshot(polled.snapshot, held))
    }
  }

  function settle(source: Source, taken: Taken): void {
    const { current } = owner
    if (taken.kind === 'gap' || current === undefined) {
      send({ kind: 'gap' })
      return
    }
    send({ kind: 'held', source, revision: current.revision, pollMs: current.snapshot.hints.pollMs })
    if (taken.kind === 'applied') applied(taken)
  }

  return {
    start: () => send({ kind: 'started' }),
    stop() {
      send({ kind: 'stopped' })
      polling?.abort()
      polling = undefined
    },
  }
}
