import { isDeepStrictEqual } from 'node:util'
import { ProblemError, type Segment } from '@rampart/contract/admin'
import type { ExitCode } from '../exit-codes.ts'
import { sayCount } from '../output/figures.ts'
import type { Session } from '../session.ts'
import { answer, withComment } from './command.ts'

/** What is written of a segment. Name and description stay when they are left out. */
export type SegmentSettings = Pick<Segment, 'when' | 'included' | 'excluded' | 'by'> &
  Partial<Pick<Segment, 'name' | 'description'>>

export interface SegmentChange {
  /** Undefined when the segment was created. */
  readonly before: Segment | undefined
  readonly after: { readonly item: Segment; readonly revision: number | null; readonly auditId: string | null }
}

export interface SegmentEdit {
  /** What the segment should be, from what it is. */
  readonly edit: (before: SegmentSettings) => SegmentSettings
  /** Whether a segment that does not exist is created. */
  readonly create: boolean
  /** The version the edit was made from: another one is a conflict. Undefined is whatever is there now. */
  readonly ifVersion: number | undefined
}

/** An edit of whatever is there is made anew when somebody else was faster, at most this often. */
const TRIES = 5

/**
 * Changes a segment from what it is now, and says with the change which version that was, so that nobody's change in between is
 * lost. Said twice it is done once: what is so already makes no new version.
 */
export async function changeSegment(
  session: Session,
  key: string,
  { edit, create, ifVersion }: SegmentEdit,
): Promise<SegmentChange> {
  const { connection } = session
  const params = { project: session.project(), segment: key }
  for (let tries = 1; ; tries += 1) {
    const before = await segmentNamed(session, key, { create })
    const body = edit(before === undefined ? NOTHING : settingsOf(before))
    const ifMatch = ifVersion ?? before?.version ?? 0
    try {
      const { body: after } = await connection.ask((api, signal) =>
        api.putSegment({ params, body, ifMatch, ...withComment(session), signal }),
      )
      return { before, after }
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'revision_mismatch') throw error
      if (ifVersion === undefined && tries < TRIES) continue
      // the answer to this very change may have been lost on its way, and the next try met what it had made
      const item = await segmentNamed(session, key, { create: true })
      if (item === undefined || !isDeepStrictEqual({ ...item, ...body }, item)) throw error
      return { before, after: { item, revision: null, auditId: null } }
    }
  }
}

const NOTHING: SegmentSettings = { when: null, included: [], excluded: [], by: 'targetingKey' }

function settingsOf({ when, included, excluded, by }: Segment): SegmentSettings {
  return { when, included, excluded, by }
}

async function segmentNamed(
  session: Session,
  segment: string,
  { create }: Pick<SegmentEdit, 'create'>,
): Promise<Segment | undefined> {
  const params = { project: session.project(), segment }
  try {
    return (await session.connection.ask((api, signal) => api.getSegment({ params, signal }))).body
  } catch (error) {
    if (create && error instanceof ProblemError && error.problem.code === 'not_found') return undefined
    throw error
  }
}

/** Prints what a change made of a segment. */
export function tellSegment(session: Session, { before, after }: SegmentChange, words: string): ExitCode {
  const { paint } = session.voice
  const { item, auditId } = after
  const same = auditId === null || item.version === before?.version
  return answer(session, after, [
    `${paint.green('✔')} ${words}   ${sayCount(item.included.length)} included, ${sayCount(item.excluded.length)} excluded`,
    paint.dim(`  version ${item.version}${same ? ': it was so before, nothing was changed' : ` · audit ${auditId}`}`),
  ])
}
