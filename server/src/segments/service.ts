import type { Segment } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { lastRecorded, type Recorded, recorded, untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { checkCondition } from '../conditions/check.ts'
import { segmentsIn } from '../conditions/leaves.ts'
import { requireProject } from '../environments/access.ts'
import { untoldIn, wouldHide } from '../flags/client-side.ts'
import { requireMatch } from '../flags/preconditions.ts'
import { invalid, sameJson } from '../flags/rules.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { patternProblem } from '../re2.ts'
import type { Asker, Expectation, Store } from '../store/store.ts'
import { segmentsUsing, wrongWay } from './rules.ts'

/** What a person writes of a segment; name and description stay when they are left out. */
export interface SegmentInput extends Pick<Segment, 'when' | 'included' | 'excluded' | 'by'> {
  readonly name?: string | undefined
  readonly description?: string | undefined
}

export interface SegmentOrder {
  readonly project: string
  readonly key: string
  readonly ifMatch: IfMatch
  readonly asker: Asker
}

export interface ChangedSegment extends Recorded {
  readonly item: Segment
}

export interface Segments {
  list(project: string): Promise<readonly Segment[]>
  get(project: string, key: string): Promise<Segment>
  /** Creates or replaces. Throws `cycle` when segments would contain each other. */
  put(order: SegmentOrder & { readonly input: SegmentInput }): Promise<ChangedSegment>
  /** Throws `in_use`, with the users, while a rule or another segment names it. */
  remove(order: SegmentOrder): Promise<ChangedSegment>
}

/** Segments are shared by all environments of a project: a change makes a revision in each. */
export function createSegments({ store, clock }: { readonly store: Store; readonly clock: Clock }): Segments {
  async function read(project: string) {
    await requireProject(store, project)
    // first, so that whoever comes to use a segment after this read makes a revision that is not expected
    const environments = await store.environments(project)
    const segments = await store.segments(project)
    return {
      segments,
      changes: (key: string) => environments.map((environment) => ({ environment: environment.key, segments: [key] })),
      unchanged: environments.map(({ key, revision }): Expectation => {
        return { kind: 'environment', environment: key, revision }
      }),
    }
  }

  return {
    async list(project) {
      return (await read(project)).segments
    },

    async get(project, key) {
      return requireSegment((await read(project)).segments, project, key)
    },

    put: ({ project, key, input, ifMatch, asker }) =>
      untilCommitted(async () => {
        const { segments, changes } = await read(project)
        const before = segments.find((segment) => segment.key === key)
        requireMatch(ifMatch, { revision: before?.version ?? 0, view: before ?? null })
        const after = replaced(key, before, input)
        const subject = { kind: 'segment', key } as const
        if (before !== undefined && sameJson({ ...after, version: 0 }, { ...before, version: 0 })) {
          return { kind: 'answer', answer: { item: before, ...(await lastRecorded(store, project, subject)) } }
        }
        check(after, segments)
        await requireTellable(store, project, before, after, segments)
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [
            { kind: 'segment', segment: key, version: before?.version ?? null },
            ...followed(after, segments).map(
              ({ key, version }): Expectation => ({ kind: 'segment', segment: key, version }),
            ),
          ],
          writes: [{ put: 'segment', project, segment: after }],
          changes: changes(key),
          audit: [
            {
              action: before === undefined ? 'segment.created' : 'segment.edited',
              subject,
              before: before ?? null,
              after,
              words: `Segment ${key} was ${before === undefined ? 'created' : 'edited'}.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: after, ...recorded(committed) } }
      }),

    remove: ({ project, key, ifMatch, asker }) =>
      untilCommitted(async () => {
        const { segments, changes, unchanged } = await read(project)
        const segment = requireSegment(segments, project, key)
        requireMatch(ifMatch, { revision: segment.version, view: segment })
        await requireUnused(store, project, segments, key)
        const committed = await store.commit({
          scope: project,
          at: clock.now(),
          asker,
          expect: [{ kind: 'segment', segment: key, version: segment.version }, ...unchanged],
          writes: [{ remove: 'segment', project, key }],
          changes: changes(key),
          audit: [
            {
              action: 'segment.deleted',
              subject: { kind: 'segment', key },
              before: segment,
              after: null,
              words: `Segment ${key} was deleted.`,
            },
          ],
        })
        if (committed.kind !== 'done') return { kind: 'conflict' }
        return { kind: 'answer', answer: { item: segment, ...recorded(committed) } }
      }),
  }
}

function replaced(key: string, before: Segment | undefined, input: SegmentInput): Segment {
  return {
    key,
    name: input.name ?? before?.name ?? key,
    description: input.description ?? before?.description ?? '',
    when: input.when,
    included: [...new Set(input.included)],
    excluded: [...new Set(input.excluded)],
    by: input.by,
    version: (before?.version ?? 0) + 1,
  }
}

function check(segment: Segment, others: readonly Segment[]): void {
  const all = new Map([...others, segment].map((one) => [one.key, one]))
  const mistakes =
    segment.when === null
      ? []
      : checkCondition(segment.when, '/when', { segments: new Set(all.keys()), patternProblem })
  if (mistakes.length > 0) throw invalid(mistakes)
  const way = wrongWay(all.keys(), (key) => {
    const when = all.get(key)?.when ?? null
    return when === null ? [] : segmentsIn(when)
  })
  if (way === undefined) return
  throw new AppError(
    'cycle',
    `The segments would lead in a circle or too deep: ${way.join(' → ')}. Nothing was changed.`,
  )
}

/** Throws when a client-side flag could no longer be told to browsers. What is in the lists is told as hashes. */
async function requireTellable(
  store: Store,
  project: string,
  before: Segment | undefined,
  after: Segment,
  segments: readonly Segment[],
): Promise<void> {
  if (before === undefined || after.when === null || sameJson(before.when, after.when)) return
  const whole = {
    environments: await store.environments(project),
    flags: await store.flags(project),
    configs: await store.configs(project),
  }
  const now = untoldIn({ ...whole, segments })
  const next = untoldIn({ ...whole, segments: segments.map((one) => (one.key === after.key ? after : one)) })
  const lost = next.filter((reason) => !now.includes(reason))
  if (lost.length > 0) throw invalid(wouldHide('/when', lost))
}

/** The other segments that a segment is made of, also by way of others. */
function followed(segment: Segment, segments: readonly Segment[]): readonly Segment[] {
  const met = new Set([segment.key])
  const found: Segment[] = []
  const waiting = [segment]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const named = one.when === null ? [] : segmentsIn(one.when)
    const fresh = segments.filter(({ key }) => named.includes(key) && !met.has(key))
    for (const { key } of fresh) met.add(key)
    found.push(...fresh)
    waiting.push(...fresh)
  }
  return found
}

function requireSegment(segments: readonly Segment[], project: string, key: string): Segment {
  const segment = segments.find((one) => one.key === key)
  if (segment === undefined) throw new AppError('not_found', `Project ${project} has no segment ${key}.`)
  return segment
}

async function requireUnused(store: Store, project: string, segments: readonly Segment[], key: string): Promise<void> {
  const configs = await store.configs(project)
  const users = [
    ...segmentsUsing(segments, key).map((other) => `segment ${other}`),
    ...configs
      .filter(({ rules }) => rules.some((rule) => segmentsIn(rule.when).includes(key)))
      .map(({ flag, environment }) => `${flag} in ${environment}`),
  ]
  if (users.length === 0) return
  throw new AppError('in_use', `Segment ${key} is used by ${users.join(', ')}; nothing was changed.`, {
    current: users,
  })
}
