import { z } from 'zod'
import { changed, instant, key, page, text } from './primitives.ts'
import { SCOPE } from './rights.ts'

/** `verb@project[/environment[/flag]]`, `*` allowed in each place. */
export const scope = z
  .string()
  .max(400)
  .regex(SCOPE, 'must look like verb@project, verb@project/environment or verb@project/environment/flag')

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
  /** When the token ends, null when it never does; absent for a person. */
  expiresAt: instant.nullable().optional(),
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
