import type { Revision } from '@rampart/contract/wire'
import type { Failure } from './failure.ts'
import type { CallOff, Channel, Surroundings } from './surroundings.ts'
import type { Transport } from './transport.ts'

/** A tab that was asked and does not answer within this time is asleep: a stream of one's own is better than none. */
const ANSWER_MS = 2_000

/** What tabs tell each other: a document of the stream, how the link is, or that somebody wants to know both. */
type Message =
  | readonly ['document', event: string, document: unknown, told?: number | undefined]
  | readonly ['link', Link | undefined]
  | readonly ['hello', held: Revision | undefined]

/** What the server said last, as its stream would say it. */
export type Latest = readonly [event: string, document: { readonly revision: Revision }]

/** How the link is; undefined while the server was not heard. */
interface Link {
  readonly failure: Failure | undefined
}

export interface SharingParts {
  readonly surroundings: Surroundings
  /** Tabs that ask the same server with the same key in the same way. */
  readonly name: string
  /** Made once, started where the stream is held. */
  readonly transport: Transport
  /** What a tab that comes later has to hear; undefined when there is nothing yet. */
  readonly latest: () => Latest | undefined
  /** Of another tab's stream. False when something was missed before it. */
  readonly take: (event: string, document: unknown, told: number | undefined) => boolean
  readonly report: (failure: Failure | undefined) => void
}

export interface Sharing {
  readonly start: () => void
  readonly woken: () => void
  readonly stop: () => void
  /** For the tabs that listen. */
  readonly passOn: (event: string, document: unknown, told: number | undefined) => void
  readonly linked: (failure: Failure | undefined) => void
}

/**
 * One stream per browser: the tab that holds a lock has the stream and passes on what comes, as objects. The browser
 * gives the lock to the next tab in the moment when that tab is closed, crashes or is put away. Without locks every tab
 * has a stream of its own.
 */
export function createSharing({ surroundings, name, transport, latest, take, report }: SharingParts): Sharing {
  let channel: Channel | undefined
  let giveUp: CallOff = () => {}
  let callOff: CallOff = () => {}
  let isLeading = false
  /** Whether another tab has told of anything. */
  let hasHeard = false
  let link: Link | undefined

  function post(...message: Message): void {
    channel?.post(message)
  }

  function start(): void {
    if (channel) return
    channel = surroundings.channel(name)
    if (!channel) {
      transport.start()
      return
    }
    channel.hear = (message) => hear(message as Message)
    giveUp = surroundings.lead(name, () => {
      isLeading = true
      callOff()
      transport.start()
    })
    hello()
  }

  function hello(): void {
    post('hello', latest()?.[1].revision)
    callOff()
    callOff = surroundings.after(ANSWER_MS, transport.start)
  }

  function hear(message: Message): void {
    if (message[0] === 'hello') {
      if (!isLeading) return
      const document = latest()
      // Nobody is sent again what they hold: every other tab would get it too.
      if (document && document[1].revision !== message[1]) post('document', ...document)
      post('link', link)
      return
    }
    // Two may hold streams for a while; each believes its own.
    if (isLeading) return
    callOff()
    if (message[0] === 'link') {
      if (message[1]) report(message[1].failure)
      // The stream goes well, and began before this tab was there to hear of it.
      if (message[1] && !message[1].failure && !hasHeard && !latest()) hello()
      return
    }
    hasHeard = true
    if (!take(message[1], message[2], message[3])) hello()
  }

  return {
    start,
    woken() {
      transport.woken()
      if (channel && !isLeading) hello()
    },
    stop() {
      callOff()
      giveUp()
      isLeading = false
      transport.stop()
      channel?.close()
      channel = undefined
    },
    passOn: (event, document, told) => isLeading && post('document', event, document, told),
    linked(failure) {
      link = { failure }
      if (isLeading) post('link', link)
    },
  }
}
