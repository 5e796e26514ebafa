import { randomUUID } from 'node:crypto'
import type { Report, Tally } from '@rampart/core'
import { createCache } from './cache.ts'
import { type Clock, within } from './clock.ts'
import type { ConfigurationOwner, Taken } from './configuration-owner.ts'
import type { FetchLike } from './http.ts'
import { identityOf } from './identity.ts'
import type { Listeners } from './listeners.ts'
import { bootstrapObject, readLocalDocuments } from './local-documents.ts'
import type { Log } from './logger.ts'
import { countOpenClient } from './open-clients.ts'
import type { Settings } from './options.ts'
import { createWaiting, validTimeout } from './readiness.ts'
import type { Milliseconds, Readiness, Status } from './types.ts'
import { createUpstream } from './upstream.ts'
import { lostWords, refusedWords, wellWords } from './wording.ts'

const CLOSE_TIMEOUT_MS = 2_000
const FLUSH_TIMEOUT_MS = 10_000

export interface LifecycleParts {
  readonly settings: Settings
  readonly owner: ConfigurationOwner
  readonly tally: Tally | undefined
  readonly listeners: Listeners
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly fetch: FetchLike | undefined
  readonly signal: AbortSignal | undefined
}

/** From the first document to the last flush. */
export interface Lifecycle {
  readonly status: Status
  ready(timeout: Milliseconds | undefined): Promise<Readiness>
  flush(): Promise<void>
  close(timeout: Milliseconds | undefined): Promise<void>
}

/** Begins by itself, after the caller's own code: making a client does no input or output while modules are loaded. */
export function createLifecycle(parts: LifecycleParts): Lifecycle {
  const { settings, owner, tally, listeners, clock, random, log, fetch, signal } = parts
  const { server, cacheFile } = settings
  const name = server?.url.href ?? ''
  const cache = server && cacheFile !== undefined ? createCache(cacheFile, server.key, clock, log) : undefined
  const uncount = server ? countOpenClient(server.key, log) : () => {}
  const upstream =
    server &&
    createUpstream({
      server,
      identity: identityOf(randomUUID(), settings.application),
      owner,
      tally,
      flushMs: settings.metrics?.flushMs,
      fetch,
      clock,
      random,
      log,
      report: reported,
      applied(change) {
        cache?.keep(change.configuration.snapshot)
        changed(change)
      },
    })

  let link: Report | undefined
  let error: Error | undefined
  let localRead = false
  let closing: Promise<void> | undefined
  let status: Status = server ? 'starting' : 'offline'
  let wasReady = false
  const waiting = createWaiting(clock, outcome, outOfTime)

  const bootstrap = bootstrapObject(settings, log)
  if (bootstrap !== undefined) owner.takeLocal(bootstrap)
  const callOffStart = clock.after(0, start)
  const abort = (): void => void close(undefined)
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })

  function start(): void {
    upstream?.start()
    void readLocalDocuments(settings, log, (snapshot) => {
      const taken = owner.takeLocal(snapshot)
      if (taken.kind === 'applied') changed(taken)
    }).then(() => {
      localRead = true
      look()
    })
  }

  function reported(report: Report): void {
    link = report
    error = errorOf(report)
    if (report.health === 'lost' && error) log.warn(error.message)
    if (report.health === 'refused' && error) log.error(error.message)
    if (report.health === 'well' && report.outageMs !== undefined)
      log.info(wellWords(name, report.outageMs, revision()))
    look()
    if (error !== undefined) listeners.emit('error', error)
    if (report.health === 'well' && !wasReady) {
      wasReady = true
      listeners.emit('ready', { status: 'ready', revision: revision() })
    }
  }

  function errorOf(report: Report): Error | undefined {
    if (report.health === 'well') return undefined
    const words = report.health === 'lost' ? lostWords : refusedWords
    return new Error(words(name, report.failure, owner.current !== undefined))
  }

  function changed({ configuration, keys }: Extract<Taken, { kind: 'applied' }>): void {
    look()
    listeners.emit('change', { revision: configuration.revision, keys })
  }

  /** Tells everyone who waits for it how things are now. */
  function look(): void {
    const from = status
    status = statusNow()
    if (from !== status) listeners.emit('status', { from, to: status })
    waiting.look()
  }

  function statusNow(): Status {
    if (closing !== undefined) return 'closed'
    if (!server) return 'offline'
    if (link === undefined) return 'starting'
    if (link.health === 'well') return 'ready'
    return owner.current === undefined ? 'starting' : 'stale'
  }

  function outcome(): Readiness | undefined {
    if (closing !== undefined) return withoutServer(new Error('the client is closed'))
    if (link?.health === 'well') return { status: 'ready', revision: revision() }
    if (!localRead) return undefined
    if (settings.offlineOnPurpose) return { status: 'ready', revision: revision() }
    if (!server) return withoutServer(new Error(settings.problems.join('; ')))
    return link?.health === 'refused' ? withoutServer(error) : undefined
  }

  function withoutServer(why: Error | undefined): Readiness {
    return { status: owner.current ? 'stale' : 'failed', revision: revision(), ...(why && { error: why }) }
  }

  function outOfTime(): Readiness {
    return { status: owner.current ? 'stale' : 'timeout', revision: revision(), ...(error && { error }) }
  }

  function revision(): number {
    return owner.current?.revision ?? 0
  }

  function close(timeout: Milliseconds | undefined): Promise<void> {
    if (closing === undefined) {
      // Listeners hear of it first, and may close again.
      closing = Promise.resolve().then(() => end(validTimeout(timeout, CLOSE_TIMEOUT_MS)))
      look()
    }
    return closing
  }

  /** The process stays alive for it, and no longer than `timeout`. */
  async function end(timeout: Milliseconds): Promise<void> {
    callOffStart()
    signal?.removeEventListener('abort', abort)
    uncount()
    await within(clock, timeout, Promise.all([upstream?.finish(), cache?.close()]))
    upstream?.stop()
  }

  return {
    get status() {
      return status
    },
    ready: (timeout) => waiting.ready(timeout),
    flush: async () => upstream && within(clock, FLUSH_TIMEOUT_MS, upstream.flush()),
    close,
  }
}
