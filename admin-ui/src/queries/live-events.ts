import type { QueryKey } from '@tanstack/react-query'
import { keys } from './keys.ts'

/** What the management stream of a project says. */
export type LiveEvent =
  | {
      readonly kind: 'changed'
      readonly environment: string
      readonly revision: number
      readonly flags: readonly string[]
      readonly segments: readonly string[]
    }
  | { readonly kind: 'ramp'; readonly id: string; readonly environment: string; readonly flag: string }

/** Reads an event; undefined for one of a later server that this page does not know. */
export function readLiveEvent(kind: string, data: string): LiveEvent | undefined {
  const body = parsed(data)
  if (typeof body !== 'object' || body === null) return undefined
  const { environment, revision, flags, segments, id, flag } = body as Readonly<Record<string, unknown>>
  if (typeof environment !== 'string') return undefined
  if (kind === 'changed' && typeof revision === 'number')
    return { kind, environment, revision, flags: texts(flags), segments: texts(segments) }
  if (kind === 'ramp' && typeof id === 'string' && typeof flag === 'string') return { kind, id, environment, flag }
  return undefined
}

/** The queries of a project that an event makes old. A key stands for all that begin with it. */
export function staleAfter(project: string, event: LiveEvent): readonly QueryKey[] {
  if (event.kind === 'ramp') {
    return [
      keys.ramp(project, event.id),
      keys.ramps(project),
      keys.config(project, event.environment, event.flag),
      keys.flags(project),
      keys.auditOf(project, 'ramp', event.id),
      keys.activity(project),
    ]
  }
  return [
    keys.flags(project),
    keys.activity(project),
    ...(event.segments.length > 0 ? [keys.segments(project)] : []),
    ...event.flags.flatMap((flag) => [
      keys.flag(project, flag),
      keys.config(project, event.environment, flag),
      keys.propagation(project, event.environment, flag),
      keys.auditOf(project, 'flag', flag),
    ]),
  ]
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    // not ours: the caller ignores it
    return undefined
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
