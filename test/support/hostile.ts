import { request } from 'node:http'

/** A request as it is written, without the tidying up that `fetch` does to addresses, headers and bodies. */
export interface RawRequest {
  readonly method: string
  /** Sent as it is: `..` and `%` stay. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly type: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Parsed when it is JSON. */
  readonly body: unknown
}

export function sendRaw(url: string, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const type = incoming.headers['content-type'] ?? ''
        const parsed: unknown = type.includes('json') ? JSON.parse(text) : text
        resolve({ status: incoming.statusCode ?? 0, type, headers: incoming.headers, body: parsed })
      })
    })
    // a server that refuses a large body may close before all of it was sent; its answer was heard then
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Numbers that are none, values of another type, texts that mean something to somebody else. */
const VALUES: readonly unknown[] = [
  null,
  true,
  '',
  'text',
  'NaN',
  '150%',
  '__proto__',
  '../../etc/passwd',
  'x'.repeat(20_000),
  '\u0000',
  '\ud800',
  -1,
  0.12345,
  150,
  2 ** 53,
  1e308,
  [],
  [[[]]],
  {},
  { a: 1 },
]

/** Members that every object of JavaScript has, and one that nothing has. */
const NAMES = ['nonsense', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'prototype']

/** A body with one thing wrong, and the words for where. */
export interface Mutation {
  readonly what: string
  readonly body: unknown
}

/** Every body that differs from a good one in one value, or in one member too many. */
export function* mutations(good: unknown): Generator<Mutation> {
  for (const value of VALUES) yield { what: `the body is ${brief(value)}`, body: value }
  for (const way of waysIn(good, [])) {
    for (const value of VALUES) yield { what: `/${way.join('/')} is ${brief(value)}`, body: replaced(good, way, value) }
  }
  for (const way of [[], ...waysIn(good, [])]) {
    const at = way.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), good)
    if (!isRecord(at) || Array.isArray(at)) continue
    for (const name of NAMES) {
      yield { what: `/${[...way, name].join('/')} is there`, body: replaced(good, [...way, name], 1) }
    }
  }
}

function* waysIn(value: unknown, way: readonly string[]): Generator<readonly string[]> {
  if (!isRecord(value)) return
  for (const [name, member] of Object.entries(value)) {
    yield [...way, name]
    yield* waysIn(member, [...way, name])
  }
}

function replaced(value: unknown, [name, ...way]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by
  const inner = isRecord(value) ? value[name] : undefined
  if (Array.isArray(value)) return value.with(Number(name), replaced(inner, way, by))
  return { ...(isRecord(value) ? value : {}), [name]: replaced(inner, way, by) }
}

function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** Works on all of them, so many at a time. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const waiting = [...items].values()
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
