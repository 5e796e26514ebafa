import { type Attacked, goodBody, JSON_TYPE, type Named, problemOf, startAttacked, table } from '../support/attacked.ts'
import built from '../support/built.ts'
import { inParallel, mutations, type RawRequest } from '../support/hostile.ts'
import { type Chance, chance } from './chance.ts'
import type { Proof } from './proof.ts'

/** How often each answer was given: `422 invalid`, `200`, … */
type Figures = Readonly<Record<string, number>>

const PARTS = 20
const ROUNDS = 10
const REQUESTS_OF_A_ROUND = 500
const NAMES = [
  '..%2f..%2fetc',
  '%00',
  '%ff',
  '%F0%9F%92%A9',
  'x'.repeat(300),
  '__proto__',
  'constructor',
  '-1',
  '1e9',
  "'--",
  '<b>',
]
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  { 'if-match': '"999999"' },
  { 'if-match': '*, "' },
  { 'idempotency-key': 'x'.repeat(5_000) },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-encoding': 'br' },
  { 'x-http-method-override': 'DELETE' },
  { accept: 'image/*;q=nonsense' },
]

/**
 * 100,000 requests with something random wrong in them, to every route: each is refused with a problem, none is a failure of the
 * server, and nothing is changed.
 */
export const proof: Proof<Figures> = {
  parts: (scale) => Array.from({ length: Math.ceil(PARTS * scale) }, (_, i) => `requests ${i + 1}`),
  async run(part, seed) {
    built()
    const random = chance(seed * 1_000 + Number(part.split(' ')[1]))
    const attacked = await startAttacked()
    try {
      const answers: Record<string, number> = {}
      const before = JSON.stringify(await attacked.everything())
      for (let round = 0; round < ROUNDS; round += 1) {
        const asked = Array.from({ length: REQUESTS_OF_A_ROUND }, () => wrongRequest(attacked, random))
        await inParallel(asked, async ({ request, token }) => {
          const answer = await attacked.send(request, token)
          const said = answer.status < 300 && request.method === 'GET' ? String(answer.status) : problemOf(answer)
          if (!/^(2|4)\d\d\b/.test(said))
            throw new Error(`${said} was answered to ${JSON.stringify({ request, token })}`)
          answers[said] = (answers[said] ?? 0) + 1
        })
        const after = JSON.stringify(await attacked.everything())
        if (after !== before)
          throw new Error(`what changed: ${difference(before, after)}\nby one of these: ${JSON.stringify(asked)}`)
      }
      return answers
    } finally {
      await attacked.close()
    }
  },
  rows(figures, scale) {
    const all: Record<string, number> = {}
    for (const one of figures) for (const [said, n] of Object.entries(one)) all[said] = (all[said] ?? 0) + n
    const total = Object.values(all).reduce((sum, n) => sum + n, 0)
    const limit = Math.ceil(PARTS * scale) * ROUNDS * REQUESTS_OF_A_ROUND
    const kinds = Object.entries(all)
      .toSorted(([, a], [, b]) => b - a)
      .map(([said, n]) => ({ goal: `  of them ${said}`, measured: String(n), limit: '', ok: true }))
    // A request that was answered otherwise ends the proof with itself.
    return [
      {
        goal: 'requests that were refused, or read',
        measured: String(total),
        limit: String(limit),
        ok: total === limit,
      },
      ...kinds,
    ]
  },
}

/** Where two texts begin to differ. */
function difference(before: string, after: string): string {
  let at = 0
  while (at < before.length && before[at] === after[at]) at += 1
  const from = Math.max(0, at - 100)
  return `${before.slice(from, at + 100)} became ${after.slice(from, at + 100)}`
}

interface Wrong {
  readonly request: RawRequest
  readonly token: string | null
}

/** A request that cannot be meant: by its body, its names, or whoever asks. */
function wrongRequest(attacked: Attacked, random: Chance): Wrong {
  const route = random.of(table)
  const { keys, adminToken } = attacked
  const strangers = [keys.read, keys.client, keys.revoked, keys.expired, null, 'x'.repeat(100), 'rmp_svc_']
  const body = route.body === null ? undefined : wrongBody(route, random)
  // An administrator's request with nothing wrong in it would be done: only reading, and what its body gives away, is asked as one.
  const isHarmless = route.method === 'GET' || body !== undefined
  const params = [...route.path.matchAll(/:([a-z]+)/gi)].map(([, name = '']) => name)
  const isMisnamed = params.length > 0 && random.next() < 0.2
  const path = attacked.pathOf(route, isMisnamed ? { [random.of(params)]: random.of(NAMES) } : {})
  return {
    request: {
      method: route.method,
      path: random.next() < 0.1 ? `${path}?${random.of(QUERIES)}` : path,
      headers: { ...(body === undefined ? {} : JSON_TYPE), ...random.of(HEADERS) },
      ...(body === undefined ? {} : { body }),
    },
    token: isHarmless && random.next() < 0.8 ? adminToken : random.of(strangers),
  }
}

const QUERIES = [
  'limit=1e9',
  'limit=-1',
  'cursor=%00',
  'wait=99h',
  'dryRun=maybe',
  'from=yesterday&to=2026-13-45',
  'a=1&a=2&__proto__=3',
]

/** The text of a body that the route's schema refuses, or that is no JSON. Undefined when chance only found good ones. */
function wrongBody(route: Named, random: Chance): string | undefined {
  for (let tries = 0; tries < 20; tries += 1) {
    // Once wrong by its values, once more by its text.
    const isMutated = random.next() < 0.7
    const start = isMutated ? random.of(mutationsOf(route)) : (JSON.stringify(goodBody(route.name)) ?? '')
    const text = isMutated && random.next() < 0.7 ? start : spoiled(start, random)
    // no text at all is no body, which some commands do without
    if (text.trim() !== '' && isRefused(route, text)) return text
  }
  return undefined
}

const remembered = new Map<Named['name'], readonly string[]>()

/** The texts of bodies with one wrong value. */
function mutationsOf({ name }: Named): readonly string[] {
  const texts = remembered.get(name) ?? [...mutations(goodBody(name))].map(({ body }) => JSON.stringify(body) ?? 'null')
  remembered.set(name, texts)
  return texts
}

function isRefused(route: Named, text: string): boolean {
  try {
    return route.body?.safeParse(JSON.parse(text)).success === false
  } catch {
    // no JSON: malformed
    return true
  }
}

/** Takes away, doubles, moves or replaces parts of a text, a few times. */
function spoiled(text: string, random: Chance): string {
  let now = text
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(now.length + 1)
    const part = now.slice(at, at + random.below(12))
    const before = now.slice(0, at)
    const after = now.slice(at + part.length)
    now = random.of([
      () => before + after,
      () => before + part + part + after,
      () => after + part + before,
      () => before + random.of(SPLINTERS) + after,
      () => before + random.of(SPLINTERS).repeat(1 + random.below(2_000)) + after,
    ])()
  }
  return now
}

const SPLINTERS = [
  '"',
  '{',
  '[',
  '}',
  ']',
  ',',
  ':',
  '-',
  '0',
  '9e99',
  'null',
  '\\u0000',
  '\\ud800',
  '\u0000',
  '☃',
  '"__proto__":{',
  '1e-400',
  ' ',
]
