import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  type Parsed,
  type Patch,
  parseClose,
  parsePatch,
  parseSnapshot,
  type Revision,
  SDK_PATHS,
  type Snapshot,
  snapshotEtag,
} from '@rampart/contract/wire'
import {
  type Audience,
  applyChange,
  type Configuration,
  createLink,
  type Failure,
  type LinkEffect,
  type LinkEvent,
  replaceWith,
  type Source,
  step,
  supersedes,
  type Transport,
} from '@rampart/core'

/** What came from the network and has not been delivered to the client yet. */
type Arrival =
  | { readonly kind: 'opened' }
  | { readonly kind: 'event'; readonly event: string; readonly data: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** How the network hands over what is next: as it came, twice, after what follows it, or not at all. */
export type Tampering = 'none' | 'twice' | 'swapped' | 'lost'

interface Stream {
  /** See `supersedes`. */
  told: Revision | undefined
  readonly arrivals: Arrival[]
  /** Undefined when the connection was refused. */
  readonly request: ClientRequest | undefined
  /** Something that TCP would not do was done to it. */
  tampered: boolean
  /** Bytes arrive no more, and nobody hears of it. */
  halfOpen: boolean
}

interface Poll {
  readonly held: Revision | undefined
  readonly request: ClientRequest | undefined
  answer: { readonly status: number; readonly text: string } | { readonly failure: Failure } | undefined
}

export interface ClientOptions {
  readonly name: string
  readonly audience: Audience
  readonly transport: Transport
  readonly key: string
  /** Undefined: refused. */
  readonly connect: () => Duplex | undefined
  readonly now: () => number
  readonly random: () => number
  /** Called when anything arrives. */
  readonly stir: () => void
}

const REFUSED: Failure = { kind: 'network', message: 'connect ECONNREFUSED' }
/** How long an SDK waits for the whole answer of a poll. */
const ANSWER_MS = 10_000

/** An SDK without its surroundings: the policy and the rules of core, and a network that delivers only when it is told to. */
export class ModelClient {
  readonly name: string
  readonly audience: Audience
  /** What answers evaluations. */
  held: Configuration | undefined
  /** Whether the network lets new connections through. */
  isReachable = true
  /** How often it was found to be missing something, was set back, and so on: what a run has exercised. */
  readonly met = { gaps: 0, ignored: 0, patches: 0, puts: 0, polls: 0, failures: 0 }
  readonly #options: ClientOptions
  #link
  #stream: Stream | undefined
  #poll: Poll | undefined
  #timer: NodeJS.Timeout | undefined
  #waiting: LinkEvent[] = []
  #isBusy = false

  constructor(options: ClientOptions) {
    this.name = options.name
    this.audience = options.audience
    this.#options = options
    this.#link = createLink(options.transport)
  }

  start(): void {
    this.#send({ kind: 'started' })
  }

  stop(): void {
    this.#send({ kind: 'stopped' })
    this.#poll?.request?.destroy()
    this.#poll = undefined
  }

  /** Whether the client believes that what it holds is current. */
  get isWell(): boolean {
    const { good, outage, stream, poll } = this.#link
    return good !== undefined && outage === undefined && (stream.is === 'open' || poll.is !== 'off')
  }

  /** Whether its stream may lack something that no honest network would have lost. */
  get isTampered(): boolean {
    return this.#stream !== undefined && (this.#stream.tampered || this.#stream.halfOpen)
  }

  /** Hands over the next thing that came on the stream. Answers whether there was one. */
  deliver(tampering: Tampering = 'none'): boolean {
    const stream = this.#stream
    const [first, second] = stream?.arrivals ?? []
    if (stream === undefined || first === undefined || stream.halfOpen) return false
    const isDocument = (arrival: Arrival | undefined): boolean => arrival?.kind === 'event' && arrival.event !== 'close'
    const how = isDocument(first) && (tampering !== 'swapped' || isDocument(second)) ? tampering : 'none'
    stream.arrivals.splice(0, how === 'swapped' ? 2 : 1)
    if (how !== 'none') stream.tampered = true
    const order = { none: [first], twice: [first, first], swapped: [second, first], lost: [] }[how]
    for (const arrival of order) if (arrival !== undefined && this.#stream === stream) this.#take(stream, arrival)
    return true
  }

  /** Hands over the answer of the poll that is under way. Answers whether there was one. */
  deliverPoll(): boolean {
    const poll = this.#poll
    if (poll?.answer === undefined) return false
    this.#poll = undefined
    this.#takePoll(poll, poll.answer)
    return true
  }

  /** The connection of the stream breaks, with everything that was on the way. */
  cut(): void {
    if (this.#stream !== undefined) this.#fail({ kind: 'network', message: 'cut' })
  }

  /** The other side of the stream is gone, and no packet says so. */
  halfOpen(): void {
    const stream = this.#stream
    if (stream === undefined) return
    stream.halfOpen = true
    stream.request?.destroy()
  }

  #send(event: LinkEvent): void {
    this.#waiting.push(event)
    if (this.#isBusy) return
    this.#isBusy = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const done = step(this.#link, next, this.#options.now(), this.#options.random())
      this.#link = done.state
      clearTimeout(this.#timer)
      for (const effect of done.effects) this.#perform(effect)
    }
    this.#isBusy = false
  }

  #perform(effect: LinkEffect): void {
    switch (effect.kind) {
      case 'open-stream':
        this.#open(effect.lastEventId)
        break
      case 'close-stream':
        this.#stream?.request?.destroy()
        this.#stream = undefined
        break
      case 'poll':
        this.#ask(effect.held)
        break
      case 'wait':
        this.#timer = setTimeout(() => this.#send({ kind: 'timer' }), effect.ms)
        break
      case 'report':
        break
    }
  }

  #open(lastEventId: Revision | undefined): void {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }
    const asked = this.#request(SDK_PATHS.stream, headers)
    const stream: Stream = { told: lastEventId, arrivals: [], request: asked, tampered: false, halfOpen: false }
    this.#stream = stream
    const arrive = (arrival: Arrival): void => {
      this.#options.stir()
      if (!stream.halfOpen) stream.arrivals.push(arrival)
    }
    if (asked === undefined) arrive({ kind: 'failed', failure: REFUSED })
    asked?.on('error', ({ message }) => arrive({ kind: 'failed', failure: { kind: 'network', message } }))
    asked?.on('response', (response) => {
      const { statusCode = 0 } = response
      if (statusCode !== 200) return arrive({ kind: 'failed', failure: { kind: 'status', status: statusCode } })
      arrive({ kind: 'opened' })
      eachEvent(response, (event, data) => arrive({ kind: 'event', event, data }))
      response.on('close', () => arrive({ kind: 'failed', failure: { kind: 'ended' } }))
    })
  }

  #ask(held: Revision | undefined): void {
    this.#poll?.request?.destroy()
    const asked = this.#request(SDK_PATHS.snapshot, held === undefined ? {} : { 'if-none-match': snapshotEtag(held) })
    const poll: Poll = { held, request: asked, answer: undefined }
    this.#poll = poll
    const answer = (given: NonNullable<Poll['answer']>): void => {
      this.#options.stir()
      poll.answer ??= given
    }
    setTimeout(() => {
      answer({ failure: { kind: 'network', message: 'no answer within 10 s' } })
      if (this.#poll === poll) this.deliverPoll()
    }, ANSWER_MS)
    if (asked === undefined) answer({ failure: REFUSED })
    asked?.on('error', ({ message }) => answer({ failure: { kind: 'network', message } }))
    asked?.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => answer({ status: response.statusCode ?? 0, text }))
    })
  }

  #request(path: string, headers: Readonly<Record<string, string>>): ClientRequest | undefined {
    const { connect, key, name, audience } = this.#options
    this.#options.stir()
    const connection = this.isReachable ? connect() : undefined
    if (connection === undefined) return undefined
    const instance = audience === 'server' ? `?instance=${name}` : ''
    return request({
      createConnection: () => connection,
      path: path + instance,
      headers: { host: 'localhost', authorization: `Bearer ${key}`, ...headers },
    }).end()
  }

  #take(stream: Stream, arrival: Arrival): void {
    switch (arrival.kind) {
      case 'opened':
        this.#send({ kind: 'opened' })
        break
      case 'failed':
        this.#fail(arrival.failure)
        break
      case 'event':
        this.#send({ kind: 'bytes' })
        this.#takeEvent(stream, arrival.event, JSON.parse(arrival.data))
    }
  }

  #takeEvent(stream: Stream, event: string, value: unknown): void {
    switch (event) {
      case 'put':
        this.#takePut(stream, must(parseSnapshot(value)))
        break
      case 'patch':
        this.#takePatch(stream, must(parsePatch(value)))
        break
      case 'ping':
        this.#send({ kind: 'pinged' })
        break
      case 'close':
        stream.request?.destroy()
        this.#stream = undefined
        this.#send({ kind: 'closing', retryMs: must(parseClose(value)).retryMs })
    }
  }

  #takePut(stream: Stream, snapshot: Snapshot): void {
    this.met.puts += 1
    const { told } = stream
    stream.told = snapshot.revision
    this.#replace(snapshot, told)
    this.#holds('stream')
  }

  #takePatch(stream: Stream, patch: Patch): void {
    this.met.patches += 1
    stream.told = patch.revision
    const applied = this.held === undefined ? { kind: 'gap' as const } : applyChange(this.held, patch)
    switch (applied.kind) {
      case 'gap':
        this.met.gaps += 1
        this.#send({ kind: 'gap' })
        return
      case 'ignored':
        this.met.ignored += 1
        break
      case 'applied':
        this.held = applied.configuration
    }
    this.#holds('stream')
  }

  #takePoll({ held }: Poll, answer: NonNullable<Poll['answer']>): void {
    this.met.polls += 1
    if ('failure' in answer) {
      this.#failed('poll', answer.failure)
    } else if (answer.status === 200) {
      this.#replace(must(parseSnapshot(JSON.parse(answer.text))), held)
      this.#holds('poll')
    } else if (answer.status === 304) {
      this.#holds('poll')
    } else {
      this.#failed('poll', { kind: 'status', status: answer.status })
    }
  }

  #replace(snapshot: Snapshot, told: Revision | undefined): void {
    if (this.held === undefined || supersedes(snapshot, this.held.envelope, told)) {
      this.held = replaceWith(this.held, snapshot).configuration
    } else {
      this.met.ignored += 1
    }
  }

  #holds(source: Source): void {
    if (this.held === undefined) throw new Error('a document was taken, and nothing is held')
    const { revision, snapshot } = this.held
    this.#send({ kind: 'held', source, revision, pollMs: snapshot.hints.pollMs })
  }

  #fail(failure: Failure): void {
    this.#stream?.request?.destroy()
    this.#failed('stream', failure)
  }

  #failed(source: Source, failure: Failure): void {
    this.met.failures += 1
    this.#send({ kind: 'failed', source, failure })
  }
}

function eachEvent(response: IncomingMessage, hear: (event: string, data: string) => void): void {
  let text = ''
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text.slice(0, end))?.[1] ?? ''
      hear(field('event'), field('data'))
      text = text.slice(end + 2)
    }
  })
  // A stream that breaks off is told by `close`.
  response.on('error', () => undefined)
}

function must<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value
  throw new Error(parsed.problem)
}
