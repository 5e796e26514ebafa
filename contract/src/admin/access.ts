import { z } from 'zod'
import { changed, instant, key, page, text } from './primitives.ts'

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

const SCOPE = /^(read|write|ramp|approve|kill|admin)@([^/\s]+)(?:\/([^/\s]+))?(?:\/([^/\s]+))?$/

/** `verb@project[/environment[/flag]]`, `*` allowed in each place. */
export const scope = z
  .string()
  .max(400)
  .regex(SCOPE, 'must look like verb@project, verb@project/environment or verb@project/environment/flag')

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

export const sdkKey = z.object({
  id: z.string(),
  project: key,
  environment: key,
  kind: z.enum(['server', 'client']),
  name: z.string(),
  prefix: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
})
export type SdkKey = z.infer<typeof sdkKey>
export const createSdkKey = z.strictObject({ kind: z.enum(['server', 'client']), name: text(200).min(1) })

export const token = z.object({
  id: z.string(),
  kind: z.enum(['person', 'machine', 'kill-url']),
  name: z.string(),
  scopes: z.array(z.string()),
  prefix: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
})
export type Token = z.infer<typeof token>
/** A kill URL takes only `kill@project/environment[/flag]` scopes. */
export const createToken = z.strictObject({
  kind: z.enum(['machine', 'kill-url']),
  name: text(200).min(1),
  scopes: z.array(scope).min(1).max(50),
  expiresAt: instant.nullable().optional(),
})

export const person = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
})
export type Person = z.infer<typeof person>
export const createPerson = z.strictObject({ name: text(200).min(1), scopes: z.array(scope).min(1).max(50) })

/** The person or token that asks, and what it may do. */
export const session = z.object({
  kind: z.enum(['person', 'token']),
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
})
export type Session = z.infer<typeof session>
/** The one-time secret of a sign-in link. */
export const signIn = z.strictObject({ token: z.string().min(1).max(200) })

/** The secret is shown once, here, and stored only as a hash. */
const withSecret = <T extends z.ZodType>(item: T) => z.object({ item, secret: z.string(), auditId: z.string() })

export const sdkKeyPage = page(sdkKey)
export const sdkKeyCreated = withSecret(sdkKey)
export const sdkKeyChanged = changed(sdkKey)
export const tokenPage = page(token)
/** `url` for a kill URL: the address to POST to. */
export const tokenCreated = z.object({
  item: token,
  secret: z.string(),
  url: z.string().nullable(),
  auditId: z.string(),
})
export const tokenChanged = changed(token)
export const personPage = page(person)
export const personCreated = z.object({ item: person, signInUrl: z.string(), auditId: z.string() })
export const signInLink = z.object({ signInUrl: z.string() })
