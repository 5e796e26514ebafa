import { AppError } from '../app-error.ts'
import type { AppContext } from './app-env.ts'

/** 1 MiB. */
const DEFAULT_LIMIT = 1 << 20
/** Deep enough for the deepest condition; shallow enough for every function that walks a body by recursion. */
const MAX_DEPTH = 64

export interface BodyOptions {
  /** Most bytes of a body. */
  readonly limit?: number
  /**
   * A body that does not say it is JSON is read as JSON when it is, and as `{}` when it is not, so that an emergency
   * command works with whatever an alerting system or a bare `curl` sends.
   */
  readonly lenient?: boolean
}

/** The JSON of a request; an empty body is `{}`. */
export async function readJson(
  c: AppContext,
  { limit = DEFAULT_LIMIT, lenient = false }: BodyOptions = {},
): Promise<unknown> {
  const bytes = await readBytes(c, limit)
  if (bytes.length === 0) return {}
  const declared = isJson(c.req.header('content-type'), c.req.method)
  if (!declared && !lenient) {
    throw new AppError('unsupported_media_type', 'The body must be JSON; nothing was changed.', {
      hint: 'Send the header "content-type: application/json".',
    })
  }
  const parsed = parse(bytes)
  if (parsed.ok) {
    refuseUnsafe(parsed.value)
    return parsed.value
  }
  if (!declared) return {}
  throw new AppError('malformed', `The body is not JSON: ${parsed.problem}. Nothing was changed.`)
}

function isJson(contentType: string | undefined, method: string): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase()
  return type === 'application/json' || (method === 'PATCH' && type === 'application/merge-patch+json')
}

async function readBytes(c: AppContext, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new AppError('too_large', `The body is larger than ${limit} bytes; nothing was changed.`)
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge()
  if (c.req.raw.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of c.req.raw.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > limit) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }

function parse(bytes: Uint8Array): Parsed {
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch (error) {
    return { ok: false, problem: error instanceof SyntaxError ? error.message : 'it is not UTF-8' }
  }
}

/** A member named `__proto__` changes what an object is wherever it is copied by assignment, so none gets in. */
function refuseUnsafe(body: unknown): void {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: body, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth === MAX_DEPTH)
      throw new AppError('malformed', `The body nests deeper than ${MAX_DEPTH}; nothing was changed.`)
    if (Object.hasOwn(value, '__proto__'))
      throw new AppError('malformed', 'No member of a body may be named __proto__.')
    for (const member of Object.values(value)) open.push({ value: member, depth: depth + 1 })
  }
}
