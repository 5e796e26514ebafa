import type { Revision } from '@rampart/core'

/** What has gone out to one audience of one environment, oldest first. */
export interface Sent {
  /** What was held when the record began: everybody who came since was given at least this. */
  readonly base: Revision
  /** Each covers the revisions `(from, revision]`. */
  readonly patches: readonly { readonly from: Revision; readonly revision: Revision }[]
}

/** Older patches are forgotten: nobody waits for a thousand changes ago. */
const REMEMBERED = 1_000

export function lastSent({ base, patches }: Sent): Revision {
  return patches.at(-1)?.revision ?? base
}

export function withPatch(sent: Sent, revision: Revision): Sent {
  const patches = [...sent.patches, { from: lastSent(sent), revision }]
  const [forgotten] = patches.length > REMEMBERED ? patches : []
  if (forgotten === undefined) return { base: sent.base, patches }
  return { base: forgotten.revision, patches: patches.slice(1) }
}

/**
 * The revision that an instance must hold at least to have everything of `revision`. A revision that changed nothing for
 * the audience was not sent to it: whoever holds the last one before has it. One that went out together with later ones
 * has to be held itself.
 */
export function neededFor(sent: Sent, revision: Revision): Revision {
  if (revision <= sent.base) return revision
  if (sent.patches.some((patch) => patch.from < revision && revision <= patch.revision)) return revision
  return lastSent(sent)
}
