import { type AdminClient, key as keySchema, parseGuard, parseSteps, putPlan } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'

type PlanBody = Parameters<AdminClient['putPlan']>[0]['body']

/** A plan as a file has it. */
export interface PlanFile {
  readonly key: string
  /** The version that it was made from; undefined when the file does not say. */
  readonly version: number | undefined
  readonly body: PlanBody
}

export type ReadPlan =
  | { readonly ok: true; readonly value: PlanFile }
  | { readonly ok: false; readonly mistakes: readonly ProblemDetail[] }

/**
 * Reads a plan from what is in a file: what the API takes, with `key` and, when it was printed by `plan get --json`,
 * `version`. What needs the server (that its metrics are known, for one) is left to the server.
 *
 * @param named the key that was given with the command, which the file need not repeat
 */
export function readPlan(file: Readonly<Record<string, unknown>>, named: string | undefined): ReadPlan {
  const { key = named, version, window, ...rest } = file
  const parsed = putPlan.safeParse(rest)
  const mistakes = [
    ...keyMistakes(key, named),
    ...(version === undefined || typeof version === 'number'
      ? []
      : [{ pointer: '/version', message: 'must be a number' }]),
    // a plan that is printed has it; none can be set yet
    ...(window === undefined || window === null ? [] : [{ pointer: '/window', message: 'is not known here' }]),
    ...(parsed.success ? written(parsed.data) : parsed.error.issues.flatMap((issue) => told(issue, []))),
  ]
  if (!parsed.success || mistakes.length > 0 || typeof key !== 'string') return { ok: false, mistakes }
  return { ok: true, value: { key, version: typeof version === 'number' ? version : undefined, body: parsed.data } }
}

function keyMistakes(key: unknown, named: string | undefined): readonly ProblemDetail[] {
  if (key === undefined) return [{ pointer: '/key', message: 'is needed, here or with --key' }]
  const parsed = keySchema.safeParse(key)
  if (!parsed.success) return [{ pointer: '/key', message: parsed.error.issues[0]?.message ?? 'is no key' }]
  return named === undefined || key === named ? [] : [{ pointer: '/key', message: `is ${parsed.data}, not ${named}` }]
}

/** What people write as text is read by the grammar that the server reads it by. */
function written({ steps, guards }: PlanBody): readonly ProblemDetail[] {
  if (guards === undefined)
    return [{ pointer: '/guards', message: 'is needed: a guard such as "checkout_error", or [] to ramp blindly' }]
  const ofSteps = typeof steps === 'string' ? parseSteps(steps) : undefined
  return [
    ...(ofSteps === undefined || ofSteps.ok ? [] : [{ pointer: '/steps', message: ofSteps.problem }]),
    ...guards.flatMap((guard, i) => {
      const parsed = typeof guard === 'string' ? parseGuard(guard) : undefined
      return parsed === undefined || parsed.ok ? [] : [{ pointer: `/guards/${i}`, message: parsed.problem }]
    }),
  ]
}

type Issue = NonNullable<ReturnType<typeof putPlan.safeParse>['error']>['issues'][number]

function told(issue: Issue, above: readonly PropertyKey[]): readonly ProblemDetail[] {
  const path = [...above, ...issue.path]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => ({ pointer: pointer([...path, name]), message: 'is not known here' }))
    case 'invalid_union': {
      // the alternative with the fewest mistakes is the one that was meant
      const [likeliest] = issue.errors.filter((one) => one.length > 0).toSorted((a, b) => a.length - b.length)
      return likeliest?.flatMap((inner) => told(inner, path)) ?? [{ pointer: pointer(path), message: issue.message }]
    }
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
    case 'custom':
      return [{ pointer: pointer(path), message: issue.message }]
  }
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
