import type { z } from 'zod'
import type { Problem } from '../errors.ts'
import { type Address, addresses, type RouteName } from './addresses.ts'
import type { Route, Routes } from './routes.ts'

type Body<R extends Route> = R['body'] extends z.ZodType ? { readonly body: z.input<R['body']> } : object
type Query<R extends Route> = { readonly query?: Partial<z.input<R['query']>> }
/** A route without parameters reads as a record of any name. */
type Params<R extends Route> = string extends keyof z.input<R['params']>
  ? object
  : { readonly params: z.input<R['params']> }

export interface CallOptions {
  /** Sent as `If-Match`: the revision or version the change was made from. */
  readonly ifMatch?: number
  /** Sent as `X-Rampart-Comment`, kept in the audit. */
  readonly comment?: string
  readonly signal?: AbortSignal
}

export interface Reply<T> {
  readonly status: number
  readonly body: T
  /** The revision or version in the answer's ETag. */
  readonly etag: number | undefined
}

type Response<R extends Route> = R['response'] extends z.ZodType ? z.output<R['response']> : undefined

export type AdminClient = {
  readonly [N in RouteName]: (
    input: Params<Routes[N]> & Query<Routes[N]> & Body<Routes[N]> & CallOptions,
  ) => Promise<Reply<Response<Routes[N]>>>
}

export interface AdminClientOptions {
  /** The server's address, without a path. */
  readonly url: string
  /** A token; absent in the browser, where the session's cookie is sent. */
  readonly token?: string
  readonly fetch?: typeof fetch
  readonly headers?: Readonly<Record<string, string>>
}

/** The server answered with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  /** The `Retry-After` of the answer, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail)
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * A client with one method for each route. Rejects with `ProblemError` when the server says no, and with fetch's own
 * error when it cannot be reached; it never retries.
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const calls = Object.entries(addresses).map(([name, address]) => [
    name,
    (input: AnyInput) => call(options, address, input),
  ])
  return Object.fromEntries(calls) as AdminClient
}

interface AnyInput extends CallOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

async function call(options: AdminClientOptions, { method, path }: Address, input: AnyInput): Promise<Reply<unknown>> {
  const url = new URL(options.url.replace(/\/$/, '') + fill(path, input.params ?? {}))
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  const response = await (options.fetch ?? fetch)(url, {
    method,
    headers: headersFor(options, method, input),
    ...(hasBody(method) ? { body: JSON.stringify(input.body) } : {}),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
    ...(options.token === undefined ? { credentials: 'same-origin' as const } : {}),
  })
  const body: unknown = response.status === 204 ? undefined : await readJson(response)
  if (!response.ok) throw new ProblemError(asProblem(body, response), retryAfter(response))
  const etag = /^(?:W\/)?"(\d+)"$/.exec(response.headers.get('etag') ?? '')?.[1]
  return { status: response.status, body, etag: etag === undefined ? undefined : Number(etag) }
}

function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

/** Every route that is not read or removed takes a body. */
function hasBody(method: Address['method']): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

function headersFor(options: AdminClientOptions, method: Address['method'], input: AnyInput): Record<string, string> {
  return {
    accept: 'application/json',
    ...options.headers,
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(hasBody(method)
      ? { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }
      : {}),
    ...(input.ifMatch === undefined ? {} : { 'if-match': `"${input.ifMatch}"` }),
    ...(input.comment === undefined ? {} : { 'x-rampart-comment': encodeURIComponent(input.comment) }),
  }
}

async function readJson(response: globalThis.Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // a proxy's page, or a cut answer: `asProblem` words it
    return undefined
  }
}

function asProblem(body: unknown, response: globalThis.Response): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body) return body as Problem
  return {
    type: 'about:blank',
    title: 'Unexpected answer',
    status: response.status,
    detail: `The server, or a proxy before it, answered ${response.status} without a problem document.`,
    instance: new URL(response.url || 'http://unknown/').pathname,
    code: response.status === 503 || response.status === 502 || response.status === 504 ? 'overloaded' : 'internal',
    requestId: response.headers.get('x-request-id') ?? '',
    retryable: response.status >= 500,
  }
}

function retryAfter(response: globalThis.Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}
