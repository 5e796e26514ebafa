import { parseSnapshot, type Revision, snapshotEtag } from '@rampart/contract/wire'
import { createLink, type LinkEffect, type LinkEvent, type Report, type Source, step } from '@rampart/core'
import { ask } from './ask.ts'
import type { ConfigurationOwner, Taken } from './configuration-owner.ts'
import type { Endpoints } from './endpoints.ts'
import { readJson } from './read-json.ts'
import { openStream } from './stream.ts'
import type { CallOff, Surroundings } from './surroundings.ts'

export interface ConnectionParts {
  readonly surroundings: Surroundings
  readonly endpoints: Endpoints
  readonly owner: ConfigurationOwner
  /** Heard before `applied`, when the document also changed how the link is. */
  readonly report: (report: Report) => void
  readonly applied: () => void
}

export interface Connection {
  /** Goes on after the revision that is held, when it was stopped before. */
  readonly start: () => void
  /** Somebody looks at the page again, or there is a network again. */
  readonly woken: () => void
  readonly stop: () => void
}

/**
 * Does what `link` says: opens and closes streams, polls, waits, and hands every document to the owner. The owner does not
 * know where documents come from: tabs that share the stream of one of them need another connection and nothing else.
 */
export function createConnection({ surroundings, endpoints, owner, report, applied }: ConnectionParts): Connection {
  const { now, after, random } = surroundings
  let link = createLink({ kind: 'stream' })
  let closeStream: CallOff = () => {}
  let callOffTimer: CallOff = () => {}
  let polling: AbortController | undefined
  const waiting: LinkEvent[] = []
  let isBusy = false

  /** One event after the other: what an effect causes, also through a listener of the application, comes after it. */
  function send(event: LinkEvent): void {
    waiting.push(event)
    if (isBusy) return
    isBusy = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const done = step(link, next, now(), random())
        link = done.state
        callOffTimer()
        for (const effect of done.effects) perform(effect)
      }
    } finally {
      isBusy = false
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
        void poll(effect.held)
        break
      case 'wait':
        callOffTimer = after(effect.ms, () => send({ kind: 'timer' }))
        break
      case 'report':
        report(effect.report)
        break
    }
  }

  function stream(lastEventId: Revision | undefined): CallOff {
    return openStream(surroundings, endpoints, lastEventId, {
      opened: () => send({ kind: 'opened' }),
      bytes: () => send({ kind: 'bytes' }),
      put: (snapshot) => settle('stream', owner.takeSnapshot(snapshot)),
      patch: (patch) => settle('stream', owner.takePatch(patch)),
      closing: ({ retryMs }) => send({ kind: 'closing', retryMs }),
      failed: (failure) => send({ kind: 'failed', source: 'stream', failure }),
    })
  }

  async function poll(held: Revision | undefined): Promise<void> {
    polling?.abort()
    const abort = new AbortController()
    polling = abort
    const headers = { ...endpoints.headers, ...(held !== undefined && { 'if-none-match': snapshotEtag(held) }) }
    const answered = await ask(surroundings, endpoints.snapshot, { headers }, abort)
    if (polling !== abort) return
    if (answered.kind === 'failed') return send({ kind: 'failed', source: 'poll', failure: answered.failure })
    if (answered.status === 304) return settle('poll', 'ignored')
    const parsed = readJson(answered.text, parseSnapshot)
    if (parsed.ok) settle('poll', owner.takeSnapshot(parsed.value))
    else send({ kind: 'failed', source: 'poll', failure: { kind: 'unreadable', problem: parsed.problem } })
  }

  function settle(source: Source, taken: Taken): void {
    const { latest } = owner
    if (taken === 'gap' || latest === undefined) {
      send({ kind: 'gap' })
      return
    }
    send({ kind: 'held', source, revision: latest.revision, pollMs: latest.snapshot.hints.pollMs })
    if (taken === 'applied') applied()
  }

  return {
    start: () => send({ kind: 'started' }),
    woken: () => send({ kind: 'woken' }),
    stop() {
      send({ kind: 'stopped' })
      polling?.abort()
      polling = undefined
    },
  }
}
