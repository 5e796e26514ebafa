import { type AdminClient, type FlagConfig, ProblemError, type Reply } from '@rampart/contract/admin'
import type { Session } from '../session.ts'

export interface ConfigChange {
  /** The configuration the change was made from. */
  readonly before: FlagConfig
  readonly after: {
    readonly item: FlagConfig
    /** The revision the change made; null when it was so before and nothing was written. */
    readonly revision: number | null
    readonly auditId: string | null
  }
}

interface Place {
  readonly project: string
  readonly environment: string
  readonly flag: string
}

interface Changed {
  readonly item: FlagConfig
  readonly revision: number | null
  readonly auditId: string
}

/**
 * Changes one flag in one environment from what it is now: reads it, and says with the change which revision was read,
 * so that somebody else's change in between is a conflict and not lost.
 *
 * `done` tells whether a configuration is as asked. An answer may get lost on its way after the change was made; the
 * next try then meets a newer revision that is just what was asked for, and that is no conflict.
 */
export async function changeConfig(
  { connection }: Session,
  params: Place,
  wanted: {
    readonly done: (config: FlagConfig) => boolean
    readonly change: (api: AdminClient, ifMatch: number, signal: AbortSignal) => Promise<Reply<Changed>>
  },
): Promise<ConfigChange> {
  const { body: before } = await connection.ask((api, signal) => api.getConfig({ params, signal }))
  try {
    const { body } = await connection.ask((api, signal) => wanted.change(api, before.revision, signal))
    return { before, after: body }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'revision_mismatch') throw error
    const { body: item } = await connection.ask((api, signal) => api.getConfig({ params, signal }))
    if (!wanted.done(item)) throw error
    return { before, after: { item, revision: null, auditId: null } }
  }
}

/** The last line of a change: where it can be found again. */
export function sayRevision({ item, revision, auditId }: ConfigChange['after']): string {
  if (revision === null) return `  revision ${item.revision}: it was so before, nothing was changed`
  return `  revision ${revision}${auditId === null ? '' : ` · audit ${auditId}`}`
}
