import { type AdminClient, type FlagConfig, ProblemError, type Reply } from '@rampart/contract/admin'
import type { Session } from '../session.ts'

/** A configuration after a change; `auditId` is null when it was already so and nothing was written. */
export interface ConfigChange {
  readonly before: FlagConfig
  readonly item: FlagConfig
  readonly revision: number | null
  readonly auditId: string | null
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
    return { before, ...body }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'revision_mismatch') throw error
    const { body: item } = await connection.ask((api, signal) => api.getConfig({ params, signal }))
    if (!wanted.done(item)) throw error
    return { before, item, revision: item.revision, auditId: null }
  }
}
