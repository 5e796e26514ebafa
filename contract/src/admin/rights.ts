/** What a credential may do; `permits` has what each verb brings along. */
export const verbs = ['read', 'write', 'ramp', 'approve', 'kill', 'admin'] as const
export type Verb = (typeof verbs)[number]

const BRINGS: Record<Verb, readonly Verb[]> = {
  read: ['read'],
  write: ['write', 'ramp', 'kill', 'read'],
  ramp: ['ramp', 'read'],
  approve: ['approve', 'read'],
  kill: ['kill', 'read'],
  admin: verbs,
}

/** Where a right is asked for. A wider place is a shorter one: no project is the instance. */
export interface Place {
  readonly project?: string
  readonly environment?: string
  readonly flag?: string
}

export const SCOPE = /^(read|write|ramp|approve|kill|admin)@([^/\s]+)(?:\/([^/\s]+))?(?:\/([^/\s]+))?$/

/**
 * Whether any of `scopes` allows `verb` at `place`. A scope that stops early covers everything below it; a scope for
 * one environment does not cover its project.
 */
export function permits(scopes: readonly string[], verb: Verb, place: Place): boolean {
  return scopes.some((text) => {
    const match = SCOPE.exec(text)
    if (match === null) return false
    const [, granted, project, environment, flag] = match
    if (!BRINGS[granted as Verb].includes(verb)) return false
    return covers(project, place.project) && covers(environment, place.environment) && covers(flag, place.flag)
  })
}

function covers(granted: string | undefined, asked: string | undefined): boolean {
  return granted === undefined || granted === '*' || granted === asked
}
