import type { Bootstrap, Key, Patch, Snapshot, WireFlag } from '@rampart/contract/wire'
import { compactEvaluator, type Evaluator, mergeChange, supersedes } from '@rampart/core'
import { type Answers, answersIn, type Source } from './answers.ts'
import { ask } from './ask.ts'
import { contextText } from './context-text.ts'
import type { Endpoints } from './endpoints.ts'
import { unreadable } from './failure.ts'
import { readJson } from './read-json.ts'
import type { Surroundings } from './surroundings.ts'
import type { Taken } from './transport.ts'
import type { Unit } from './types.ts'

/**
 * Holds the rules of client-side flags, and evaluates all of them whenever they or the context change: a question is then
 * a look into a map. Nobody else applies what the server sends.
 *
 * With `isFrozen` what the page began with stays. Then urgent patches (a kill, a rollback) are applied all the same, and of every
 * other document the flags that are killed: after a lost connection the kill may come in a whole snapshot.
 */
export function createLocalSource(
  surroundings: Surroundings,
  endpoints: Endpoints | undefined,
  first: Unit,
  isFrozen: boolean,
): Source {
  let context = first
  /** What the server said last. */
  let latest: Snapshot | undefined
  let shown: Snapshot | undefined
  let evaluator: Evaluator | undefined
  let answers: Answers | undefined
  let bootstrapped = 0

  function show(next: Snapshot): void {
    shown = next
    evaluator = compactEvaluator(next)
    evaluate()
  }

  function evaluate(): void {
    const answerOf = evaluator
    if (answerOf) answers = new Map(shown?.flags.map(({ key }) => [key, { key, ...answerOf(key, context) }]))
  }

  function hold(next: Snapshot, urgent: Partial<Patch>): Taken {
    latest = next
    const { upserts = {}, removals = {} } = urgent
    if (!isFrozen || !answers) show(next)
    else if (!shown) {
      // It began with values alone: those stay, but for flags that were changed in a hurry.
      const answerOf = compactEvaluator(next)
      const hurried = upserts.flags?.map(({ key }) => [key, { key, ...answerOf(key, context) }] as const) ?? []
      if (hurried.length > 0) answers = new Map([...answers, ...hurried])
    } else if (Object.keys(removals).length > 0 || upserts.flags?.length) {
      show(mergeChange(shown, { format: 1, from: 0, revision: next.revision, upserts, removals }))
    }
    return 'held'
  }

  function takeSnapshot(snapshot: Snapshot | undefined, told: number | undefined): Taken {
    if (!snapshot) return 'unreadable'
    if (latest && !supersedes(snapshot, latest, told)) return 'held'
    return hold(snapshot, { upserts: { flags: snapshot.flags.filter(isKilled) } })
  }

  function takePatch(patch: Patch | undefined): Taken {
    if (!patch) return 'unreadable'
    // The server's first word is a whole snapshot: no cache is built upon.
    if (!latest || patch.from > latest.revision) return 'gap'
    if (patch.revision <= latest.revision) return 'held'
    const next = mergeChange(latest, patch)
    return hold(next, patch.urgent ? patch : { upserts: { flags: patch.upserts.flags?.filter(isKilled) ?? [] } })
  }

  return {
    query: '',
    isTheirs: true,
    isCurrent: true,
    isBehind: false,
    late: 0,
    get revision() {
      return latest?.revision
    },
    get answers() {
      return answers
    },
    get shown() {
      return shown?.revision ?? bootstrapped
    },
    get pollMs() {
      return latest?.hints?.pollMs
    },
    get flushMs() {
      return latest?.hints?.flushMs
    },
    get rules() {
      return shown
    },
    get kept() {
      return latest
    },
    latest: () => latest && ['put', latest],
    takeLocal(document) {
      const given = document as Bootstrap | undefined
      const snapshot = snapshotIn(given?.snapshot ?? given)
      if (snapshot) show(snapshot)
      else {
        answers = answersIn(given)
        bootstrapped = given?.revision ?? 0
      }
      return !!answers
    },
    identify(next) {
      const isAnother = contextText(next) !== contextText(context)
      context = next
      if (shown) evaluate()
      // Values that came without rules are of whoever they were asked for.
      else if (isAnother && latest) show(latest)
      else if (isAnother) answers = undefined
    },
    take(event, document, told) {
      if (event === 'put') return takeSnapshot(snapshotIn(document), told)
      return event === 'patch' ? takePatch(patchIn(document)) : 'held'
    },
    async poll(abort) {
      if (!endpoints) return undefined
      const told = latest?.revision
      const headers = { ...endpoints.headers, ...(latest && { 'if-none-match': `"${latest.revision}"` }) }
      const answered = await ask(surroundings, endpoints.at('snapshot'), { headers }, abort)
      if ('cause' in answered) return answered
      if (answered.text === undefined) return undefined
      const taken = takeSnapshot(snapshotIn(readJson(answered.text)), told)
      return taken === 'unreadable' ? unreadable('no snapshot that can be read') : undefined
    },
  }
}

/**
 * A snapshot for pages. The server that made it has checked what is in it, and core answers for what is malformed; entries
 * that have no key, or are made for a newer SDK, are left out.
 */
function snapshotIn(value: unknown): Snapshot | undefined {
  const snapshot = value as Snapshot | undefined
  if (snapshot?.format !== 1 || snapshot.audience !== 'client' || !(snapshot.revision >= 0)) return undefined
  const lists = usable(snapshot)
  return lists && { ...snapshot, ...lists }
}

function patchIn(value: unknown): Patch | undefined {
  const patch = value as Patch | undefined
  if (patch?.format !== 1 || !(patch.revision >= 0) || !(patch.from >= 0) || !patch.removals) return undefined
  const upserts = usable({ flags: [], segments: [], layers: [], watches: [], ...patch.upserts })
  return upserts && { ...patch, upserts }
}

type Lists = Pick<Snapshot, 'flags' | 'segments' | 'layers' | 'watches'>

function usable({ flags, segments, layers, watches }: Lists): Lists | undefined {
  if (![flags, segments, layers, watches].every(Array.isArray)) return undefined
  const hasKey = (one: { readonly key: Key } | null): boolean => typeof one?.key === 'string'
  return {
    flags: flags.filter(hasKey),
    segments: segments.filter(hasKey),
    layers: layers.filter(hasKey),
    watches: watches.filter((one) => one?.tickMs > 0 && Array.isArray(one.metrics) && one.metrics.every(Boolean)),
  }
}

function isKilled(flag: WireFlag): boolean {
  return flag.killed === true
}
