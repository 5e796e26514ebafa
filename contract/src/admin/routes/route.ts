import { z } from 'zod'
import { type Address, addresses, type RouteName } from '../addresses.ts'
import { waitQuery } from '../duration-input.ts'
import { metricName } from '../plans.ts'
import { key } from '../primitives.ts'

export interface Route extends Address {
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodType | null
  readonly response: z.ZodType | null
  readonly status: 200 | 201 | 204
}

export const none = z.object({})
export const inProject = z.object({ project: key })
export const inEnvironment = inProject.extend({ environment: key })
export const ofFlag = inProject.extend({ flag: key })
export const ofLayer = inProject.extend({ layer: key })
export const ofConfig = inEnvironment.extend({ flag: key })
export const ofRamp = inProject.extend({ id: z.string().max(64) })
export const ofMetric = inProject.extend({ metric: metricName })
export const ofSource = inProject.extend({ source: key })
export const byId = z.object({ id: z.string().max(64) })
export const inProjectById = inProject.extend({ id: z.string().max(64) })
export const inEnvironmentById = inEnvironment.extend({ id: z.string().max(64) })
export const waiting = z.object({ wait: waitQuery(30_000).optional() })

interface Reads<P, Q, R> {
  readonly params: P
  readonly query: Q
  readonly response: R
}

export function reads<N extends RouteName, P extends z.ZodObject, Q extends z.ZodObject, R extends z.ZodType>(
  name: N,
  { params, query, response }: Reads<P, Q, R>,
) {
  return { ...addresses[name], params, query, body: null, response, status: 200 } as const
}

export function sends<
  N extends RouteName,
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType | null,
  S extends 200 | 201 | 204,
>(name: N, shape: Reads<P, Q, R> & { readonly body: B; readonly status: S }) {
  return { ...addresses[name], ...shape } as const
}

export function removes<N extends RouteName, P extends z.ZodObject, R extends z.ZodType | null>(
  name: N,
  { params, response }: Pick<Reads<P, unknown, R>, 'params' | 'response'>,
) {
  return {
    ...addresses[name],
    params,
    query: none,
    body: null,
    response,
    status: response === null ? 204 : 200,
  } as const
}
