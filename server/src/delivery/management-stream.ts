import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { permits, STREAM_PATH } from '@rampart/contract/admin'
import { HEARTBEAT_MS } from '@rampart/contract/wire'
import type { Id, Key, Revision } from '@rampart/core'
import type { Logger } from 'pino'
import { AppError } from '../app-error.ts'
import type { App } from '../http/app-env.ts'
import { forbidden } from '../http/mount.ts'
import type { EnvironmentRef, Store } from '../store/store.ts'
import { environmentName } from './environment-name.ts'
import { type EventStream, openEventStream, PING } from './event-stream.ts'

/** Changes of one environment within this time are told as one. */
const GATHER_MS = 50

/** The figures of a running ramp are told at most this often. */
const RAMP_MS = 1_000

/** Then the stream ends and the page comes back, so that a right that was taken away does not outlive this. */
const LONGEST_BEATS = 900_000 / HEARTBEAT_MS

/** Where a ramp is; what about it changed has to be asked for. */
export interface RampMoved extends EnvironmentRef {
  readonly flag: Key
  readonly ramp: Id
}

/**
 * The event stream of the management API, for pages that show live state. Its events say what to ask for again and carry no
 * state themselves: `changed { environment, revision, flags, segments }`, `ramp { id, environment, flag }`, `ping`. Nothing
 * is resumed: a page that comes back asks for everything it shows.
 */
export class ManagementStreams {
  readonly #store: Pick<Store, 'changesSince' | 'project' | 'subscribe'>
  readonly #log: Logger
  /** With how many beats each has left. */
  readonly #streams = new Map<Key, Map<EventStream, number>>()
  /** Environments with untold changes, and the revision before the first of them. */
  readonly #untold = new Map<string, { readonly ref: EnvironmentRef; readonly from: Revision }>()
  /** Ramps that were told of within the last second, and whether they have moved since. */
  readonly #quiet = new Map<Id, { readonly timer: NodeJS.Timeout; moved: boolean }>()
  readonly #unsubscribe: () => void
  readonly #heartbeat: NodeJS.Timeout
  #gathering: NodeJS.Timeout | undefined

  constructor({
    store,
    log,
  }: { readonly store: Pick<Store, 'changesSince' | 'project' | 'subscribe'>; readonly log: Logger }) {
    this.#store = store
    this.#log = log
    this.#unsubscribe = store.subscribe((notice) => {
      if (notice.kind === 'ramp') this.#tellRamp(notice)
      else this.#gather(notice, notice.revision)
    })
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
  }

  mount(app: App): void {
    app.get(STREAM_PATH, async (c) => {
      const principal = await c.var.auth.principal(c)
      const project = c.req.param('project')
      if (!permits(principal.scopes, 'read', { project })) throw forbidden(principal, `read@${project}`)
      if ((await this.#store.project(project)) === undefined) {
        throw new AppError('not_found', `There is no project ${project}.`)
      }
      const outgoing = c.env?.outgoing
      if (outgoing === undefined || c.req.method !== 'GET') {
        throw new AppError('method_not_allowed', 'A stream can only be read by GET over a connection of its own.')
      }
      const stream = openEventStream(outgoing, { 'x-request-id': c.var.requestId })
      this.#add(project, stream)
      stream.send(PING)
      return RESPONSE_ALREADY_SENT
    })
  }

  /** How many pages listen. */
  count(): number {
    return [...this.#streams.values()].reduce((sum, streams) => sum + streams.size, 0)
  }

  /** A ramp moved without a commit. */
  rampTicked(ramp: RampMoved): void {
    const quiet = this.#quiet.get(ramp.ramp)
    if (quiet === undefined) this.#tellRamp(ramp)
    else quiet.moved = true
  }

  /** Ends every stream; pages come back by themselves. */
  drain(): void {
    this.#unsubscribe()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#gathering)
    for (const { timer } of this.#quiet.values()) clearTimeout(timer)
    for (const streams of this.#streams.values()) {
      for (const stream of streams.keys()) stream.close({ reason: 'drain', retryMs: 1_000 })
    }
  }

  #add(project: Key, stream: EventStream): void {
    const streams = this.#streams.get(project) ?? new Map<EventStream, number>()
    this.#streams.set(project, streams.set(stream, LONGEST_BEATS))
    stream.onClosed(() => {
      streams.delete(stream)
      if (streams.size === 0 && this.#streams.get(project) === streams) this.#streams.delete(project)
    })
  }

  #tellRamp(ramp: RampMoved): void {
    clearTimeout(this.#quiet.get(ramp.ramp)?.timer)
    const timer = setTimeout(() => {
      const moved = this.#quiet.get(ramp.ramp)?.moved === true
      this.#quiet.delete(ramp.ramp)
      if (moved) this.#tellRamp(ramp)
    }, RAMP_MS).unref()
    this.#quiet.set(ramp.ramp, { timer, moved: false })
    this.#toProject(ramp.project, 'ramp', { id: ramp.ramp, environment: ramp.environment, flag: ramp.flag })
  }

  #gather({ project, environment }: EnvironmentRef, revision: Revision): void {
    if (!this.#streams.has(project)) return
    const ref = { project, environment }
    const name = environmentName(ref)
    if (!this.#untold.has(name)) this.#untold.set(name, { ref, from: revision - 1 })
    this.#gathering ??= setTimeout(() => void this.#tellChanges(), GATHER_MS).unref()
  }

  async #tellChanges(): Promise<void> {
    this.#gathering = undefined
    const untold = [...this.#untold.values()]
    this.#untold.clear()
    for (const { ref, from } of untold) {
      try {
        const changes = await this.#store.changesSince(ref, from)
        if (changes === 'gone') continue
        this.#toProject(ref.project, 'changed', {
          environment: ref.environment,
          revision: changes.at(-1)?.revision ?? from,
          flags: [...new Set(changes.flatMap((change) => change.flags))],
          segments: [...new Set(changes.flatMap((change) => change.segments))],
        })
      } catch (error) {
        this.#log.warn({ err: error, ...ref }, 'could not tell pages what changed')
      }
    }
  }

  #toProject(project: Key, event: 'changed' | 'ramp', data: unknown): void {
    const streams = this.#streams.get(project)
    if (streams === undefined) return
    const bytes = Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    for (const stream of streams.keys()) stream.send(bytes)
  }

  #beat(): void {
    for (const streams of this.#streams.values()) {
      for (const [stream, left] of streams) {
        streams.set(stream, left - 1)
        if (left <= 1) stream.close({ reason: 'drain', retryMs: 0 })
        else stream.send(PING)
      }
    }
  }
}
