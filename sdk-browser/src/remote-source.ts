import type { Bootstrap, Key, Revision } from '@rampart/contract/wire'
import { type Answers, answersIn, type Source } from './answers.ts'
import { ask } from './ask.ts'
import { contextText, fingerprint } from './context-text.ts'
import type { Endpoints } from './endpoints.ts'
import { unreadable } from './failure.ts'
import { readJson } from './read-json.ts'
import type { Surroundings } from './surroundings.ts'
import type { Unit } from './types.ts'

/** An answer from before what the stream has told: another server of the address, which has not heard of it. Asked so often again. */
const MOST_LATE = 5

/** What another page of the same visitor begins with. */
interface Kept {
  /** The fingerprint of the context: the values are kept, and who they are of is not. */
  readonly context: number
  readonly bootstrap: Bootstrap
}

/**
 * Holds what the server has evaluated for whoever looks at the page. The stream says only that there is something new, and
 * each page asks for its own. With `isFrozen` what the page began with stays, but for what is killed or was changed in a
 * hurry (a rollback).
 */
export function createRemoteSource(
  surroundings: Surroundings,
  endpoints: Endpoints | undefined,
  first: Unit,
  isFrozen: boolean,
): Source {
  let context = contextText(first)
  let answers: Answers | undefined
  let shown: Revision = 0
  let latest: Bootstrap | undefined
  let kept: Kept | undefined
  let etag: string | undefined
  /** The context that the answers are of. */
  let asked: string | undefined
  const urgent = new Set<Key>()
  /** What the stream has said that there is. */
  let wanted: Revision = 0
  /** Answers in a row that were from before that. */
  let late = 0

  function isBehind(): boolean {
    return etag === undefined || wanted !== latest?.revision
  }

  function hold(bootstrap: Bootstrap | undefined, of: string): boolean {
    const next = answersIn(bootstrap)
    if (!bootstrap || !next) return false
    latest = bootstrap
    kept = { context: fingerprint(of), bootstrap }
    answers = isFrozen && answers && asked === of ? merged(answers, next) : next
    shown = bootstrap.revision
    asked = of
    return true
  }

  function merged(before: Answers, next: Answers): Answers {
    const hurried = [...next.values()].filter(({ key, reason }) => reason === 'killed' || urgent.has(key))
    return new Map([...before, ...hurried.map((one) => [one.key, one] as const)])
  }

  return {
    query: '?mode=remote',
    rules: undefined,
    pollMs: undefined,
    flushMs: undefined,
    get revision() {
      return etag === undefined ? undefined : latest?.revision
    },
    get isBehind() {
      return isBehind()
    },
    get late() {
      return late
    },
    get isTheirs() {
      return asked === context
    },
    get isCurrent() {
      return etag !== undefined && asked === context
    },
    get answers() {
      return answers
    },
    get shown() {
      return shown
    },
    get kept() {
      return kept
    },
    latest: () => (etag !== undefined && latest ? ['changed', { revision: latest.revision }] : undefined),
    takeLocal(document) {
      const given = document as Kept | undefined
      return hold(
        given?.context === fingerprint(context) ? given.bootstrap : (document as Bootstrap | undefined),
        context,
      )
    },
    identify(next) {
      context = contextText(next)
    },
    take(event, document) {
      if (event !== 'changed') return 'held'
      const changed = document as { revision?: Revision; keys?: readonly Key[]; urgent?: true } | undefined
      if (!(Number(changed?.revision) >= 0)) return 'unreadable'
      if (changed?.urgent) for (const key of changed.keys ?? []) urgent.add(key)
      wanted = Number(changed?.revision)
      return isBehind() ? 'poll' : 'held'
    },
    async poll(abort) {
      if (!endpoints) return undefined
      const of = context
      const before = wanted
      const answered = await ask(
        surroundings,
        endpoints.at('evaluate'),
        {
          method: 'POST',
          headers: {
            ...endpoints.headers,
            'content-type': 'application/json',
            // A tag is of what somebody receives: of the same tag is the same answer, whoever asked.
            ...(etag && { 'if-none-match': etag }),
          },
          body: `{"context":${of}}`,
        },
        abort,
      )
      if ('cause' in answered) return answered
      // Somebody else looks at the page meanwhile, and was asked for since.
      if (of !== context) return undefined
      if (answered.text === undefined) asked = of
      else if (!hold(readJson(answered.text) as Bootstrap | undefined, of))
        return unreadable('no values that can be read')
      etag = answered.headers.get('etag') ?? ''
      // What was said meanwhile is asked for next.
      if (wanted !== before || !latest) return undefined
      late = latest.revision < wanted ? late + 1 : 0
      if (late > 0 && late <= MOST_LATE) return undefined
      // It is what there is: a server that was set back says so again and again.
      late = 0
      wanted = latest.revision
      urgent.clear()
      return undefined
    },
  }
}
