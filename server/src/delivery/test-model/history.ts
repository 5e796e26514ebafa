import type { Audience, Configuration, Context, Revision, Snapshot } from '@rampart/core'
import { compile, evaluate } from '@rampart/core'
import { watchOf } from '../../ramp/watch.ts'
import type { Store } from '../../store/store.ts'
import { buildSnapshot } from '../build.ts'
import { rememberedHashes } from '../hashes.ts'
import { hintsFor } from '../hints.ts'
import { PLACE } from '../test-server.ts'

/** What was true at one revision for one audience, and what it answers. */
export interface Moment {
  readonly content: string
  readonly answers: string
}

/** Everything that ever was, as the store had it: what a client holds must be one of these, whole. */
export interface History {
  /** Writes down what is true now. Called after every change. */
  record(): Promise<void>
  at(revision: Revision, audience: Audience): Moment | undefined
  readonly latest: Revision
  /** Forgets what came after: the database was set back. */
  backTo(revision: Revision): void
}

const AUDIENCES = ['server', 'client'] as const

export function createHistory(
  store: () => Store,
  asked: { readonly flags: readonly string[]; readonly contexts: readonly Context[] },
): History {
  const moments = new Map<Revision, Readonly<Record<Audience, () => Moment>>>()
  const hashes = rememberedHashes('salt')
  let latest = 0
  return {
    get latest() {
      return latest
    },
    async record() {
      const state = await store().environmentState(PLACE)
      if (state === undefined) throw new Error('the environment is gone')
      latest = state.environment.revision
      const [server, client] = AUDIENCES.map((audience) => {
        const watches = state.ramps.map((one) => watchOf(one, audience)).filter((watch) => watch !== null)
        const snapshot = buildSnapshot(state, audience, { watches, hints: hintsFor(0), hashes })
        return once(() => momentOf(compile(overWire(snapshot)), asked))
      })
      if (server === undefined || client === undefined) throw new Error('there are two audiences')
      moments.set(latest, { server, client })
    },
    at: (revision, audience) => moments.get(revision)?.[audience](),
    backTo(revision) {
      for (const later of moments.keys()) if (later > revision) moments.delete(later)
      latest = revision
    },
  }
}

/** What a configuration says and answers, in a form in which equal ones are equal texts. */
export function momentOf(
  configuration: Configuration,
  { flags, contexts }: { readonly flags: readonly string[]; readonly contexts: readonly Context[] },
): Moment {
  const { snapshot } = configuration
  const sorted = <T>(items: readonly T[], name: (item: T) => string): readonly T[] =>
    items.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
  const used = new Set(snapshot.flags.map(({ layer }) => layer?.key))
  const content = {
    flags: sorted(snapshot.flags, ({ key }) => key),
    segments: sorted(snapshot.segments, ({ key }) => key),
    // A catch-up does not take back a layer that no flag lies in any more: it decides nothing, and is sent again when one does.
    layers: sorted(
      snapshot.layers.filter(({ key }) => used.has(key)),
      ({ key }) => key,
    ),
    watches: sorted(snapshot.watches, ({ ramp }) => ramp),
    salt: snapshot.salt,
  }
  const answers = contexts.map((context) => flags.map((flag) => evaluate(configuration, flag, context)))
  return { content: JSON.stringify(content), answers: JSON.stringify(answers) }
}

/** As it is when it has been sent: no object is shared with who built it. */
function overWire(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
