import { type Place, permits, type RouteName, type Routes, routes } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { z } from 'zod'
import { AppError } from '../app-error.ts'
import type { Asker } from '../store/store.ts'
import type { App, AppContext } from './app-env.ts'
import { askerOf } from './asker.ts'
import type { Principal } from './auth.ts'
import { type BodyOptions, readJson } from './body.ts'
import { formatEtag, type IfMatch, isHeld, readIfMatch } from './preconditions.ts'
import { mistakes } from './validation.ts'

/** A request as its route describes it: read, validated, and allowed. */
export interface RouteRequest<N extends RouteName> {
  readonly params: z.output<Routes[N]['params']>
  readonly query: z.output<Routes[N]['query']>
  readonly body: Routes[N]['body'] extends z.ZodType ? z.output<Routes[N]['body']> : undefined
  /** Undefined only where `anyone` may ask. */
  readonly principal: Routes[N]['needs'] extends 'anyone' ? undefined : Principal
  readonly asker: Asker
  readonly ifMatch: IfMatch
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
}

/** Services answer lists that nobody may write to. */
type Answered<T> = T extends object ? { readonly [K in keyof T]: T[K] extends (infer I)[] ? readonly I[] : T[K] } : T

export interface RouteAnswer<N extends RouteName> {
  readonly body: Routes[N]['response'] extends z.ZodType ? Answered<z.output<Routes[N]['response']>> : undefined
  /** Default: what the route says. */
  readonly status?: 200 | 201
  /** The revision or version of what is answered. */
  readonly etag?: number
  /** The path of a thing that was made. */
  readonly location?: string
}

export type Handler<N extends RouteName> = (request: RouteRequest<N>, c: AppContext) => Promise<RouteAnswer<N>>

export interface MountOptions extends BodyOptions {
  /**
   * Where the right is asked for, when the path alone does not say it: a ramp's address names no environment. Undefined
   * asks at the place of the path.
   */
  readonly place?: (params: Texts, query: Texts) => Promise<Place | undefined>
}

type Texts = Readonly<Partial<Record<string, string>>>

/**
 * Serves a route of the contract: checks the credential against the verb the route needs, then reads and validates
 * path, query and body, and answers what the handler returns. Pointers of mistakes begin with `/` in the body, `?` in
 * the query and `:` in the path.
 */
export function mount<N extends RouteName>(
  app: App,
  name: N,
  handler: Handler<N>,
  { place, ...bodyOptions }: MountOptions = {},
): void {
  const route: Routes[N] = routes[name]
  app.on(route.method, route.path, async (c) => {
    const principal = await authorise(c, name, await place?.(c.req.param(), c.req.query()))
    const request = {
      params: check(route.params, c.req.param(), ':'),
      query: check(route.query.strict(), c.req.query(), '?'),
      body: route.body === null ? undefined : check(route.body, await readJson(c, bodyOptions), ''),
      principal,
      asker: askerOf(c, principal),
      ifMatch: readIfMatch(c.req.header('if-match')),
      signal: c.req.raw.signal,
    }
    // the route's schemas made these values, which the compiler cannot follow through the lookup by name
    return send(c, route.status, await handler(request as RouteRequest<N>, c))
  })
}

async function authorise(c: AppContext, name: RouteName, at: Place | undefined): Promise<Principal | undefined> {
  const { needs } = routes[name]
  if (needs === 'anyone') return undefined
  const principal = await c.var.auth.principal(c)
  if (needs === 'signed-in') return principal
  const place = placeIn(at ?? c.req.param())
  if (permits(principal.scopes, needs, place)) return principal
  throw forbidden(principal, `${needs}@${sayPlace(place)}`)
}

function placeIn({ project, environment, flag }: { readonly [M in keyof Place]?: string | undefined }): Place {
  return {
    ...(project === undefined ? {} : { project }),
    ...(environment === undefined ? {} : { environment }),
    ...(flag === undefined ? {} : { flag }),
  }
}

export function forbidden(principal: Principal, permission: string): AppError {
  return new AppError('forbidden', `${principal.name} lacks ${permission}; nothing was changed.`, { permission })
}

function sayPlace({ project, environment, flag }: Place): string {
  if (project === undefined) return '*'
  if (environment === undefined) return flag === undefined ? project : `${project}/*/${flag}`
  return flag === undefined ? `${project}/${environment}` : `${project}/${environment}/${flag}`
}

function check(schema: z.ZodType, value: unknown, mark: '' | '?' | ':'): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = mistakes(schema, value, result.error.issues).map((mistake) => ({
    ...mistake,
    pointer: mark === '' ? mistake.pointer : `${mark}${mistake.pointer.slice(1)}`,
  }))
  throw new AppError('invalid', `${sayMistakes(errors)} Nothing was changed.`, { errors })
}

function sayMistakes(errors: readonly ProblemDetail[]): string {
  const [first, ...others] = errors
  if (first === undefined) return 'The request is not valid.'
  const where = first.pointer === '' ? 'The body' : first.pointer
  const meant = first.nearest === undefined ? '' : ` (did you mean ${first.nearest}?)`
  const more =
    others.length === 0
      ? ''
      : ` There ${others.length === 1 ? 'is 1 more mistake' : `are ${others.length} more mistakes`}.`
  return `${where} ${first.message}${meant}.${more}`
}

interface AnyAnswer {
  readonly body: unknown
  readonly status?: 200 | 201
  readonly etag?: number
  readonly location?: string
}

function send(c: AppContext, status: 200 | 201 | 204, answer: AnyAnswer): Response {
  // what a person may see is not a shared cache's to keep
  c.header('cache-control', 'no-store')
  if (answer.etag !== undefined) {
    c.header('etag', formatEtag(answer.etag))
    if (c.req.method === 'GET' && isHeld(c.req.header('if-none-match'), answer.etag)) return c.body(null, 304)
  }
  if (answer.location !== undefined) c.header('location', answer.location)
  if (status === 204) return c.body(null, 204)
  c.header('content-type', 'application/json')
  return c.body(JSON.stringify(answer.body), answer.status ?? status)
}
